#!/usr/bin/env python3
"""Pages that crash the parser's child (test build): dead after three tries with the signal's name, and nobody else is touched.

usage: poison.py --bin DIR [--keep]
"""
import argparse
import json
import sys

from ring import Ring

POISON = {"segv": ("parser-crash", "SIGSEGV"), "abrt": ("parser-crash", "SIGABRT"), "memory": ("parser-memory", ""), "spin": ("parser-timeout", "SIG")}


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    ring, wrong = Ring(a.bin, pages=120, delay=0.01, keep=a.keep), []
    try:
        host = ring.start[0].split("/")[2]
        pages = ring.server.sites[host]
        for fault in POISON:
            pages["/poison-%s.html" % fault] = portal_page("<html><!-- gongkai-fault: %s --><body><p>有毒的一页</p></body></html>" % fault)
            pages["/"].body += ("<a href='/poison-%s.html'>年度报告</a>" % fault).encode("gb18030")
        ring.run()
        if ring.wait():
            raise SystemExit("the crawl failed:\n" + ring.tail())
        dead = {d["url"]: d for d in map(json.loads, ring.command("dead", "list", "--format", "jsonl").stdout.splitlines())}
        for fault, (cause, signal_name) in POISON.items():
            d = dead.pop("http://%s/poison-%s.html" % (host, fault), None)
            if not d or d["cause"] != cause or signal_name not in (d["detail"] or ""):
                wrong.append("%s: expected dead %s with %s, got %s" % (fault, cause, signal_name or "a detail", d))
            else:
                why = json.loads(ring.command("why", d["url"], "--format", "jsonl").stdout)
                tries = sum(h.get("count", 1) for h in why["history"] if h["event"] == "fail")
                if tries != 3:
                    wrong.append("%s: %d tries, not 3: %s" % (fault, tries, why["history"]))
        wrong += ["innocent dead: %s" % d for d in dead.values()]
        blamed = neighbours(ring)
        wrong += ["a neighbour was blamed: %s" % (b,) for b in blamed]
        print("note: %d poison pages dead with their signal after three tries, %d neighbours blamed" % (len(POISON) - len([w for w in wrong if "expected" in w]), len(blamed)))
        print("\n".join(wrong))
        return int(bool(wrong))
    finally:
        ring.close()


def neighbours(ring):
    """Pages other than the poison with a crash or lost count, read from the frontier."""
    import sqlite3
    with sqlite3.connect("file:%s?mode=ro" % (ring.data / "frontier.db"), uri=True) as db:
        return db.execute("select url, crash, lost from pages join work on page_id = id where (crash > 0 or lost > 0) and url not like '%/poison-%'").fetchall()


def portal_page(text):
    import portal
    return portal.Page(text)


sys.exit(main())
