# SPDX-License-Identifier: BSD-3-Clause
# Tests of the link step alone: tiny libraries are compiled here, driver.c says what their manifests
# would, gate.inc stands in for a mechanism. Sourced by the tests of this folder.
. "$(dirname "$0")/../lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# The tool's own objects with another main.
"$flexos" --help >/dev/null 2>&1
driver=$work/driver
cc -std=gnu11 -D_GNU_SOURCE -g -I"$FLEXOS_ROOT/tool" -I"$FLEXOS_ROOT" -I"$FLEXOS_ROOT/include" -o "$driver" "$here/driver.c" \
    $(find "$FLEXOS_ROOT/build/tool" -name '*.o' ! -path '*/tool/main.o') -lyaml -lcjson -ldw -lelf \
    -lcapstone -lnettle $(cat /dev/null "$FLEXOS_ROOT"/platforms/*/host/libraries 2>/dev/null) || exit 1

# A checkout whose mechanism is the stand-in.
mkdir -p root/mechanisms/intel-mpk/target/x86_64
cp "$here/gate.inc" root/mechanisms/intel-mpk/target/x86_64/
for name in flexos tool core include; do ln -s "$FLEXOS_ROOT/$name" root/; done

flags="-O2 -g -std=gnu11 -ffunction-sections -fdata-sections -fno-pic -fno-pie -mcmodel=small -fno-stack-protector
       -fno-asynchronous-unwind-tables -ffreestanding -w"

# library NAME [FLAG...]: from C (or, with -x assembler, assembler) on standard input.
library() {
    local name=$1
    shift
    cat >"$name.c"
    # shellcheck disable=SC2086
    clang-19 $flags "$@" -c "$name.c" -o "$name.part.o" && ld.lld-19 -r "$name.part.o" -o "$name.o"
}

# More than one object in a library: part NAME FILE [FLAG...], then join NAME.
part() {
    local name=$1 file=$2
    shift 2
    cat >"$name-$file.c"
    # shellcheck disable=SC2086
    clang-19 $flags "$@" -c "$name-$file.c" -o "$name-$file.part.o"
}
join() { ld.lld-19 -r "$1"-*.part.o -o "$1.o"; }

# link COMPARTMENTS LIBRARY...: makes the image `image`; sets status and output.
link() {
    rm -rf image image.*
    run env FLEXOS_ROOT="$work/root" "$driver" image "$@"
}

# Texts in files of the link.
file_has() {
    local file=$1 text
    shift
    for text in "$@"; do
        if grep -qF -- "$text" "$file"; then pass "  $(basename "$file"): $text"; else
            output=$(head -60 "$file")
            fail "  $(basename "$file"): $text"
        fi
    done
}
file_lacks() {
    local file=$1 text
    shift
    for text in "$@"; do
        if grep -qF -- "$text" "$file"; then output=$(grep -F -- "$text" "$file") && fail "  $(basename "$file") lacks: $text"; else
            pass "  $(basename "$file") lacks: $text"
        fi
    done
}

# code FUNCTION: its disassembly in the image, in `output`.
code() { output=$(llvm-objdump-19 -d --no-show-raw-insn --disassemble-symbols="$1" image); }

# The base that all images of these tests have: starts main, and ends with its result.
base() {
    library core <<'E'
int main(void);
__attribute__((force_align_arg_pointer)) void _start(void) {
    long result = main();
    __asm__ volatile("syscall" : : "a"(231L), "D"(result) : "rcx", "r11");
}
long flexos_console_write(const void *buf, unsigned long len) { return len; }
E
}
