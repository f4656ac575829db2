#!/bin/sh
# Rebuild traditional.tsv (traditional to simplified, one character each) from the data of OpenCC 1.1.6,
# Debian package libopencc-data, licence Apache-2.0. Needs: opencc (for opencc_dict), python3.
# usage: update-traditional.sh [DICTIONARY_FOLDER]   (default /usr/share/opencc)
set -eu
here=$(dirname "$(readlink -f "$0")")
dict=${1:-/usr/share/opencc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in TSCharacters TWVariantsRev HKVariantsRev; do
	opencc_dict -i "$dict/$name.ocd2" -f ocd2 -o "$work/$name.txt" -t text
done
python3 - "$work" >"$here/traditional.tsv.new" <<'PY'
import sys
def table(name):
    out = {}
    for line in open(f"{sys.argv[1]}/{name}.txt", encoding="utf-8"):
        key, values = line.rstrip("\n").split("\t")
        out[key] = values.split(" ")[0]
    return out
simple = table("TSCharacters")
pairs = dict(simple)
for name in ("TWVariantsRev", "HKVariantsRev"):
    for local, standard in table(name).items():
        if local not in pairs and simple.get(standard, standard) != local:
            pairs[local] = simple.get(standard, standard)
# forms that mainland text uses as they are: never folded
for keep in "吃着群峰床才抬核污针麻吨唇啟痴痹秘灶皂伪泄面踊么抬": pairs.pop(keep, None)
print("# traditional character, simplified character: made by update-traditional.sh from OpenCC 1.1.6 (Apache-2.0)")
for a, b in sorted(pairs.items()):
    if len(a) == len(b) == 1 and a != b and ord(a) < 0x10000 and ord(b) < 0x10000 and pairs.get(b, b) in (b, a):
        print(f"{a}\t{b}")
PY
mv "$here/traditional.tsv.new" "$here/traditional.tsv"
wc -l "$here/traditional.tsv"
