#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Library builtins against the host compiler's functions, natively.
. "$FLEXOS_ROOT/tests/lib.sh"
glue=$FLEXOS_ROOT/libs/builtins/glue

build() {
    local f objects=
    for f in divide complex convert; do
        clang-19 -O2 -std=gnu11 -fno-builtin -c "$glue/$f.c" -o "$FLEXOS_TMP/$f.o" || return 1
        objects="$objects $FLEXOS_TMP/$f.o"
    done
    ld.lld-19 -r -o "$FLEXOS_TMP/builtins.o" $objects &&
        llvm-objcopy-19 --prefix-symbols=fx_ "$FLEXOS_TMP/builtins.o" &&
        gcc -O1 -Wall -Wextra -Werror "$FLEXOS_ROOT/tests/libs/native/builtins.c" "$FLEXOS_TMP/builtins.o" -o "$FLEXOS_TMP/builtins"
}

run build
check "builds" [ "$status" = 0 ]
run llvm-nm-19 -u "$FLEXOS_TMP/builtins.o"
check "needs no other function" [ -z "$output" ]
run "$FLEXOS_TMP/builtins"
check "9 groups agree with the host's" [ "$status" = 0 ]
finish
