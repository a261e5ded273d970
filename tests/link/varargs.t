#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Variadic calls: the notes of the compiler pass decide how many stack words a gate carries.
. "$(dirname "$0")/lib.sh"

base
make -s -C "$FLEXOS_ROOT/pass" >/dev/null 2>&1
plugin=$(find "$FLEXOS_ROOT/build/pass" -name '*.so' | head -1)
[ -n "$plugin" ] || skip_all "the compiler pass is not built"
passflags="-fpass-plugin=$plugin"
core="core,core.o,0,kind=core"
library lib <<'E'
#include <stdarg.h>
static int calls;
long sum(int n, ...) { va_list v; va_start(v, n); long s = calls++; while (n--) s += va_arg(v, long); va_end(v); return s - (calls - 1); }
double fsum(int n, ...) { va_list v; va_start(v, n); double s = 0; calls++; while (n--) s += va_arg(v, double); va_end(v); return s; }
long many(long a, long b, long c, long d, long e, long f, long g, ...) { va_list v; va_start(v, g); long s = va_arg(v, long); va_end(v); calls++; return s; }
struct big { long v[5]; };
long structs(int n, ...) { va_list v; va_start(v, n); struct big b = va_arg(v, struct big); long l = va_arg(v, long); va_end(v); calls++; return b.v[4] + l; }
long pure(int n, ...) { va_list v; va_start(v, n); long s = va_arg(v, long); va_end(v); return s; }
E
library app "$passflags" <<'E'
struct big { long v[5]; };
long sum(int, ...), many(long, long, long, long, long, long, long, ...), structs(int, ...), pure(int, ...);
double fsum(int, ...);
int main(void) {
    struct big b = {{1, 2, 3, 4, 5}};
    int bad = 0;
    bad |= (sum(0) != 0) << 0;
    bad |= (sum(3, 1L, 2L, 3L) != 6) << 1;
    bad |= (sum(7, 1L, 2L, 3L, 4L, 5L, 6L, 7L) != 28) << 2;
    bad |= (sum(8, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L) != 36) << 3;
    bad |= (fsum(10, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.) != 55) << 4;
    bad |= (many(1, 2, 3, 4, 5, 6, 7, 8L) != 8) << 5;
    bad |= (structs(1, b, 6L) != 11) << 6;
    bad |= (pure(1, 9L) != 9) << 7;
    return bad;
}
__attribute__((noinline, used)) long tail(long x) { return sum(1, x); }
E
for count in 0 2; do
    link $count app,app.o,1,kind=app,needs=lib lib,lib.o,$((count ? 2 : 1)) $core
    check "links, $count compartments" test "$status" = 0
    run ./image
    check "runs: $status" test "$status" = 0
done
file_has image.d/gates.S '"__gate_1_2$sum$w0", "sum", 1, 2, 6, 8, 0, 1, 1' '"__gate_1_2$sum$w2", "sum", 1, 2, 6, 8, 2, 1, 1' \
    '"__gate_1_2$sum$w3"' '"__gate_1_2$fsum$w2", "fsum", 1, 2, 6, 8, 2, 1, 3' '"__gate_1_2$many$w2"' '"__gate_1_2$structs$w5"'
file_lacks image.d/gates.S '"__gate_1_2$sum$w1"' '"__gate_1_2$pure'
output=$(llvm-readelf-19 -SW image)
lacks .flexos.varargs

# Each call has its own gate: the order in the code is that of the source.
output=$(llvm-objdump-19 -d --no-show-raw-insn --disassemble-symbols=main image | sed -n 's/.*call.*<__gate_1_2$\(.*\)>/\1/p' | tr '\n' ' ')
check "the sites are the right ones: $output" test "$output" = 'sum$w0 sum$w0 sum$w2 sum$w3 fsum$w2 many$w2 structs$w5 '

# Without a note a variadic call cannot cross.
library app <<'E'
long sum(int, ...);
int main(void) { return sum(1, 2L); }
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
check "a call without a note is refused" test "$status" = 1
has 'app: main (app.c:2): calls the variadic sum of library lib in another compartment, but nothing says how many arguments are on the stack; compile this file with the compiler pass (assembler: call a function with a fixed prototype), or put both libraries in one compartment'
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,1 $core
check "in one compartment it is fine" test "$status" = 0

# Thunks of variadic functions carry what the largest call through a pointer passes, not what direct calls pass.
library app "$passflags" <<'E'
long sum(int, ...);
static long (*volatile p)(int, ...) = sum;
int main(void) {
    long direct = sum(12, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    return (int)(p(6, 1L, 2L, 3L, 4L, 5L, 6L) + p(9, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L) + direct);
}
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
check "a variadic function by pointer" test "$status" = 0
file_has image.d/gates.S '"__thunk$sum", "sum", 2, 7, 6, 8, 4, 1, 1' '"__gate_1_2$sum$w7"'
run ./image
check "runs: $status" test "$status" = 144
finish
