#!/usr/bin/env python3
"""Random kill -9 of every process during a crawl, held against an undisturbed crawl of the same portal.

usage: chaos.py --bin DIR [--pages N] [--kills N] [--seed S] [--delay S] [--keep]

Shown: the canonical exports are equal, nobody innocent is dead, and no URL whose record was whole in the archive was requested again.
"""
import argparse
import json
import sys
import time

from ring import Ring, chaos, differences


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--pages", type=int, default=2000)
    ap.add_argument("--kills", type=int, default=200)
    ap.add_argument("--seed", type=int, default=int(time.time()))
    ap.add_argument("--delay", type=float, default=0.25)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    print("seed %d" % a.seed, flush=True)
    ring = Ring(a.bin, pages=a.pages, keep=a.keep, delay=0.02)
    try:
        ring.run()
        status = ring.wait()
        if status:
            raise SystemExit("the undisturbed crawl ended with %d:\n%s" % (status, ring.tail()))
        calm = ring.export("calm")
        pages = sum(1 for _ in open(calm / "documents.jsonl", encoding="utf-8"))
        ring.fresh()
        ring.delay = a.delay
        began = time.monotonic()
        count = chaos(ring, a.kills, a.seed)
        wild = ring.export("wild")
        bad = differences(calm, wild)
        dead = [json.loads(x) for x in open(wild / "dead_letters.jsonl", encoding="utf-8")]
        innocents = [d for d in dead if d["cause"].startswith(("parser-", "lease-"))]
        again = ring.asked_again()
        extra = sum(len(t) - 1 for u, t in ring.requests().items() if not u.endswith("/robots.txt"))
        peaks = ring.note_peaks()
        heavy = [r for r, v in ring.peaks.items() if v > 64] if "asan" not in str(ring.bin) else []
        print("note: peak memory in MiB of one process: " + peaks)
        print("note: %d documents, %d kills (%s) in %.0f s, %d requests repeated, %d after archiving, %d innocents dead, exports %s" %
              (pages, sum(count.values()), ", ".join("%s %d" % x for x in sorted(count.items())), time.monotonic() - began, extra, len(again), len(innocents), "differ" if bad else "equal"))
        for line in bad + ["asked again: %s archived %s requested %s" % x for x in again[:5]] + ["innocent dead: %s" % d for d in innocents[:5]]:
            print(line)
        if pages < a.pages * 0.95:
            print("only %d of %d pages were stored" % (pages, a.pages))
        return int(bool(bad or again or innocents or heavy or pages < a.pages * 0.95))
    finally:
        ring.close()


sys.exit(main())
