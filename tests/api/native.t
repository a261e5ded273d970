#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The source that runs in images is also an ordinary program, with any compiler and without any tool of FlexOS.
. "$FLEXOS_ROOT/tests/lib.sh"
here=$FLEXOS_ROOT/tests/api/images
cd "$FLEXOS_TMP" || exit 1

for compiler in gcc clang-19; do
    for level in 0 2; do
        run $compiler -std=gnu11 -Wall -Wextra -O$level -I"$FLEXOS_ROOT/include" -I"$here/service" \
            "$here/caller/caller.c" "$here/caller/attacks.c" "$here/service/service.c" -o program
        check "$compiler -O$level compiles it without a warning" [ "$status$output" = 0 ]
        run ./program
        check "it runs" [ "$status" = 0 ]
        same "$here/expected.txt"
    done
done
finish
