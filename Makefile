# SPDX-License-Identifier: BSD-3-Clause
# What can be done here; `make` alone explains it. The work is done by ./flexos, tests/all, bench/run.

BUILD := $(CURDIR)/build
RUN := $(firstword $(wildcard examples/redis/redis.yaml examples/census/five.yaml examples/hello/hello.yaml))
BENCH ?=
PATTERN ?=

.PHONY: help
help:
	@echo 'make run      the main job: ./flexos run $(RUN)'
	@echo 'make test     all tests (PATTERN=name for some)'
	@echo 'make check    the quick tests, before each commit'
	@echo 'make bench    all benchmarks (BENCH=name for one)'
	@echo 'make fuzz     fuzzes the parsers for FLEXOS_FUZZ_SECONDS (60)'
	@echo 'make docs     writes the generated parts of docs/ anew'
	@echo 'make format   formats all C sources'
	@echo 'make setup    installs what is missing (the targets above do it too)'
	@echo 'make clean    deletes build/'
	@echo
	@echo './flexos help lists the commands of the tool.'

# Each purpose of setup/packages once, until the list of packages changes.
$(BUILD)/setup/%: setup/packages setup/setup
	@setup/setup $(subst -, ,$*)
	@mkdir -p $(@D) && touch $@

.PHONY: setup run test check bench fuzz docs format clean
setup:
	setup/setup

run: $(BUILD)/setup/tool-build-emulate
	./flexos run $(RUN)

test: $(BUILD)/setup/tool-build-emulate-test
	tests/all $(PATTERN)

check: $(BUILD)/setup/tool-build-emulate-test
	tests/all --quick $(PATTERN)

bench: $(BUILD)/setup/tool-build-emulate-test
	bench/run $(BENCH)

fuzz: $(BUILD)/setup/tool-build
	tests/fuzz/fuzz

docs:
	./flexos docs update

format: $(BUILD)/setup/format
	git ls-files '*.c' '*.h' | xargs clang-format-19 -i

clean:
	rm -rf $(BUILD)
