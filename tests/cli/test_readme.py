#!/usr/bin/env python3
"""Runs every command of README.md's sh blocks as it stands there, in an empty folder beside a rehearsal portal.

usage: test_readme.py [--build DIR]

`gongkai` lines are run for real (the environment points every connection at the portal). `make` targets must exist with what they
need; `systemctl` lines must name units that the project ships. A kind of line that is not known fails, so that none slips by.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HERE / "tests" / "portal"))
import portal  # noqa: E402


def commands(text):
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S):
        yield from (line for line in block.splitlines() if line.strip())


def run(line, folder, env):
    if line.startswith("make "):
        done = subprocess.run(["make", "-n", *line.split()[1:]], cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stderr
    if line.startswith("systemctl "):
        units = [u for u in line.split() if u.startswith("gongkai")]
        missing = [u for u in units if not list((HERE / "deploy" / "systemd").glob(re.sub(r"@\w+", "@", u) + "*"))]
        return int(bool(missing) or not units), "no such unit: %s" % missing
    if line.startswith(("gongkai ", "printf ")):
        done = subprocess.run(["bash", "-c", line], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=180)
        return done.returncode, done.stderr[-1500:]
    return 1, "this test does not know how to run such a line"


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    a = ap.parse_args()
    folder = tempfile.mkdtemp(prefix="gongkai-readme-")
    server, _, _ = portal.serve("rehearsal")
    env = dict(os.environ, PATH="%s:%s" % (pathlib.Path(a.build).resolve(), os.environ["PATH"]), GONGKAI_CONNECT_TO="127.0.0.1:%d" % server.server_address[1], GONGKAI_DELAY="0.01")
    shutil.copy(HERE / "README.md", folder)
    failed = total = 0
    for line in commands((HERE / "README.md").read_text("utf-8")):
        total += 1
        status, said = run(line, folder, env)
        failed += status != 0
        print("%s %s%s" % ("ok  " if status == 0 else "FAIL", line, "\n     status %d: %s" % (status, said) if status else ""))
    print("note: %d of %d commands of README.md run" % (total - failed, total))
    server.shutdown()
    shutil.rmtree(folder, ignore_errors=True)
    return int(failed > 0 or total < 20)


sys.exit(main())
