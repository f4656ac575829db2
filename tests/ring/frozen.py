#!/usr/bin/env python3
"""One of four parsers frozen with SIGSTOP: the others keep their rate (each page sleeps 20 ms in the test build).

usage: frozen.py --bin DIR [--pages N] [--keep]

Shown: documents stored a second before and while one is frozen; the bar is 0.9 x 3/4 of the rate before.
"""
import argparse
import os
import signal
import sys
import time

from ring import Ring, stored


def rate(store, window_s):
    """Documents a second over a window, from the moment of one count to that of another."""
    n, t = stored(store), time.monotonic()
    time.sleep(window_s)
    return (stored(store) - n) / (time.monotonic() - t)


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--pages", type=int, default=3000)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    ring = Ring(a.bin, pages=a.pages, hosts=40, delay=0.001, parsers=4, keep=a.keep)
    try:
        for pages in ring.server.sites.values():
            for page in pages.values():
                page.body += b"<!-- gongkai-fault: sleep=20 -->"
        store = ring.data / "store.db"
        ring.run()
        end = time.monotonic() + 60
        while stored(store) < a.pages * 0.1 and time.monotonic() < end:
            time.sleep(0.05)
        before = rate(store, 3)
        victim = ring.children()["parser"][0]
        os.kill(victim, signal.SIGSTOP)
        time.sleep(0.3)
        while_frozen = rate(store, 4)
        left = a.pages - stored(store)
        os.kill(victim, signal.SIGCONT)
        status = ring.wait()
        share = while_frozen / (before * 0.75) if before else 0
        print("note: %.1f documents/s with four parsers, %.1f with one frozen: %.2f of three quarters (bar 0.90); run ended with %d" % (before, while_frozen, share, status))
        if left <= 0:
            print("the crawl was over before the measurement ended: raise --pages")
        return int(share < 0.9 or status != 0 or left <= 0)
    finally:
        ring.close()


sys.exit(main())
