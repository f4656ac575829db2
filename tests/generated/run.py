#!/usr/bin/env python3
"""Generated reports: what went in has to come out.

run.py --build build [--form F,..] [--kind K,..] [--seeds A..B]
Prints for each form and kind: documents, F1, precision, recall, wrong figures without a failed check, missed misprints,
and documents with an alarm: a failed check where every figure was printed right and read right. Of kinds that say where
their cells are, every cell of every table has to come out in its place (columns apart in which no cell holds anything).
A failing seed is printed; `--form F --kind K --seed N --keep` writes its document and shows what differs. Of fewer than
100 documents F1 is a share of few figures: then only what no document may show (a wrong figure without a failed check,
a misprint without one), an F1 under F1_FEW and more than ALARMS_FEW alarms fail.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import forms  # noqa: E402
from compose import grid  # noqa: E402

F1_MIN = 0.995  # of 100 documents and more
F1_FEW = 0.97
ALARMS_MAX = 0.01  # of the documents
ALARMS_FEW = 1  # documents, where that share is less than one
MANY = 100
FAILURES_SHOWN = 8


def key(m):
    return (m["id"], m.get("scope") or "", m.get("applicant") or "", round(float(m["value"]), 6), bool(m.get("approx")))


def bare(rows):
    """The texts of a table without blanks and without columns that hold none."""
    rows = [[re.sub(r"\s", "", text) for text in row] for row in rows]
    kept = [c for c in range(max(map(len, rows), default=0)) if any(row[c] for row in rows)]
    return [[row[c] for c in kept] for row in rows]


def printed(table):
    rows = [[""] * sum(c.cols for c in table.rows[0]) for _ in table.rows]
    for y, x, c in grid(table):
        rows[y][x] = c.text
    return rows


def tables_differ(report, out):
    """Do the tables have other cells than were written? A span's text stands in its first place."""
    have = [bare(t["rows"]) for r in out.get("reports", []) for t in r["tables"]]
    return have != [bare(printed(b.table)) for b in report.blocks if b.kind == "table"]


def judge(report, out):
    """Counts of one document and what differs."""
    reports = out.get("reports", [])
    got, bad = Counter(), []
    for r in reports:
        for m in r.get("metrics", []):
            if m["id"] not in report.open:
                got[key(m)] += 1
        bad += [c for c in r.get("checks", []) if c.get("holds") is False]
    named = {round(float(x), 6) for c in bad for x in c.get("operands", [])}
    got -= report.optional
    wrong, missing = got - report.want, report.want - got
    silent = [k for k in wrong.elements() if k[3] not in named]
    shown = {k[3] for k in got}  # a misprint in a table that was refused misleads nobody
    missed = [x for x in report.failing if round(float(x), 6) in shown - named]
    alarms = 0 if report.failing or report.misprinted or wrong else int(bool(bad))
    return {"hit": sum((got & report.want).values()), "got": sum(got.values()), "want": sum(report.want.values()),
            "silent": len(silent), "missed": len(missed), "alarms": alarms}, wrong, missing, missed, bad


def one(gongkai, folder, form, kind, seed):
    report = forms.compose(form, kind, seed)
    body, suffix = forms.write(report, kind)
    path = pathlib.Path(folder) / f"{form}-{kind}-{seed}{suffix}"
    path.write_bytes(body)
    run = subprocess.run([gongkai, "parse", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    try:
        out = json.loads(run.stdout)
    except ValueError:
        out = {}
    return report, path, out


def batch(args):
    gongkai, form, kind, seeds = args
    total, failed = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            report, path, out = one(gongkai, folder, form, kind, seed)
            counts, wrong, missing, missed, _ = judge(report, out)
            counts["unlike"] = int(kind in forms.CELLS and tables_differ(report, out))
            path.unlink()
            total += Counter(documents=1, refused=int(bool(missing and not wrong)), **counts)
            if wrong or missing or missed or counts["alarms"] or counts["unlike"]:
                failed.append((seed, len(wrong), len(missing), len(missed), counts["alarms"]))
    return form, kind, total, failed


def show(gongkai, form, kind, seed, keep):
    folder = pathlib.Path(tempfile.gettempdir())
    report, path, out = one(gongkai, folder, form, kind, seed)
    counts, wrong, missing, missed, bad = judge(report, out)
    print(f"{path}\nvariants: {', '.join(report.notes) or 'none'}; style {report.style}\n{counts}")
    for name, keys in (("wrong", wrong), ("missing", missing)):
        for k in keys.elements():
            print(f"  {name}: {k}")
    for x in missed:
        print(f"  no failed check names {x}")
    for c in bad:
        print(f"  failed check: {c['kind']} {c['statement']} {c.get('detail')}")
    if not keep:
        path.unlink()


def verdict(form, kind, c, failed):
    p = c["hit"] / c["got"] if c["got"] else 1.0
    r = c["hit"] / c["want"] if c["want"] else 1.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    ok = c["documents"] > 0 and f1 >= (F1_MIN if c["documents"] >= MANY else F1_FEW)
    ok = ok and c["silent"] == 0 and c["missed"] == 0 and c["unlike"] == 0 and c["alarms"] <= max(ALARMS_MAX * c["documents"], ALARMS_FEW)
    print(f"{form:12} {kind:10} documents {c['documents']:5}  F1 {f1:.4f}  P {p:.4f}  R {r:.4f}  wrong unflagged "
          f"{c['silent']}  misprints missed {c['missed']}  incomplete {c['refused']}  alarms {c['alarms']}"
          f"{'  tables unlike ' + str(c['unlike']) if kind in forms.CELLS else ''}"
          f"{'' if ok else '  FAIL'}", flush=True)
    failed.sort(key=lambda f: (not f[1], not f[3], not f[4], f[0]))
    for seed, w, m, k, a in failed[:FAILURES_SHOWN]:
        print(f"  --form {form} --kind {kind} --seed {seed} --keep: wrong {w}, missing {m}, misprints missed {k}, alarms {a}")
    return ok


def chosen(ap, option, text, known):
    """The names that an option takes from `known`, all without it. An unknown one would leave nothing to fail."""
    names = text.split(",") if text is not None else list(known)
    for name in names:
        if name not in known:
            ap.error(f"{option}: {name or 'an empty name'} is none of {', '.join(known)}")
    return names


def seed_range(ap, text):
    try:
        first, last = (int(x) for x in text.split(".."))
    except ValueError:
        ap.error(f"--seeds: {text} is not first..last")
    if first > last:
        ap.error(f"--seeds: {text} is empty")
    return list(range(first, last + 1))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--form")
    ap.add_argument("--kind")
    ap.add_argument("--seeds", default="1..12", help="first..last")
    ap.add_argument("--seed", type=int)
    ap.add_argument("--keep", action="store_true", help="with --seed: leave the document and show what differs")
    ap.add_argument("--jobs", type=int, default=2)
    a = ap.parse_args()
    gongkai = str(pathlib.Path(a.build).resolve() / "gongkai")
    kept_forms, kept_kinds = chosen(ap, "--form", a.form, forms.FORMS), chosen(ap, "--kind", a.kind, forms.KINDS)
    pairs = [(f, k) for f in forms.FORMS for k in forms.KINDS
             if f in kept_forms and k in kept_kinds and (f, k) not in forms.NONE]
    if not pairs:
        ap.error(f"no report of form {a.form} is written as {a.kind}")
    if a.seed is not None:
        for form, kind in pairs:
            show(gongkai, form, kind, a.seed, a.keep)
        return 0
    seeds = seed_range(ap, a.seeds)
    good = True
    with concurrent.futures.ProcessPoolExecutor(a.jobs) as pool:
        for form, kind in pairs:
            parts = [seeds[i::a.jobs] for i in range(a.jobs)]
            total, failed = Counter(), []
            for _, _, c, f in pool.map(batch, [(gongkai, form, kind, s) for s in parts if s]):
                total += c
                failed += f
            good &= verdict(form, kind, total, failed)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
