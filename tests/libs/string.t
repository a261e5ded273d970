#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Library string against plain loops, natively; and a broken copy of it is noticed.
. "$FLEXOS_ROOT/tests/lib.sh"
native=$FLEXOS_ROOT/tests/libs/native

# build FOLDER: the test with the library's sources in FOLDER.
build() {
    local folder=$1 f objects=
    for f in copy set compare search; do
        clang-19 -O2 -g -std=gnu11 -ffreestanding -fno-builtin -c "$folder/$f.c" -o "$FLEXOS_TMP/$f.o" || return 1
        objects="$objects $FLEXOS_TMP/$f.o"
    done
    ld.lld-19 -r -o "$FLEXOS_TMP/string.o" $objects &&
        llvm-objcopy-19 --prefix-symbols=fx_ "$FLEXOS_TMP/string.o" &&
        clang-19 -O1 -g -fno-builtin -Wall -Wextra -Werror "$native/string.c" "$FLEXOS_TMP/string.o" -o "$FLEXOS_TMP/string"
}

run build "$FLEXOS_ROOT/libs/string/glue"
check "builds" [ "$status" = 0 ]
run "$FLEXOS_TMP/string"
check "13 functions agree with plain loops" [ "$status" = 0 ]
run llvm-objdump-19 -d "$FLEXOS_TMP/string.o"
lacks ymm zmm

# Each mutation must make a test fail.
mutate() { # NAME FILE EXPRESSION
    mkdir -p "$FLEXOS_TMP/broken"
    cp "$FLEXOS_ROOT"/libs/string/glue/* "$FLEXOS_TMP/broken"
    sed -i "$3" "$FLEXOS_TMP/broken/$2"
    run build "$FLEXOS_TMP/broken"
    run timeout 20 "$FLEXOS_TMP/string"
    check "notices: $1" [ "$status" != 0 ]
}
mutate "a copy that forgets its last vector" copy.c 's/store(end - 16, y3);//'
mutate "a move that goes the wrong way" copy.c 's/copy_backward(d, s, n);/copy_forward(d, s, n);/'
mutate "a comparison that reads into the next page" compare.c 's/least(n, least(in_page(a), in_page(b)))/least(n, in_page(a))/'
mutate "a search that reads behind its limit" search.c 's/< n ? (void \*)(p + /<= n ? (void *)(p + /'
finish
