#!/usr/bin/env python3
"""The revisit bench against the shared script: bound and uniform of one exported world, computed by both.

The script makes a world of its own when it runs; its functions are then asked about ours. Skipped with a word where
GONGKAI_SHARED (default ../shared) does not hold it."""
import argparse
import contextlib
import io
import os
import pathlib
import re
import runpy
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent.parent


def bench(build, *args):
    return subprocess.run([str(build / "tests/bench/revisit"), *map(str, args)], stdout=subprocess.PIPE, check=True, timeout=120).stdout.decode()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--build", type=pathlib.Path, required=True)
    build = ap.parse_args().build.resolve()
    script = pathlib.Path(os.environ.get("GONGKAI_SHARED", HERE.parent / "shared")) / "score/revisit_optimum.py"
    if not script.exists():
        print("note: %s is not there: the revisit bound was not compared" % script)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for n, budget, seed in ((300, 0.2, 5), (500, 2, 6)):
            path = pathlib.Path(folder) / "world"
            bench(build, "--n", n, "--budget", budget, "--seed", seed, "--export", path)
            lines = path.read_text().splitlines()
            ours = {k: float(v) for k, v in re.findall(r"(\w+) ([-+.e0-9]+)", lines[0])}
            rows = [tuple(map(float, line.split())) for line in lines[1:]]
            assert len(rows) == n and abs(sum(w for _, w in rows) - 1) < 1e-9
            argv, sys.argv = sys.argv, [str(script), "--n", "10", "--time", "2", "--budget", str(budget)]
            with contextlib.redirect_stdout(io.StringIO()):
                theirs = runpy.run_path(str(script))
            sys.argv = argv
            scope = theirs["solve"].__globals__
            scope.update(lam=[r for r, _ in rows], w=[w for _, w in rows], n=n, B=budget * n)
            bound = theirs["fresh"](theirs["solve"](theirs["f_fixed"]), theirs["F"])
            uniform = theirs["fresh"]([budget] * n, theirs["F"])
            assert abs(ours["budget"] - budget * n) < 1e-9, ours
            assert abs(bound - ours["bound"]) < 1e-6 and abs(uniform - ours["uniform"]) < 1e-6, (ours, bound, uniform)
            print("world of seed %d: bound %.6f, uniform %.6f by both" % (seed, bound, uniform))
        first, again = (bench(build, "--n", 200, "--time", 60, "--seed", 9, "--brief") for _ in range(2))
        assert first == again, "one seed, two results"
    return 0


if __name__ == "__main__":
    sys.exit(main())
