#!/usr/bin/env python3
"""A store that was read with an older lexicon: `reparse` must bring it to what a fresh crawl with the present one exports,
without one request; a second one must find everything unchanged.

usage: relexicon.py --bin DIR [--older DIR] [--pages N] [--keep]
"""
import argparse
import pathlib
import sys
import time

from ring import Ring, TABLES, differences


def changed(a, b):
    """How many lines of each table stand in one export only: "metrics 88, documents 12"."""
    counts = {}
    for t in TABLES:
        x, y = (set((f / (t + ".jsonl")).read_text("utf-8").splitlines()) for f in (a, b))
        counts[t] = len(x ^ y)
    return counts


def crawl(ring, programs, name):
    """A crawl of its own by the programs of a folder; returns its canonical export."""
    now, ring.bin = ring.bin, programs
    try:
        ring.run()
        if ring.wait(900):
            raise SystemExit("the crawl for '%s' failed:\n%s" % (name, ring.tail()))
        return ring.export(name)
    finally:
        ring.bin = now


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--older", help="programs with an older lexicon; default: the folder `older` beside --bin")
    ap.add_argument("--pages", type=int, default=2000)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    older = pathlib.Path(a.older).resolve() if a.older else pathlib.Path(a.bin).resolve().parent / "older"
    ring = Ring(a.bin, pages=a.pages, delay=0.002, keep=a.keep)
    bad = []
    try:
        fresh = crawl(ring, ring.bin, "fresh")
        ring.fresh()
        before = crawl(ring, older, "older")
        older_read = changed(fresh, before)
        if not all(older_read[t] for t in ("documents", "reports", "metrics", "quantities")):
            bad.append("the older lexicon reads too much as the present one does: this proves little: %s" % older_read)
        refused = ring.command("run", "--until-idle", "--connect-to", ring.address)
        if refused.returncode == 0 or "gongkai reparse" not in refused.stderr:
            bad.append("a run over the older store does not say what to do: %d, %s" % (refused.returncode, refused.stderr[-500:]))
        asked = len(ring.log.read_text("utf-8").splitlines())
        began = time.monotonic()
        done = ring.command("reparse", timeout=900)
        wall = time.monotonic() - began
        again = ring.command("reparse", timeout=900)
        more = len(ring.log.read_text("utf-8").splitlines()) - asked
        for run in (done, again):
            if run.returncode:
                bad.append("reparse ended with %d: %s" % (run.returncode, run.stderr[-1500:]))
        if " 0 stored, " not in again.stderr:
            bad.append("a second reparse stored something: %s" % again.stderr[-500:])
        # every document says now that it was read with the present lexicon, so that a run goes on
        if ring.command("run", "--until-idle", "--connect-to", ring.address).returncode:
            bad.append("the store still counts as one of an older lexicon")
        after = ring.export("reparsed")
        bad += differences(fresh, after)
        if more:
            bad.append("reparse made %d requests" % more)
        print("note: %d pages read with an older lexicon (lines that differ: %s), reparsed in %.1f s with %d requests: exports %s" %
              (a.pages, ", ".join("%s %d" % x for x in older_read.items() if x[1]), wall, more, "differ" if differences(fresh, after) else "equal"))
        print("\n".join(bad))
        return int(bool(bad))
    finally:
        ring.close()


sys.exit(main())
