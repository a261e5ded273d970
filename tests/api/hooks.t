#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Annotations from C to the hooks of a gate: compiled, described by the tool's code, run natively.
. "$FLEXOS_ROOT/tests/lib.sh"
here=$FLEXOS_ROOT/tests/api
root=$FLEXOS_ROOT
make -s -C "$root/pass" || exit 1
make -s -f "$root/tool/Makefile" > /dev/null || exit 1
plugin=$root/build/pass/flexos-pass.so
cd "$FLEXOS_TMP" || exit 1

functions=$(sed -n 's/^[a-z].*[ *]\(p_[a-z_]*\)(.*/\1/p' "$here/provider.h")
run clang-19 -std=gnu11 -O2 -g -D__FLEXOS__ -fplugin="$plugin" -fpass-plugin="$plugin" -I"$root/include" \
    -Wall -Wextra -Werror -c "$here/provider.c" -o provider.o
check "the annotated library compiles" [ "$status" = 0 ] || finish
run cc -std=gnu11 -D_GNU_SOURCE -O1 -I"$root/tool" -I"$root/include" -I"$root" "$here/describe.c" \
    $(find "$root/build/tool" -name '*.o' ! -path '*/tool/main.o') \
    -o describe -lyaml -lcjson -ldw -lelf -lcapstone -lnettle $(cat /dev/null "$root"/platforms/*/host/libraries 2> /dev/null)
check "the tool's code links" [ "$status" = 0 ] || finish
run ./describe provider.o table.S $functions
check "every annotation is understood" [ "$status" = 0 ] || finish

{   # numbers of functions, their descriptors, their addresses
    echo '#include "provider.h"'
    echo 'enum {'; for f in $functions; do echo "NUMBER_$f,"; done; echo '};'
    echo 'static const int numbers[] = {'; printf '%s\n' "$output" | awk '{ print $2 "," }'; echo '};'
    echo 'static void *const functions[] = {'; for f in $functions; do echo "(void *)$f,"; done; echo '};'
} > functions.h
hooks="clang-19 -std=gnu11 -O2 -fno-pic -fno-pie -mcmodel=small -I$root/include -I$root"
for file in "$root"/core/iface*.c; do
    $hooks -Wall -Wextra -Werror -Wshadow -Wconversion -ffreestanding -fno-builtin -mgeneral-regs-only -c "$file" || exit 1
done
check "the hooks use no vector register" sh -c '! llvm-objdump-19 -d iface*.o | grep -q "%[xyz]mm"'
check "the hooks have no writable data" sh -c '! llvm-nm-19 iface*.o | grep -q " [BbDdC] "'
check "the hooks call nothing but each other" sh -c '! llvm-nm-19 -u iface*.o | grep -E " U " | grep -vE "flexos_(iface_|layout|published|thunk_table)|__flexos_thunks_"'
run $hooks -I"$here" -I. -c "$here/hooks.c" -o hooks.o
check "the test compiles" [ "$status" = 0 ] || finish
run clang-19 -no-pie hooks.o iface*.o provider.o -x assembler table.S -Wl,--defsym=flexos_dss_offset=0 -o hooks
check "the descriptors assemble" [ "$status" = 0 ] || finish
timeout 60 ./hooks > hooks.out
status=$?
output=$(cat hooks.out)
check "the hooks ran to the end" [ "$status" -le 1 ]
while read -r line; do
    case $line in
    "ok "*) pass "${line#ok * - }" ;;
    "not ok "*) fail "${line#not ok * - }" ;;
    esac
done < hooks.out
finish
