# The front door. `make run` and `make test` set up all they need on a fresh Debian machine.
#
#   make run               rehearsal: serves a small portal on loopback, crawls it, shows reports and figures
#   make run URL=http://…  crawls that portal for real (data in DATA, default ./gongkai-data)
#   make test              all tests; longer proofs have targets of their own below
BUILD ?= build
DATA ?= gongkai-data
JOBS ?= $(shell nproc)

.PHONY: build run test unit lint change chaos chaos-short polite soak fuzz generated bench bench-parse bench-harvest bench-revisit bench-frontier bench-search bench-repeat rehearse-years asan install clean deps help

help:
	@sed -n 's/^#   //p' Makefile
	@echo "also: build lint asan chaos polite fuzz generated bench bench-parse bench-harvest bench-revisit bench-frontier bench-search bench-repeat rehearse-years install clean"

deps:
	@sh tests/tools/deps.sh

build: deps
	@test -f $(BUILD)/build.ninja || cmake --preset release -B $(BUILD) >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)

run: build
ifdef URL
	$(BUILD)/gongkai run --data $(DATA) $(URL)
else
	@python3 tests/portal/rehearse.py $(BUILD)
endif

test: build
	@sh tests/run.sh $(BUILD)

lint: deps
	@sh tests/tools/lint.sh

asan: deps
	@test -f $(BUILD)/asan/build.ninja || cmake --preset asan -B $(BUILD)/asan >/dev/null
	@cmake --build $(BUILD)/asan -j $(JOBS)
	@cd $(BUILD)/asan && ctest --output-on-failure -j $(JOBS)
	python3 tests/ring/test_ring.py --build $(BUILD)/asan --short

# reports that change, vanish and flicker, also through a death at each kill point on the way
change: build
	python3 tests/ring/change.py --bin $(BUILD)/tests/bin

# 200 random kill -9 and every kill point over a portal of 2,000 pages
chaos: build
	python3 tests/ring/chaos.py --bin $(BUILD)/tests/bin --pages 2000 --kills 200
	python3 tests/ring/points.py --bin $(BUILD)/tests/bin --pages 200
	python3 tests/ring/restore.py --bin $(BUILD)/tests/bin --pages 2000
	python3 tests/ring/relexicon.py --bin $(BUILD)/tests/bin --pages 2000

# 1,000 filled forms of every era as every kind of file, and as many reports in prose: what went in has to come out
generated: build
	python3 tests/generated/run.py --build $(BUILD) --seeds $(or $(SEEDS),1..1000)

# ten minutes of a real crawl of 200 hosts on 20 loopback addresses, judged by the server's log
polite: build
	python3 tests/ring/polite.py --bin $(BUILD) --seconds $(or $(SECONDS_EACH),600)

fuzz: deps
	sh tests/fuzz/run.sh $(or $(SECONDS_EACH),60)

bench: build
	python3 tests/bench/bench.py --build $(BUILD)

# pages needed for the reports of fourteen unknown portals of 20,000 pages, beside breadth first; sites without end
bench-harvest: build
	python3 tests/bench/harvest.py --build $(BUILD) $(if $(REAL),--real)
	python3 tests/bench/harvest.py --build $(BUILD) $(if $(REAL),--real) --shape organs --seeds 4
	python3 tests/ring/test_schemes.py --build $(BUILD) --long

# the revisit policy in virtual time: ten seeds for each of three budgets, some minutes
bench-revisit: build
	@for b in 0.2:0.95 0.5:0.97 2:0.985; do $(BUILD)/tests/bench/revisit --n 2000 --budget $${b%:*} --seeds 10 --least $${b#*:} --least-announced 1 || exit 1; done

# the fetcher through years of portals that die, refuse, move and come back, in virtual time: some 15 s a seed. What
# fails prints its seed, and GONGKAI_SIM_SEED=N GONGKAI_SIM_YEARS=N build/tests/unit/test_years_sim replays it with a trace
rehearse-years: build
	@GONGKAI_SIM_FIRST=$(or $(FIRST),1) GONGKAI_SIM_RUNS=$(or $(SEEDS),20) GONGKAI_SIM_YEARS=$(or $(YEARS),6) $(BUILD)/tests/unit/test_years_sim

# the frontier at 100 thousand, 1 million and 10 million addresses: some 15 minutes and 6 GB in /tmp
bench-frontier: build
	$(BUILD)/tests/bench/bench_frontier $(or $(ROWS),100000 1000000 10000000)

# the index of `gongkai search` beside a LIKE scan; FILES=DIR: of the HTML files of a folder
bench-search: build
	$(BUILD)/tests/bench/bench_search $(if $(DOCUMENTS),--documents $(DOCUMENTS)) $(if $(FILES),--files $(FILES))

bench-parse: build
	$(BUILD)/tests/bench/bench_parse

# every sentence of the wordings repeated to a MiB: none may take more than two seconds of CPU
bench-repeat: build
	$(BUILD)/tests/bench/bench_repeat

install: build
	cmake --install $(BUILD) $(if $(PREFIX),--prefix $(PREFIX),--prefix /usr)

clean:
	rm -rf $(BUILD)
