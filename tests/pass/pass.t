#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The compiler plugin: each fixture natively at -O0 to -O3, on a stack with a shared half.
. "$FLEXOS_ROOT/tests/lib.sh"
here=$FLEXOS_ROOT/tests/pass
plugin=$FLEXOS_ROOT/build/pass/flexos-pass.so
cc="clang-19 -std=gnu11 -fno-pic -fno-pie -mcmodel=small -I$FLEXOS_ROOT/include -I$here"
with="$cc -D__FLEXOS__ -fplugin=$plugin -fpass-plugin=$plugin -mllvm"

run make -s -C "$FLEXOS_ROOT/pass"
check "the plugin builds" [ "$status" = 0 ] || finish
cd "$FLEXOS_TMP" || exit 1
$cc -O1 -c "$here/harness.c" -o harness.o
$cc -O1 -DHARNESS_HEAP -c "$here/harness.c" -o harness-heap.o

# native NAME FIXTURE OFFSET HARNESS FLAGS...: at every level
native() {
    local name=$1 fixture=$2 offset=$3 harness=$4 level bad=
    shift 4
    for level in 0 1 2 3 s; do
        run $with "$@" -O$level -c "$here/$fixture.c" -o fixture.o
        [ "$status" = 0 ] && run clang-19 -no-pie "$harness" fixture.o -Wl,--defsym=flexos_dss_offset="$offset" -o fixture
        [ "$status" = 0 ] && run ./fixture
        [ "$status" = 0 ] || { bad="-O$level"; break; }
    done
    check "$name${bad:+ $bad}" [ "$status" = 0 ]
}
native "annotated locals on the data shadow stack" locals 0x100000 harness.o -flexos-locals=annotated
native "annotated locals without isolation (offset 0)" locals 0 harness.o -flexos-locals=annotated -DSAME_HALF
native "annotated locals, all that escape are shared" locals 0x100000 harness.o -flexos-locals=auto -DSAME_HALF
native "annotated locals with debug information" locals 0x100000 harness.o -flexos-locals=annotated -g
native "annotated locals on the shared heap" locals 0 harness-heap.o -flexos-storage=heap
native "escaping locals on the data shadow stack" auto 0x100000 harness.o -flexos-locals=auto
native "escaping locals on the shared heap" auto 0 harness-heap.o -flexos-locals=auto -mllvm -flexos-storage=heap

run $cc -O2 -DSAME_HALF -Dis_shared=is_here -c "$here/locals.c" -o plain.o
check "the same source without the plugin" [ "$status" = 0 ]
run gcc -std=gnu11 -O2 -I"$FLEXOS_ROOT/include" -I"$here" -DSAME_HALF -c "$here/locals.c" -o plain.o
check "the same source with another compiler" [ "$status" = 0 ]

run $with -flexos-locals=annotated -O2 -c "$here/locals.c" -o fixture.o
shared=$(llvm-objdump-19 -t fixture.o | awk '$0 ~ /\.flexos\.shared/ { print $NF }' | grep -E 'global|static|count|name' | sort | tr '\n' ' ')
check "annotated statics lie in .flexos.shared: $shared" [ "$shared" = "counter.count counter.name file_static global global_zero " ]
run llvm-objdump-19 -t -j .flexos.rodata fixture.o
has global_constant

for level in 0 2; do
    $with -flexos-locals=none -O$level -c "$here/notes.c" -o notes.o
    expected=$(sed -n 's/.*EXPECT \([0-9]* [0-9]*\).*/\1/p' "$here/notes.c" | tr '\n' ';')
    found=$(llvm-objcopy-19 -O binary --only-section=.flexos.varargs --set-section-flags .flexos.varargs=alloc notes.o notes.bin &&
        od -An -v -t u4 -w16 notes.bin | awk '{ print $3, $4 }' | tr '\n' ';')
    output="expected $expected
found    $found"
    check "notes of variadic calls at -O$level" [ "$expected" = "$found" ]
done
# the note of a site stands in front of its call: no other call lies between
run llvm-objdump-19 -r notes.o
check "each note has the address of its site" [ "$(printf '%s\n' "$output" | sed -n '/varargs/,/RECORDS FOR/p' | grep -c R_X86_64_64)" = 9 ]

$cc -O2 -c "$here/notes.c" -o without.o
llvm-objcopy-19 -O binary --only-section=.text notes.o a.bin && llvm-objcopy-19 -O binary --only-section=.text without.o b.bin
check "notes change no byte of the code" cmp -s a.bin b.bin

run $with -flexos-locals=annotated -O2 -c "$here/thread.c" -o thread.o
check "a thread-local object cannot be shared" [ "$status" != 0 ]
has "mine is thread-local" "flexos_malloc_shared"

run $with -flexos-locals=annotated -O2 -g -c "$here/carry.c" -o carry.o
run llvm-dwarfdump-19 carry.o
has 'flexos in count' 'flexos name buffer' 'flexos name count' 'flexos precondition fd >= 0'
finish
