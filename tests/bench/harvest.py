#!/usr/bin/env python3
"""How many pages of a portal must be asked for until its reports are found: breadth first, and in the order that ships.

usage: harvest.py [--build DIR] [--seeds N] [--first S] [--pages N] [--reports K] [--lag N] [--shape mixed|organs] [--real] [--times F]

Each seed is another portal of tests/portal/harvest.py. bench_harvest drives the real parser and the real frontier without
network; --real crawls the portal with `gongkai run` on loopback instead, without a delay, and counts what its server saw.
Prints a table; "share" is of the pages that breadth first needs for the last report. --times F: fail unless breadth first
needs F times as many pages for all reports, and all are found.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "portal"))
import harvest  # noqa: E402


def in_process(build, scratch, a, seed):
    pages, reports = scratch / "pages", scratch / "reports"
    start, count, _ = harvest.dump(seed, a.pages, a.reports, pages, reports, a.shape)
    out = subprocess.run([str(build / "tests" / "bench" / "bench_harvest"), str(pages), start, str(reports), "--lag", str(a.lag)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return count, {x["order"]: x for x in map(json.loads, out.splitlines())}


def crawl(build, scratch, a, seed, listed):
    """Requests until half and all of the reports had been asked for, as the server saw them."""
    log, data = scratch / "log", scratch / "data"
    log.write_text("")
    server, start, _ = harvest.serve(seed, a.pages, a.reports, log=str(log), shape=a.shape)
    run = subprocess.Popen([str(build / "gongkai"), "run", "--until-idle", "--data", str(data), "--delay", "0", "--pages", "100000", "--depth", "64", "--quiet", "--connect-to", "127.0.0.1:%d" % server.server_address[1], start],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    left, n, half, last = set(listed), 0, 0, 0
    try:
        with open(log, encoding="utf-8") as f:
            while left and (run.poll() is None or n == 0):
                line = f.readline()
                if not line.endswith("\n"):
                    time.sleep(0.01)
                    continue
                r = json.loads(line)
                n += 1
                url = "http://%s%s" % (r["host"], r["path"])
                if url in left:
                    left.discard(url)
                    half = half or (n if len(left) * 2 <= len(listed) else 0)
                    last = n
    finally:
        run.terminate()
        run.wait(60)
        server.shutdown()
        shutil.rmtree(data, ignore_errors=True)
    return {"found": len(listed) - len(left), "half": half, "all": last if not left else 0}


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--seeds", type=int, default=10)
    ap.add_argument("--first", type=int, default=1)
    ap.add_argument("--pages", type=int, default=20000)
    ap.add_argument("--reports", type=int, default=60)
    ap.add_argument("--lag", type=int, default=1)
    ap.add_argument("--shape", choices=("mixed", "organs"), default="mixed")
    ap.add_argument("--real", action="store_true")
    ap.add_argument("--times", type=float, default=0)
    a = ap.parse_args()
    build, scratch, wrong = pathlib.Path(a.build), pathlib.Path(tempfile.mkdtemp(prefix="gongkai-harvest-")), []
    print("seed   pages  breadth: half      all   shipped: half     all   share: half     all   found")
    try:
        for seed in range(a.first, a.first + a.seeds):
            count, got = in_process(build, scratch, a, seed)
            breadth, shipped = got["breadth"], got["shipped"]
            if a.real:
                shipped = crawl(build, scratch, a, seed, (scratch / "reports").read_text("utf-8").split())
            whole = breadth["all"] or count
            print("%4d %7d %14d %8d %15d %7d %12.2f%% %6.2f%%   %d of %d" % (seed, count, breadth["half"], whole, shipped["half"], shipped["all"], 100.0 * shipped["half"] / whole, 100.0 * shipped["all"] / whole,
                  shipped["found"], breadth["expected"]), flush=True)
            if shipped["found"] != breadth["expected"]:
                wrong.append("seed %d: %d of %d reports found" % (seed, shipped["found"], breadth["expected"]))
            elif a.times and shipped["all"] * a.times > whole:
                wrong.append("seed %d: %d pages, breadth first %d" % (seed, shipped["all"], whole))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
