#!/bin/sh
# Fuzz every target for a while: tests/fuzz/run.sh [SECONDS_EACH]. Needs clang. New inputs stay in build/fuzz/found;
# an input that fails is named in the output and belongs into tests/fuzz/corpus once it is mended.
set -eu
seconds=${1:-60}
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}/fuzz
command -v clang >/dev/null || { echo "tests/fuzz/run.sh: clang is missing: install the package clang" >&2; exit 1; }
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" \
	-DGONGKAI_SANITIZE=ON -DGONGKAI_FUZZ=ON >/dev/null
for source in "$top"/tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	short=${name#fuzz_}
	cmake --build "$build" --target "$name" >/dev/null
	mkdir -p "$build/found/$short"
	echo "== $name, $seconds s"
	"$build/tests/fuzz/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
		"$build/found/$short" "$top/tests/fuzz/corpus/$short" 2>"$build/$name.log" || {
		tail -40 "$build/$name.log" >&2
		exit 1
	}
	tail -5 "$build/$name.log"
done
