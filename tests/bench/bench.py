#!/usr/bin/env python3
"""The benchmarks of the project in one go: parsing grows with parsers, and the whole ring on a local portal.

usage: bench.py [--build DIR] [--pages N]

For figures beside other crawlers in one run see README.md, "Compare".
"""
import argparse
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "ring"))
from ring import Ring  # noqa: E402
from sampler import Sampler, told  # noqa: E402


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--pages", type=int, default=2000)
    a = ap.parse_args()
    ring = Ring(a.build, pages=a.pages, hosts=20, delay=0.001)
    try:
        began = time.monotonic()
        process = ring.run()
        sampler = Sampler(process.pid)
        status = ring.wait()
        wall = time.monotonic() - began
        sampler.stop()
        roles = sampler.roles()
        cpu = sum(v["cpu_s"] for v in roles.values())
        print("crawl of %d pages on 20 hosts: %.1f s, %.0f pages/s, %.2f CPU s per 1,000 pages; %s" % (a.pages, wall, a.pages / wall, cpu / a.pages * 1000, told(roles)))
    finally:
        ring.close()
    return status or subprocess.run([sys.executable, str(HERE / "reparse.py"), "--build", a.build, "--pages", str(a.pages)]).returncode


sys.exit(main())
