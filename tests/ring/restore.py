#!/usr/bin/env python3
"""A store copied at half the crawl and put back at its end: the run must stop and say what to do, and
`check --requeue-missing` must bring the export to that of an undisturbed crawl without one request.

usage: restore.py --bin DIR [--pages N] [--keep]
"""
import argparse
import shutil
import sqlite3
import sys
import time

from ring import Ring, differences, stored


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--pages", type=int, default=2000)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    ring = Ring(a.bin, pages=a.pages, delay=0.02, keep=a.keep)
    try:
        store, copy = ring.data / "store.db", ring.scratch / "store-copy.db"
        ring.run()
        end = time.monotonic() + 120
        while stored(store) < a.pages // 2 and time.monotonic() < end:
            time.sleep(0.05)
        source, target = sqlite3.connect(store, timeout=10), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        had = stored(copy)
        if ring.wait():
            raise SystemExit("the crawl failed:\n" + ring.tail())
        calm, asked = ring.export("calm"), len(ring.log.read_text().splitlines())
        for suffix in ("", "-wal", "-shm"):
            (ring.data / ("store.db" + suffix)).unlink(missing_ok=True)
        shutil.copy(copy, store)
        done = ring.command("run", "--until-idle", "--connect-to", ring.address, timeout=60)
        stops = done.returncode != 0 and "check --requeue-missing" in done.stderr
        check = ring.command("check", "--requeue-missing")
        again = ring.command("run", "--until-idle", "--connect-to", ring.address, timeout=300)
        bad = differences(calm, ring.export("restored"))
        more = len(ring.log.read_text().splitlines()) - asked
        print("note: store with %d documents put back, run stopped with %d, check ended with %d, second run with %d, %d requests, exports %s" %
              (had, done.returncode, check.returncode, again.returncode, more, "differ" if bad else "equal"))
        if not stops:
            print("the run did not stop with a hint:\n" + done.stderr[-2000:])
        if check.returncode or again.returncode:
            print(check.stderr[-1000:], again.stderr[-2000:])
        print("\n".join(bad))
        return int(bool(bad or more or not stops or check.returncode or again.returncode))
    finally:
        ring.close()


sys.exit(main())
