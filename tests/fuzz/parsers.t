#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 900
# The parsers survive the fuzzer: no crash, no leak, no hang, no silent refusal.
. "$(dirname "$0")/../lib.sh"
plan 1
run "$FLEXOS_ROOT/tests/fuzz/fuzz"
output=$(printf '%s\n' "$output" | tail -n 60)
check "survives ${FLEXOS_FUZZ_SECONDS:-60} s of fuzzing" [ "$status" = 0 ]
printf '%s\n' "$output" | grep -E '^stat::(number_of_executed_units|new_units)|^Done' | sed 's/^/# /'
finish
