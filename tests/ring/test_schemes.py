#!/usr/bin/env python3
"""Every list scheme of tests/portal/schemes.py walked by the real programs from its home page to the report behind its last
page, and sites without end left after a bounded number of requests.

usage: test_schemes.py [--build DIR] [--long] [--keep]

--long: with no budget that ends the endless sites before their own bounds do (a minute).
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "portal"))
import schemes  # noqa: E402

PAGES_MOST = 30  # of a list: its three pages, six articles, what leads there, and robots.txt
BUDGET, LONG = 150, 5000
# facets: OUTLINKS_QUERIES_MAX (fetcher/daemon.h) or the budget of the run, whichever comes first; calendar: 100 barren pages
ENDLESS_MOST = {"facets": 2010, "calendar": 125, "repeat": 40, "session": 40}


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--keep", action="store_true")
    ap.add_argument("--long", action="store_true")
    a = ap.parse_args()
    scratch, wrong = pathlib.Path(tempfile.mkdtemp(prefix="gongkai-schemes-")), []
    log, tool = scratch / "log", str(pathlib.Path(a.build) / "gongkai")
    server, made, start = schemes.serve(str(log))
    try:
        subprocess.run([tool, "run", "--until-idle", "--data", scratch / "data", "--delay", "0", "--pages", str(LONG if a.long else BUDGET), "--depth", "64", "--quiet", "--connect-to", "127.0.0.1:%d" % server.server_address[1], *start],
                       stdin=subprocess.DEVNULL, timeout=240, check=False)
        done = subprocess.run([tool, "reports", "--format", "jsonl", "--limit", "0", "--data", scratch / "data"], stdout=subprocess.PIPE, text=True, check=True).stdout
        found = {json.loads(x)["url"] for x in done.splitlines()}
        asked = collections.Counter(json.loads(x)["host"] for x in log.read_text("utf-8").splitlines())
        for s in made:
            if "http://%s%s" % (s.host, s.report) not in found:
                wrong.append("%s: the report behind the last page was not found (%d requests)" % (s.host, asked[s.host]))
            if asked[s.host] > PAGES_MOST:
                wrong.append("%s: %d requests, at most %d" % (s.host, asked[s.host], PAGES_MOST))
        for name, most in ENDLESS_MOST.items():
            most = most if a.long else min(most, BUDGET + 10)
            n = asked[name + ".endless.example"]
            print("%s: %d requests" % (name, n))
            if not 1 < n <= most:
                wrong.append("%s has no end: %d requests, at most %d" % (name, n, most))
        print("%d of %d schemes, %d requests" % (sum("http://%s%s" % (s.host, s.report) in found for s in made), len(made), sum(asked[s.host] for s in made)))
    finally:
        server.shutdown()
        if not a.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    print("\n".join(wrong))
    return int(bool(wrong))


sys.exit(main())
