#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Signatures: the classes of the psABI for arguments and results, from DWARF; compared with what the gate lines say.
. "$(dirname "$0")/lib.sh"

base
# expect FUNCTION "IREG, SSE, WORDS, VARIADIC, RET": collected, then checked in one link.
expected=()
expect() { expected+=("$1|$2"); }

cat >types.h <<'E'
#include <stdarg.h>
#include <stddef.h>
struct two { long a, b; };
struct big { long a, b, c; };
struct mixed { long a; double b; };
struct mixed2 { double a; int b; };
struct floats { float a, b; };
struct floats3 { float a, b, c; };
struct doubles { double a, b; };
struct inner { char c; struct { short s; float f; } in; };
struct bits { unsigned a : 20, b : 20; double d; };
struct late { int : 32; int : 32; double d; };
struct __attribute__((packed)) packed { char a; int b; };
struct array { float v[4]; };
struct chars { char v[16]; };
struct empty {};
struct ld { long double d; };
union ud { long double d; long l; };
union il { int i; float f; };
struct aligned { _Alignas(16) long a; long b; };
enum small { SMALL };
typedef const struct two *volatile pointer;
typedef _Complex double cd;
typedef _Complex float cf;
typedef _Complex long double cl;
typedef __int128 wide;
E
proto=""
define() { # RESULT NAME(PARAMETERS) EXPECTED
    proto="$proto$1 $2;
"
    body="${body:-}$1 $2 { state++; $3 }
"
    expect "$(echo "$2" | sed 's/(.*//')" "$4"
}
body=""
define void 'f_void(void)' '' '0, 0, 0, 0, 0'
define int 'f_int(int a)' 'return a;' '1, 0, 0, 0, 1'
define char 'f_six(char a, short b, long c, void *d, enum small e, _Bool g)' 'return a;' '6, 0, 0, 0, 1'
define long 'f_eight(long a, long b, long c, long d, long e, long g, long h, long i)' 'return i;' '6, 0, 2, 0, 1'
define double 'f_double(double a, float b)' 'return a + b;' '0, 2, 0, 0, 3'
define double 'f_nine(double a, double b, double c, double d, double e, double g, double h, double i, double j)' 'return j;' '0, 8, 1, 0, 3'
define 'struct two' 'f_two(struct two a)' 'return a;' '2, 0, 0, 0, 2'
define 'struct big' 'f_big(struct big a, int b)' 'return a;' '2, 0, 3, 0, 9'
define 'struct mixed' 'f_mixed(struct mixed a)' 'return a;' '1, 1, 0, 0, 5'
define 'struct mixed2' 'f_mixed2(struct mixed2 a)' 'return a;' '1, 1, 0, 0, 6'
define 'struct floats' 'f_floats(struct floats a)' 'return a;' '0, 1, 0, 0, 3'
define 'struct floats3' 'f_floats3(struct floats3 a)' 'return a;' '0, 2, 0, 0, 4'
define 'struct doubles' 'f_doubles(struct doubles a)' 'return a;' '0, 2, 0, 0, 4'
define 'struct inner' 'f_inner(struct inner a)' 'return a;' '1, 1, 0, 0, 5'
define 'struct bits' 'f_bits(struct bits a)' 'return a;' '1, 1, 0, 0, 5'
define 'struct packed' 'f_packed(struct packed a)' 'return a;' '1, 0, 1, 0, 9'
define 'struct array' 'f_array(struct array a)' 'return a;' '0, 2, 0, 0, 4'
define 'struct chars' 'f_chars(struct chars a, int b)' 'return a;' '3, 0, 0, 0, 2'
define 'int' 'f_empty(struct empty a, int b)' 'return b;' '1, 0, 0, 0, 1'
define 'long double' 'f_ld(long double a)' 'return a;' '0, 0, 2, 0, 7'
define 'struct ld' 'f_sld(struct ld a)' 'return a;' '0, 0, 2, 0, 7'
define 'union ud' 'f_ud(union ud a)' 'return a;' '1, 0, 2, 0, 9'
define 'union il' 'f_il(union il a)' 'return a;' '1, 0, 0, 0, 1'
define cd 'f_cd(cd a)' 'return a;' '0, 2, 0, 0, 4'
define cf 'f_cf(cf a)' 'return a;' '0, 1, 0, 0, 3'
define cl 'f_cl(cl a)' 'return a;' '0, 0, 4, 0, 8'
define wide 'f_wide(wide a, int b)' 'return a;' '3, 0, 0, 0, 2'
define int 'f_split(int a, int b, int c, int d, int e, struct two g, int h)' 'return g.a + h;' '6, 0, 2, 0, 1'
define int 'f_ldpad(long a, long b, long c, long d, long e, long g, long h, long double i)' 'return h;' '6, 0, 4, 0, 1'
define pointer 'f_pointer(pointer a)' 'return a;' '1, 0, 0, 0, 1'
define int 'f_callback(int (*f)(int), int a)' 'return f(a);' '2, 0, 0, 0, 1'
define int 'f_unnamed(int, char *, double)' 'return 0;' '2, 1, 0, 0, 1'
define int 'f_unused(int a, int b, double c)' 'return 4;' '2, 1, 0, 0, 1'

{ echo '#include "types.h"'; echo 'static int state;'; printf '%s' "$body"
  echo 'int k_and_r(a, b) int a; double b; { state++; return a; }'
  echo 'static int aliased_real(long a, double b) { return state += a; }'
  echo 'int aliased(long, double) __attribute__((weak, alias("aliased_real")));'; } >lib.src
proto="${proto}int aliased(long, double); int k_and_r();
"
expect k_and_r '1, 1, 0, 0, 1'
expect aliased '1, 1, 0, 0, 1'
library lib -I. <lib.src
{ echo '#include "types.h"'; printf '%s' "$proto"; echo 'void *sink; int main(void) { volatile long z = 0;'
  for one in "${expected[@]}"; do echo "if (z) ((void (*)(void))${one%%|*})();"; done
  echo 'return 0; }'; } | library app -I. -Wno-everything
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 core,core.o,0,kind=core
check "links" test "$status" = 0
for one in "${expected[@]}"; do
    name=${one%%|*}
    line=$(grep "FLEXOS_GATE \"__gate_1_2\$\(${name}\|lib\$[0-9]*\$aliased_real\)\"," image.d/gates.S |
        grep -v "$([ "$name" = aliased ] && echo '$f_' || echo aliased)" | sed 's/.*, 1, 2, \(.*\), 0, -*[0-9]*, [0-9]*$/\1/')
    output="$line, expected ${one#*|}"
    check "$name: ${one#*|}" test "$line" = "${one#*|}"
done

# What no gate can carry is an error with a remedy.
library lib -mavx <<'E'
typedef float wide __attribute__((vector_size(32)));
typedef float quad __attribute__((vector_size(16)));
static int state;
wide f_wide(wide a) { state++; return a; }
quad f_quad(quad a) { state++; return a; }
E
library app <<'E'
void f_wide(void), f_quad(void);
int main(void) { f_wide(); f_quad(); return 0; }
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 core,core.o,0,kind=core
has 'lib: f_wide (lib.c:4): f_wide of library lib needs a gate, but a parameter or the result is a vector of more than 16 bytes' \
    'lib: f_quad (lib.c:5): f_quad of library lib needs a gate, but a parameter or the result has a type that no gate carries' \
    'put both libraries in one compartment, or export a function that passes a pointer'

# Assembler functions have no DWARF: a prototype of a user or of interface.c says what they take.
cat >lib-asm.S <<'E'
    .bss
state: .skip 8
    .section .text.asm_known,"ax"
    .globl asm_known, asm_unknown, asm_annotated
    .type asm_known, @function
    .type asm_unknown, @function
    .type asm_annotated, @function
asm_known:
    incl state(%rip)
    ret
    .section .text.asm_unknown,"ax"
asm_unknown:
    incl state(%rip)
    ret
    .section .text.asm_annotated,"ax"
asm_annotated:
    incl state(%rip)
    ret
E
clang-19 -c lib-asm.S -o lib-asm.part.o && ld.lld-19 -r lib-asm.part.o -o lib.o
library iface <<'E'
int asm_annotated(long a, double b) { return 0; }
E
library app <<'E'
int asm_known(int, int), asm_annotated(), asm_unknown();
int main(void) { return asm_known(1, 2) + asm_annotated(1L, 2.0) + asm_unknown(3); }
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2,iface=iface.o core,core.o,0,kind=core
check "a function without any signature is refused" test "$status" != 0
has "asm_unknown of library lib needs a gate, but nothing says what its parameters are; repeat its prototype in lib's interface.c (key \`interface\`)"
lacks asm_known asm_annotated
finish
