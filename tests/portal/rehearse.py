#!/usr/bin/env python3
"""The rehearsal of `make run`: serve the small portal on loopback, crawl it with the real programs, show what was found.

usage: rehearse.py BUILD_DIR
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import portal  # noqa: E402


def lines(tool, data, *verb):
    done = subprocess.run([tool, *verb, "--data", data, "--format", "jsonl", "--limit", "0"], stdout=subprocess.PIPE, text=True)
    return [json.loads(x) for x in done.stdout.splitlines()]


def compare(tool, data, expected):
    """Reports and figures of the store against what the portal's pages were composed with; returns what is wrong."""
    wrong, right = [], 0
    reports = {r["url"]: r["id"] for r in lines(tool, data, "reports")}
    wrong += ["no report was found at %s" % u for u in expected["reports"] if u not in reports]
    wrong += ["%s is taken for a report" % u for u in reports if u not in expected["reports"]]
    got = collections.defaultdict(collections.Counter)
    for m in lines(tool, data, "metrics"):
        got[m["report"]][(m["id"] + ("/" + m["applicant"] if m["applicant"] else ""), m["value"])] += 1
    for url, want in expected["reports"].items():
        mine = got.get(reports.get(url), collections.Counter())
        stated = collections.Counter(want["figures"].items())
        right += sum((mine & stated).values())
        wrong += ["%s: %s = %s was not read" % (url, *k) for k in (stated - mine)] + ["%s: %s = %s is not stated" % (url, *k) for k in (mine - stated)]
    print("\n%d of %d reports found, %d of %d figures as composed, %d wrong" %
          (len(reports), len(expected["reports"]), right, sum(len(w["figures"]) for w in expected["reports"].values()), len(wrong)))
    return wrong


def main():
    build = pathlib.Path(sys.argv[1])
    tool, data = str(build / "gongkai"), str(build / "rehearsal-data")
    shutil.rmtree(data, ignore_errors=True)
    server, start, expected = portal.serve("rehearsal")
    address = "127.0.0.1:%d" % server.server_address[1]
    print("rehearsal: %d invented government sites on %s; nothing leaves this machine\n" % (len(start), address), flush=True)
    command = [tool, "run", "--until-idle", "--data", data, "--delay", "0.02", "--connect-to", address, *start]
    print("$ gongkai run --until-idle --data %s --delay 0.02 --connect-to %s URL..." % (data, address), flush=True)
    status = subprocess.run(command).returncode
    if status:
        return status
    width = [] if os.isatty(1) else ["--format", "table"]
    for verb in (["reports"], ["metrics", "--id", "requests.received", "--limit", "20"], ["dead", "list"]):
        print("\n$ gongkai %s --data %s" % (" ".join(verb), data), flush=True)
        status = subprocess.run([tool, *verb, "--data", data, *width]).returncode
        if status:
            return status
    wrong = compare(tool, data, expected)
    print("\n".join(wrong))
    print("Next: `%s show 1 --data %s`, or `make run URL=http://...` for a real portal." % (tool, data))
    return int(bool(wrong))


sys.exit(main())
