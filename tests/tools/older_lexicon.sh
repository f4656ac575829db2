#!/bin/sh
# A lexicon as an older release had it: the present one with a part of its wordings, labels and units missing.
# What names other lines (metrics, groups, regions) stays whole, so that every program still loads it.
#
# usage: older_lexicon.sh FROM TO
set -eu
from=$1 to=$2
rm -rf "$to"
mkdir -p "$to"
for f in "$from"/*.tsv; do
	name=$(basename "$f")
	case $name in
	prose.tsv) keep='n % 3 != 1' ;;
	rows.tsv) keep='n % 4 != 1' ;;
	units.tsv) keep='$1 != "条"' ;;
	labels.tsv | furniture.tsv | scopes.tsv) keep='n % 2 == 1' ;;
	*) keep=1 ;;
	esac
	awk "/^#/ || /^\$/ { print; next } { n++ } $keep" "$f" >"$to/$name"
done
