#!/bin/sh
# Fuzz every target for SECONDS (default 60) with libFuzzer and the sanitizers; seeds are tests/fuzz/corpus/NAME.
# What is found new lands in build/fuzz/found/NAME; a crash stops with its input's name.
set -eu
seconds=${1:-60}
cd "$(dirname "$0")/../.."
CC=clang cmake -S . -B build/fuzz -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" \
	-DGONGKAI_SANITIZE=ON -DGONGKAI_FUZZ=ON >/dev/null
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	cmake --build build/fuzz --target "$name" -j "$(nproc)" >/dev/null
	short=${name#fuzz_}
	mkdir -p "build/fuzz/found/$short"
	echo "== $name, $seconds s"
	"build/fuzz/tests/fuzz/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/found/$short-" "build/fuzz/found/$short" "tests/fuzz/corpus/$short" 2>&1 | tail -n 8
done
