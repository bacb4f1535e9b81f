# One command each for what people do here. `make help` prints the list from the comments below.

JOBS         ?= 2
FUZZ_SECONDS ?= 60
RIPOSTE_DATA ?= ../shared/data
export RIPOSTE_DATA

.DEFAULT_GOAL := test
.PHONY: help test release demo conformance bench asan tsan fuzz tidy fmt golden golden-accept check ci hooks clean \
        packages packages-clang

test: build/dev/build.ninja ## configure, build and run the fast tests (this is plain `make`)
	cmake --build --preset dev -j $(JOBS)
	ctest --preset dev -j $(JOBS)

release: build/release/build.ninja ## build/release/riposte, optimised
	cmake --build --preset release -j $(JOBS) --target riposte

demo: release ## scan a small attack, then play every shipped incident against an emulator
	tools/demo build/release/riposte

conformance: build/release/build.ninja ## run the suites over the data in RIPOSTE_DATA
	@test -d "$(RIPOSTE_DATA)" || { echo "make conformance: no folder $(RIPOSTE_DATA): set RIPOSTE_DATA to the test data" >&2; exit 2; }
	cmake --build --preset release -j $(JOBS) --target riposte-conformance
	build/release/riposte-conformance

bench: build/release/build.ninja ## ratios to peers and limits, in build/bench/table.txt (see bench/README.md)
	cmake --build --preset release -j $(JOBS) --target riposte bench-contender bench-limits \
	  bench-correlator bench-caller bench-responder
	bench/run

asan: build/asan/build.ninja ## all tests under the address and undefined-behaviour sanitizers
	cmake --build --preset asan -j $(JOBS)
	ctest --preset asan -j $(JOBS)

tsan: build/tsan/build.ninja ## all tests under the thread sanitizer
	cmake --build --preset tsan -j $(JOBS)
	ctest --preset tsan -j $(JOBS)

fuzz: build/fuzz/build.ninja ## replay the corpora, then hunt FUZZ_SECONDS (60) in each parser
	cmake --build --preset fuzz -j $(JOBS)
	tools/fuzz build/fuzz $(FUZZ_SECONDS)

tidy: build/tidy/build.ninja ## clang-tidy, lock analysis, floors, gates, orphans
	python3 tools/tidy.py
	cmake --build --preset tidy -j $(JOBS)

fmt: packages-clang ## lay out the sources that differ from the last commit
	tools/fmt

golden: build/dev/build.ninja ## compare the findings of every story with what it expects
	cmake --build --preset dev -j $(JOBS) --target riposte
	python3 tools/golden build/dev/riposte

golden-accept: build/dev/build.ninja ## rewrite what the stories expect; read the diff before you commit it
	cmake --build --preset dev -j $(JOBS) --target riposte
	python3 tools/golden --accept build/dev/riposte

check: packages-clang ## what a reviewer will ask: layout, tidy, tests, sanitizers
	tools/fmt --check
	$(MAKE) tidy test asan

ci: ## what the machine will ask
	.ci/run

hooks: ## check layout, floors and commit subject before every commit
	git config core.hooksPath tools/hooks

clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

packages:
	@tools/install build

packages-clang: packages
	@tools/install clang

build/%/build.ninja: CMakePresets.json tools/aws_models/requirements.txt tests/ocsf/requirements.txt tests/integration/requirements.txt | packages
	cmake --preset $*
	@touch $@

build/fuzz/build.ninja build/tidy/build.ninja: | packages-clang
