#!/usr/bin/env python3
"""The rehearsal of `make run`: serve the small portal on loopback, crawl it with the real programs, show what was found.

usage: rehearse.py BUILD_DIR
"""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import portal  # noqa: E402


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
    found = subprocess.run([tool, "reports", "--data", data, "--format", "jsonl", "--limit", "0"], stdout=subprocess.PIPE).stdout.count(b"\n")
    print("\n%d of %d reports found. Next: `gongkai show 1 --data %s`, or `make run URL=http://...` for a real portal." % (found, len(expected["reports"]), data))
    return 0 if found == len(expected["reports"]) else 1


sys.exit(main())
