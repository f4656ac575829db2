#!/bin/sh
# Install what the build and the tests need, or print the one line that does. Quiet when nothing is missing.
set -eu
packages="gcc cmake ninja-build pkg-config python3 libzmq3-dev libjansson-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev
libxml2-dev zlib1g-dev libdeflate-dev libpsl-dev publicsuffix libidn2-dev libseccomp-dev libxxhash-dev libinih-dev check
poppler-utils poppler-data antiword catdoc
clang clang-format universal-ctags mandoc systemd openssl curl"
missing=$(for p in $packages; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$p"
done)
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
	echo "installing: $missing" >&2
	{ DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing ||
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing; }; } >/dev/null && exit 0
	echo "apt-get could not install: $missing" >&2
	exit 1
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null && exit 0
fi
echo "packages are missing; install them with:" >&2
echo "  sudo apt-get install -y $missing" >&2
exit 1
