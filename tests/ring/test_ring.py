#!/usr/bin/env python3
"""The ring proofs in the short form of `make test`: random kills, every kill point, a restored store, poison pages, a frozen parser.

usage: test_ring.py --build DIR [--short]
"""
import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


PROOFS = (("chaos.py", "--pages", "400", "--kills", "30", "--delay", "0.25"), ("points.py", "--pages", "60", "--passage", "3"),
          ("restore.py", "--pages", "300"), ("relexicon.py", "--pages", "200"), ("poison.py",), ("frozen.py",))
# for sanitized programs, which are slow: no rates
SHORT = (("chaos.py", "--pages", "200", "--kills", "15", "--delay", "0.25"), ("points.py", "--pages", "40", "--passage", "2"), ("poison.py",))


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--short", action="store_true")
    a = ap.parse_args()
    bin_dir, failed = str(pathlib.Path(a.build) / "tests" / "bin"), 0
    for script, *args in SHORT if a.short else PROOFS:
        done = subprocess.run([sys.executable, str(HERE / script), "--bin", bin_dir, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print("== %s: %s\n%s" % (script, "ok" if done.returncode == 0 else "FAILED", done.stdout), flush=True)
        failed += done.returncode != 0
    return int(failed > 0)


sys.exit(main())
