#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 200
# The port of docs/porting.md, as it stands there: the files of its blocks, built and run; the port in under 30 lines.
. "$FLEXOS_ROOT/tests/lib.sh"
work=$FLEXOS_ROOT/build/tests/porting

if [ "$1" = build ]; then
    rm -rf "$work"
    mkdir -p "$work"
    awk -v work="$work" '
        /^```.* file=/ { sub(/.*file=/, ""); file = work "/" $0; dir = file; sub(/\/[^\/]*$/, "", dir); system("mkdir -p " dir); next }
        /^```/ { file = ""; next }
        file { print > file }' "$FLEXOS_ROOT/docs/porting.md"
    build_images "$work/squeeze.yaml"
    exit
fi

lines=$(cat "$work"/zlib/* | wc -l)
check "the port has $lines lines, under 30" [ "$lines" -lt 30 ]
run_image "$work/squeeze.yaml"
check "the ported library works in a compartment of its own" [ "$status" = 0 ]
same "$work/expected"
finish
