#!/usr/bin/env python3
"""Metadata of real pages: what their gold states, field by field, from the folder of real reports (GONGKAI_SHARED).

usage: test_meta.py [--build DIR]

Every stated title, date, source, document number and index number must be given exactly; at least 90 % of each field
may be, which is counted and printed. Read twice: with and without the names of known containers. Without the folder
the test says so and is skipped.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

LEAST = 0.9
FIELDS = {"title": "title", "date": "published", "source": "source", "docno": "doc_number", "index": "index_number"}


def parse(tool, page, url, flags):
    address = ["--url", url] if url else []
    out = subprocess.run([tool, "parse", *flags, *address, str(page)], stdout=subprocess.PIPE, check=True)
    return json.loads(out.stdout)


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--build", default="build")
    a = p.parse_args()
    here = pathlib.Path(__file__).resolve().parents[2]
    folder = pathlib.Path(os.environ.get("GONGKAI_SHARED") or here.parent / "shared") / "corpus" / "maintext"
    if not (folder / "gold.jsonl").is_file():
        print(f"note: skipped, no real pages in {folder}")
        return 0
    tool, failed = str(pathlib.Path(a.build) / "gongkai"), False
    rows = [json.loads(x) for x in open(folder / "gold.jsonl", encoding="utf-8")]
    for flags in ([], ["--no-templates"]):
        stated, exact = collections.Counter(), collections.Counter()
        for row in rows:
            if not row.get("meta"):
                continue
            got = parse(tool, folder / "pages" / row["page"], row["url"], flags)
            for field, want in row["meta"].items():
                stated[field] += 1
                exact[field] += got[FIELDS[field]] == want
                if got[FIELDS[field]] != want:
                    print(f"{row['page']} {field}: {want!r} is stated, {got[FIELDS[field]]!r} was read")
        print(f"note: {' '.join(flags) or 'all rules'}: " + ", ".join(f"{k} {exact[k]}/{stated[k]}" for k in FIELDS))
        if not stated:
            sys.exit("the gold states no metadata")
        failed = failed or any(exact[k] < LEAST * stated[k] for k in stated)
    print("0 passed, 1 failed" if failed else "1 passed, 0 failed")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
