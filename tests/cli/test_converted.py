#!/usr/bin/env python3
"""A report converted to traditional characters with the words of Taiwan and of Hong Kong gives the same figures.

usage: test_converted.py [--build DIR]

tests/golden/converted: one composed report and what OpenCC 1.1.6 makes of it (s2twp, s2hk). Compared: every figure with
its scope, value and unit, every quantity's value, year, period, level and format; the evidence stays as printed.
"""
import argparse
import json
import pathlib
import subprocess
import sys


def read(tool, page):
    out = subprocess.run([tool, "parse", str(page)], stdout=subprocess.PIPE, check=True)
    d = json.loads(out.stdout)
    for r in d["reports"]:
        for m in r["metrics"]:
            at = m["offset"]
            assert d["text"][at:at + len(m["evidence"])] == m["evidence"], f"{page}: {m}"
    keys = ("id", "value", "unit", "scope", "applicant", "approx")
    return [{"metrics": [[m[k] for k in keys] for m in r["metrics"]],
             "quantities": [[q["value"], q["approx"]] for q in r["quantities"]],
             "of": [r[k] for k in ("region_code", "level", "year", "period", "format")],
             "named": bool(r["region"] and r["body"])} for r in d["reports"]]


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--build", default="build")
    tool = str(pathlib.Path(p.parse_args().build) / "gongkai")
    folder = pathlib.Path(__file__).resolve().parents[1] / "golden" / "converted"
    want, failed = read(tool, folder / "mainland.txt"), 0
    if len(want) != 1 or len(want[0]["metrics"]) < 30 or not want[0]["named"]:
        sys.exit(f"the report itself is not read: {want}")
    for name in ("taiwan.txt", "hongkong.txt"):
        got = read(tool, folder / name)
        for w, g in zip(want, got):
            for key in w:
                if w[key] != g[key]:
                    print(f"{name} {key}: {w[key]} became {g[key]}")
        failed += got != want
    print(f"{2 - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
