#!/usr/bin/env python3
"""The kill-point matrix: for every point that the test binaries list, a crawl whose process dies there once.

usage: points.py --bin DIR [--pages N] [--only NAME] [--passage N] [--keep]

After each crawl the canonical export must equal that of an undisturbed one, and the point must really have been passed.
"""
import argparse
import os
import signal
import sys
import time

from ring import Ring, differences, kill_point_names


def one(ring, program, point, passage, calm):
    """Crawl with a death at `point`; returns what is wrong, or None."""
    once = ring.scratch / ("died-at-" + point)
    once.unlink(missing_ok=True)
    ring.fresh()
    env = {"GONGKAI_KILL": "%s:%d" % (point, passage), "GONGKAI_KILL_ONCE": str(once)}
    inbox = point.startswith("inbox.")
    ring.run(env=env)
    if inbox:
        time.sleep(0.4)
        ring.command("add", ring.start[0], env=env)
    for _ in range(5):
        status = ring.wait()
        if status == 0:
            break
        if status != -signal.SIGKILL:
            return "run ended with %d:\n%s" % (status, ring.tail())
        ring.run()
    if not once.exists():
        return "the point was never passed"
    bad = differences(calm, ring.export("point"))
    again = ring.asked_again()
    return "\n".join(bad + ["asked again: %s" % (x,) for x in again[:3]]) or None


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--pages", type=int, default=200)
    ap.add_argument("--only")
    ap.add_argument("--passage", type=int, default=7)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    names = kill_point_names(a.bin)
    ring, failed, tried = Ring(a.bin, pages=a.pages, delay=0.01, keep=a.keep), 0, 0
    try:
        ring.run()
        if ring.wait():
            raise SystemExit("the undisturbed crawl failed:\n" + ring.tail())
        calm = ring.export("calm")
        for program, points in names.items():
            for point in points:
                if a.only and a.only != point:
                    continue
                tried += 1
                wrong = one(ring, program, point, 1 if point.startswith("inbox.") else a.passage, calm)
                failed += bool(wrong)
                print("%s %s %s%s" % ("FAIL" if wrong else "ok  ", program, point, "\n" + wrong if wrong else ""), flush=True)
        print("note: %d of %d kill points passed" % (tried - failed, tried))
        if tried == 0:
            print("no program lists a kill point")
        return int(bool(failed) or tried == 0)
    finally:
        ring.close()


if __name__ == "__main__":
    os.environ.pop("GONGKAI_KILL", None)
    sys.exit(main())
