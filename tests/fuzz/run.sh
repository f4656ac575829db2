#!/bin/sh
# Fuzz every target for a while: tests/fuzz/run.sh [SECONDS_EACH [NAME...]]. Needs clang. New inputs stay in
# build/fuzz/found; what of them reaches more than the corpus is merged into build/fuzz/merged, to be committed when it
# is small. An input that fails is named in the output and belongs into tests/fuzz/corpus once it is mended.
#
# A run may take 10 s at the most (the targets of the parser hold each input to 2 s a megabyte of CPU time themselves),
# one allocation 128 MiB (the parser's arena has at most 96) and the process 1 GiB, sanitizer included.
set -eu
seconds=${1:-60}
[ $# -gt 0 ] && shift
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}/fuzz
command -v clang >/dev/null || { echo "tests/fuzz/run.sh: clang is missing: install the package clang" >&2; exit 1; }
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Fuzz -DCMAKE_C_FLAGS_FUZZ="-O1 -g" \
	-DGONGKAI_SANITIZE=ON -DGONGKAI_FUZZ=ON >/dev/null
[ $# -gt 0 ] || set -- $(cd "$top/tests/fuzz" && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
limits="-rss_limit_mb=1024 -malloc_limit_mb=128 -timeout=10 -max_len=32768"
for short; do
	name=fuzz_$short
	cmake --build "$build" --target "$name" >/dev/null
	mkdir -p "$build/found/$short" "$build/merged/$short"
	echo "== $name, $seconds s"
	"$build/tests/fuzz/$name" -max_total_time="$seconds" $limits -print_final_stats=1 -artifact_prefix="$build/$name-" \
		"$build/found/$short" "$top/tests/fuzz/corpus/$short" 2>"$build/$name.log" || {
		tail -40 "$build/$name.log" >&2
		exit 1
	}
	grep -E '^stat::(number_of_executed_units|peak_rss_mb|slowest_unit_time_sec)|^Done' "$build/$name.log" || true
	"$build/tests/fuzz/$name" -merge=1 $limits "$build/merged/$short" "$top/tests/fuzz/corpus/$short" "$build/found/$short" \
		2>"$build/$name.merge.log" || echo "$name: the corpus could not be merged, see $build/$name.merge.log" >&2
done
