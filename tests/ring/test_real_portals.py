#!/usr/bin/env python3
"""The crawl of eight portals that serve real reports, from the folder of real reports (GONGKAI_SHARED, default ../shared).

usage: test_real_portals.py [--build DIR] [--keep]

Shown, against the portal's own expected.json and its server's log: the reports found, nothing forbidden requested, dead and
discarded pages with their cause codes, request counts, and that no host was asked faster than its delay. Without the folder
the test says so and passes as skipped.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from sampler import Sampler, told  # noqa: E402

DELAY = 0.2


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def jsonl(tool, *args):
    done = subprocess.run([tool, *args, "--format", "jsonl", "--limit", "0"], stdout=subprocess.PIPE, text=True)
    return [json.loads(x) for x in done.stdout.splitlines()]


def gaps(log, delays):
    """Shortest gap between starts of two requests to one host, as its server saw it."""
    times = collections.defaultdict(list)
    for r in log:
        times[r["host"]].append(r["time"])
    out = {}
    for host, t in times.items():
        t.sort()
        if len(t) > 1:
            out[host] = (min(b - a for a, b in zip(t, t[1:])), max(DELAY, delays.get(host, 0)))
    return out


def judge(expected, reports, dead, log, tool, data):
    wrong, notes = [], []
    found = {r["url"] for r in reports}
    missing = [u for u in expected["reports"] if u not in found]
    notes.append("%d of %d reports found%s" % (len(expected["reports"]) - len(missing), len(expected["reports"]), "; not found: " + ", ".join(missing) if missing else ""))
    wrong += ["report not found: " + u for u in missing]
    asked = collections.Counter("http://%s%s" % (r["host"], r["path"]) for r in log)
    wrong += ["was requested though forbidden: " + u for u in expected["never"] if asked[u]]
    by_url = {d["url"]: d for d in dead}
    for group, state in (("dead", "dead"), ("discarded", "discarded")):
        for url, cause in expected[group].items():
            d = by_url.get(url)
            if not d or d["state"] != state or d["cause"] != cause:
                wrong.append("%s should be %s %s and is %s" % (url, state, cause, d and (d["state"], d["cause"])))
    for url in expected["done"]:
        why = jsonl(tool, "why", url, "--data", data)
        if not why or why[0]["state"] != "done":
            wrong.append("%s should be done and is %s" % (url, why))
    for prefix, most in expected["most_requests"].items():
        n = sum(c for u, c in asked.items() if prefix == "all" or u.startswith(prefix))
        notes.append("%d requests for %s (at most %d)" % (n, prefix, most))
        if n > most:
            wrong.append("%d requests for %s, at most %d" % (n, prefix, most))
    shortest = gaps(log, expected["delay"])
    wrong += ["%s was asked after %.3f s, its delay is %.1f" % (h, g, d) for h, (g, d) in shortest.items() if g < d - 0.005]
    notes.append("shortest gap %.3f s" % min(g for g, _ in shortest.values()))
    return wrong, notes


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    shared = pathlib.Path(os.environ.get("GONGKAI_SHARED", "../shared"))
    if not (shared / "portal" / "serve.py").exists():
        print("note: skipped, no folder of real reports at %s (set GONGKAI_SHARED)" % shared)
        return 0
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="gongkai-portals-"))
    tool, data, port = str(pathlib.Path(a.build) / "gongkai"), str(scratch / "data"), free_port()
    subprocess.run([sys.executable, str(shared / "portal" / "make_sites.py"), str(scratch / "sites")], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([sys.executable, str(shared / "portal" / "serve.py"), str(scratch / "sites"), "--port", str(port), "--log", str(scratch / "access.jsonl")], stdout=subprocess.PIPE)
    server.stdout.readline()
    expected = json.loads((scratch / "sites" / "expected.json").read_text("utf-8"))
    try:
        began = time.monotonic()
        run = subprocess.Popen([tool, "run", "--until-idle", "--data", data, "--delay", str(DELAY), "--connect-to", "127.0.0.1:%d" % port, *expected["start"]],
                               stdin=subprocess.DEVNULL, stdout=sys.stdout, stderr=subprocess.STDOUT)
        sampler = Sampler(run.pid)
        status = run.wait(280)
        wall = time.monotonic() - began
        sampler.stop()
        log = [json.loads(x) for x in (scratch / "access.jsonl").read_text("utf-8").splitlines()]
        wrong, notes = judge(expected, jsonl(tool, "reports", "--data", data), jsonl(tool, "dead", "list", "--all", "--data", data), log, tool, data)
        if status or wall > 240:
            wrong.append("the run ended with %d after %.0f s (240 at most)" % (status, wall))
        for role, v in sampler.roles().items():
            if v["rss_mib"] > 64:
                wrong.append("%s took %.1f MiB" % (role, v["rss_mib"]))
        print("note: %.0f s; %s; %s" % (wall, "; ".join(notes), told(sampler.roles())))
        print("\n".join(wrong))
        return int(bool(wrong))
    finally:
        server.kill()
        server.wait()
        if a.keep:
            print("kept: %s" % scratch)
        else:
            shutil.rmtree(scratch, ignore_errors=True)


sys.exit(main())
