#!/bin/sh
# All tests of `make test`: unit tests and replayed fuzz corpora, the command, the ring in short form, the rehearsal, and
# the real reports where GONGKAI_SHARED (default ../shared) has them. Behind each step stand the notes of its tests, also
# what was skipped for want of a program or folder. Prints one closing line.
set -u
build=$1
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here" || exit 1
GONGKAI_SHARED=${GONGKAI_SHARED:-$here/../shared}
export GONGKAI_SHARED
passed=0 failed=0
told() { # name status seconds: what a step came to, its output is in its log
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		echo "ok    $1 ($3 s)$(grep -h '^note:' "$build/log-$1" | tail -8 | tr '\n' ' ' | sed 's/^/  /')"
	else
		failed=$((failed + 1))
		echo "FAIL  $1 ($3 s), see $build/log-$1; its end:"
		tail -n 40 "$build/log-$1"
	fi
}
measured() { # name command...: prints status and seconds
	name=$1
	shift
	begin=$(date +%s)
	"$@" >"$build/log-$name" 2>&1
	echo "$? $(($(date +%s) - begin))"
}
step() { # name command...
	told "$1" $(measured "$@")
}
# ctest shows the output of failed tests only: what the others say they left out stands in its log.
ctest_and_notes() {
	ctest --test-dir "$build" --output-on-failure -j 2
	status=$?
	sed -n -e 's/^note: /note: /p' -e 's/^skipped: /note: skipped: /p' "$build/Testing/Temporary/LastTest.log" | sort -u
	return $status
}
step lint sh tests/tools/lint.sh
step ctest ctest_and_notes
# The portals of the shared folder keep their gaps, and an outage lasts: nearly all of that time is waited, so it goes beside
# other steps.
waits="test_outage test_real_portals"
for name in $waits; do
	measured "$name" python3 "tests/ring/$name.py" --build "$build" >"$build/beside-$name" &
done
for script in tests/cli/test_*.py tests/ring/test_*.py tests/deploy/test_*.py; do
	[ -f "$script" ] || continue # a pattern that no file has
	name=$(basename "$script" .py)
	case " $waits " in *" $name "*) continue ;; esac
	step "$name" python3 "$script" --build "$build"
	if [ "$name" = test_hostile ]; then
		wait
		for name in $waits; do
			told "$name" $(cat "$build/beside-$name")
		done
	fi
done
for script in tests/deploy/test_*.sh; do
	[ -f "$script" ] && step "$(basename "$script" .sh)" sh "$script" "$build"
done
step harvest python3 tests/bench/harvest.py --build "$build" --seeds 2 --pages 3000 --reports 30 --times 3
step organs python3 tests/bench/harvest.py --build "$build" --shape organs --seeds 1 --pages 3000 --reports 30 --times 3
step generated python3 tests/generated/run.py --build "$build" --seeds 1..8
step change python3 tests/ring/change.py --bin "$build/tests/bin" --short
step rehearsal python3 tests/portal/rehearse.py "$build"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
