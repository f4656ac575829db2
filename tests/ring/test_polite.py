#!/usr/bin/env python3
"""The short form of polite.py (make polite): 60 hosts on 20 addresses for some seconds, with kills and a drain.

usage: test_polite.py --build DIR
"""
import argparse
import pathlib
import subprocess
import sys

a = argparse.ArgumentParser()
a.add_argument("--build", default="build")
o = a.parse_args()
script = pathlib.Path(__file__).resolve().parent / "polite.py"
sys.exit(subprocess.run([sys.executable, str(script), "--bin", o.build, "--hosts", "60", "--seconds", "16", "--delay", "0.3"]).returncode)
