#!/bin/sh
# What `make install` lays down: units that systemd accepts, hardened as promised, whose command lines start as written.
# usage: test_units.sh BUILD_DIR
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail() {
	echo "FAIL: $*" >&2
	exit 1
}
note() { echo "note: $*"; }

root=$tmp/root
DESTDIR=$root cmake --install "$build" --prefix /usr >"$tmp/install.log" || { cat "$tmp/install.log"; fail "cmake --install"; }
for f in bin/gongkai bin/gongkai-fetcher bin/gongkai-parser bin/gongkai-sink lib/systemd/system/gongkai.target \
	lib/systemd/system/gongkai-fetcher.service lib/systemd/system/gongkai-parser@.service \
	lib/systemd/system/gongkai-sink.service lib/sysusers.d/gongkai.conf lib/tmpfiles.d/gongkai.conf \
	share/man/man1/gongkai.1 share/man/man8/gongkai-fetcher.8 share/man/man8/gongkai-parser.8 \
	share/man/man8/gongkai-sink.8 share/doc/gongkai/gongkai.conf.example share/doc/gongkai/QUICKSTART.md; do
	[ -s "$root/usr/$f" ] || fail "not installed: $f"
done
for unit in "$root"/usr/lib/systemd/system/gongkai*; do
	if grep -n '@[A-Z_]*@' "$unit"; then fail "a place is not filled in: $unit"; fi
done

units="gongkai.target gongkai-fetcher.service gongkai-sink.service gongkai-parser@1.service"
verify() {
	# shellcheck disable=SC2086
	systemd-analyze verify --root="$root" $units >"$tmp/verify.log" 2>&1 || { cat "$tmp/verify.log"; fail "systemd-analyze verify $1"; }
	[ ! -s "$tmp/verify.log" ] || { cat "$tmp/verify.log"; fail "systemd-analyze verify is not silent $1"; }
}
exposure() { systemd-analyze security --offline=true --root="$root" --no-pager "$1" | sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'; }
at_most() { # unit limit
	got=$(exposure "$1")
	[ -n "$got" ] || fail "no exposure level of $1"
	awk -v got="$got" -v limit="$2" 'BEGIN { exit got <= limit ? 0 : 1 }' || fail "$1: exposure $got, the limit is $2"
	note "$1: exposure $got (limit $2)"
}
if command -v systemd-analyze >/dev/null; then
	# the targets that every unit is ordered against come from the system itself
	cp -n /usr/lib/systemd/system/*.target /usr/lib/systemd/system/*.slice "$root/usr/lib/systemd/system/"
	verify "as installed"
	at_most gongkai-parser@1.service 1.0
	at_most gongkai-sink.service 1.5
	at_most gongkai-fetcher.service 2.0
	for name in gongkai-fetcher.service gongkai-sink.service gongkai-parser@.service; do
		mkdir -p "$root/etc/systemd/system/$name.d"
		cp "$root/usr/share/doc/gongkai/tcp/$name.conf" "$root/etc/systemd/system/$name.d/tcp.conf"
	done
	verify "with the tcp drop-ins"
	at_most gongkai-parser@1.service 2.0
	systemd-sysusers --root="$root" --dry-run >"$tmp/sysusers.log" 2>&1 || { cat "$tmp/sysusers.log"; fail "systemd-sysusers"; }
	grep -q "user 'gongkai'" "$tmp/sysusers.log" || fail "systemd-sysusers makes no user gongkai"
else
	note "systemd-analyze is not here: verify and security were skipped"
fi
if command -v mandoc >/dev/null; then
	for page in "$root"/usr/share/man/man[18]/gongkai*; do
		mandoc -T lint -W warning "$page" || fail "mandoc: $page"
	done
else
	note "mandoc is not here: manual pages were not linted"
fi

# Started as written: a second install whose prefix is real, and private /var/lib and /run for the paths in the units.
cmake --install "$build" --prefix "$tmp/inst" >/dev/null
start() { python3 "$here/start_units.py" "$tmp/inst/lib/systemd/system" "$tmp/inst/share/doc/gongkai/tcp"; }
if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
	unshare --mount python3 "$here/start_units.py" --private "$tmp/inst/lib/systemd/system" "$tmp/inst/share/doc/gongkai/tcp"
elif unshare --map-root-user --mount true 2>/dev/null; then
	unshare --map-root-user --mount python3 "$here/start_units.py" --private "$tmp/inst/lib/systemd/system" "$tmp/inst/share/doc/gongkai/tcp"
else
	note "no mount namespaces here: the paths /var/lib/gongkai and /run/gongkai were replaced before starting"
	start
fi
echo "units: all checks passed"
