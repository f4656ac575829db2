#!/usr/bin/env python3
"""The ring proofs in the short form of `make test`: random kills, every kill point, a restored store, poison pages, a frozen parser.

usage: test_ring.py --build DIR
"""
import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    a = ap.parse_args()
    bin_dir, failed = str(pathlib.Path(a.build) / "tests" / "bin"), 0
    for script, *args in (("chaos.py", "--pages", "300", "--kills", "25", "--delay", "0.25"), ("points.py", "--pages", "60", "--passage", "3"),
                          ("restore.py", "--pages", "300"), ("poison.py",), ("frozen.py",)):
        done = subprocess.run([sys.executable, str(HERE / script), "--bin", bin_dir, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print("== %s: %s\n%s" % (script, "ok" if done.returncode == 0 else "FAILED", done.stdout), flush=True)
        failed += done.returncode != 0
    for line in ():
        print(line)
    return int(failed > 0)


sys.exit(main())
