#!/bin/sh
# What a machine can hold of CONTRIBUTING.md: format, include direction, function and file length, words.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0
say() { echo "lint: $*" >&2; bad=1; }
files=$(git ls-files --cached --others --exclude-standard '*.c' '*.h')

if command -v clang-format >/dev/null; then
	for f in $(clang-format --dry-run -Werror $files 2>&1 | sed -n 's/^\([^:]*\):[0-9]*:.*error:.*/\1/p' | sort -u); do
		say "$f: not as clang-format lays it out (clang-format -i $f)"
	done
else
	say "clang-format is not installed (make deps)"
fi

# base <- proto <- fetcher, parser, sink <- daemons
direction() { # folder forbidden-folders...
	folder=$1
	shift
	for f in $(echo "$files" | grep "^$folder/"); do
		for up in "$@"; do
			grep -n "#include \"$up/" "$f" /dev/null | while read -r hit; do echo "lint: include against the direction: $hit" >&2; done
			grep -q "#include \"$up/" "$f" && bad=1
		done
	done
}
direction base proto fetcher parser sink daemons tests
direction proto fetcher parser sink daemons tests
direction fetcher parser sink daemons tests
direction parser fetcher sink daemons tests
direction sink fetcher parser daemons tests
direction daemons tests
for f in $files; do
	grep -n '#include "\.\./' "$f" /dev/null && say "$f: includes are full paths from the top"
	lines=$(wc -l <"$f")
	[ "$lines" -le 900 ] || say "$f: $lines lines, the limit is 900"
done

# No function over 100 lines but one dispatch a program, named here.
allowed=""
if command -v ctags >/dev/null; then
	long=$(ctags -x --c-kinds=f --_xformat='%N %F %n %e' $(echo "$files" | grep '\.c$') 2>/dev/null |
		awk -v allowed=" $allowed " '$4 - $3 + 1 > 100 && index(allowed, " " $1 " ") == 0 { print $2 ":" $3 ": " $1 " has " $4 - $3 + 1 " lines, the limit is 100" }')
	[ -z "$long" ] || { echo "$long" >&2; bad=1; }
else
	say "universal-ctags is not installed (make deps)"
fi

banned=$(grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol)\(' $(echo "$files" | grep -v '^tests/') /dev/null)
[ -z "$banned" ] || { echo "$banned" >&2; say "banned functions (use buf, snprintf, strtol)"; }
open_ends=$(grep -nE 'TODO|FIXME|\bXXX\b' $files /dev/null)
[ -z "$open_ends" ] || { echo "$open_ends" >&2; say "left open in the code"; }
[ "$bad" = 0 ] && echo "lint: clean ($(echo "$files" | wc -l) files)"
exit "$bad"
