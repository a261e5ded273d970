#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Each error of the link step: place, cause and remedy.
. "$(dirname "$0")/lib.sh"

base
core="core,core.o,0,kind=core"
library lib <<'E'
int named = 4;
__attribute__((noinline)) static int hidden_one(void) { return named; }
int lib_work(int a) { named += a; return hidden_one(); }
E
fails() { # NAME LIBRARY...
    local name=$1
    shift
    link "$@"
    check "$name: refused" test "$status" = 1
    check "$name: no image is left" test ! -e image
}

library app <<'E'
int nowhere(int);
int lib_work(int);
int main(void) {
    lib_work(1);
    return nowhere(2);
}
E
for count in 0 2; do
    fails "missing symbol, $count compartments" $count app,app.o,1,kind=app,needs=lib lib,lib.o,$((count ? 2 : 1)) $core
    has 'app: main (app.c:5): library app uses nowhere, which no library of the image defines; add the library that does to `needs` in libs/app/lib.yaml, or, where a call may fail, list it under `enosys`'
done
fails "library that is not needed" 2 app,app.o,1,kind=app lib,lib.o,2 $core
has 'app: main (app.c:4): library app uses lib_work, which library lib exports, but app does not need lib; add it to `needs` in libs/app/lib.yaml'

library app <<'E'
int hidden_one(void);
int main(void) { return hidden_one(); }
E
fails "function that is not exported" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'app: main (app.c:2): library app uses hidden_one, which library lib has but does not export; add it to `exports` in libs/lib/lib.yaml'

# Dead code may lack anything.
library app <<'E'
int nowhere(int);
int unused(void) { return nowhere(1); }
__attribute__((weak)) int optional(int);
int main(void) { return optional ? optional(3) : 0; }
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
check "dead code and weak symbols are no error" test "$status" = 0

library app <<'E'
int work(int);
int main(void) { return work(1); }
E
library one <<'E'
int work(int a) { return a; }
E
library two <<'E'
int work(int a) { return a + 1; }
E
library top <<'E'
int top(void) { return 1; }
E
fails "two indirect definitions" 2 app,app.o,1,kind=app,needs=top top,top.o,1,needs=one+two one,one.o,1 two,two.o,2 $core
has 'libs/app/lib.yaml: ' 'app uses work, which both one and two export, and neither is a direct need; add the one that is meant to `needs`'
link 2 app,app.o,1,kind=app,needs=top+two top,top.o,1,needs=one+two one,one.o,1 two,two.o,2 $core
check "a direct need decides" test "$status" = 0

library app <<'E'
int a(void) __asm__("flexos$liblip$lib_work");
int b(void) __asm__("flexos$lib$lib_wrok");
int c(void) __asm__("flexos$core$lib_work");
int main(void) { return a() + b() + c(); }
E
fails "gates to the wrong library" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has "app: main (app.c:4): calls lib_work through a gate to library liblip, which is not part of the image; add it to \`needs\`, or name the library that exports lib_work; did you mean 'lib'?" \
    "calls lib_wrok through a gate to library lib, which does not export it; did you mean 'lib_work'?" \
    "calls lib_work through a gate to library core, which does not export it; it is exported by lib; "

library app <<'E'
extern int named;
int other(void);
int main(void) {
    return other() +
           named;
}
int *volatile pointer = &named;
int other(void) { return *pointer; }
E
fails "data of another compartment" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'app: main (app.c:5): library app uses the object named of library lib, which lies in another compartment and is not shared; name it under `shares` in libs/lib/lib.yaml, mark it flexos_share in the source, offer a function that returns it, or put both libraries in one compartment'
check "said once" test "$(printf '%s\n' "$output" | grep -c 'uses the object')" = 1
library app <<'E'
extern int named;
static int *volatile pointer = &named;
int main(void) { return *pointer; }
E
fails "pointer to data of another compartment" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'app: object pointer: library app uses the object named of library lib'
library app -fPIC <<'E'
extern int named;
int main(void) { return named; }
E
fails "data through the GOT" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'app: main (app.c:2): library app uses the object named of library lib'
fails "shares without such an object" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2,shares=nmaed $core
has 'libs/lib/lib.yaml: ' '`shares` names nmaed, which is no data object of library lib; give the exact name of an object with static storage'
library lib -fno-data-sections <<'E'
int named = 4, beside = 6;
int lib_work(int a) { return named += a + beside++; }
E
fails "shares of one object among several" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2,shares=named $core
has 'beside lies in one section (.data) with named of library lib, so it would be shared too; compile with -fdata-sections, or name it in `shares`'
library lib <<'E'
static int secret[] = {1, 2};
const int key[] = {7, 8, 9};
int lib_work(int a) { return secret[a & 1]++ + key[a]; }
E
library app <<'E'
extern const int key[];
int lib_work(int);
int main(void) { return key[2] + lib_work(0); }
E
fails "private constants" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2,constants=private $core
has 'library app uses the object key of library lib'
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
check "shared constants are no error" test "$status" = 0

library app <<'E'
__thread int native = 3;
int lib_work(int);
int main(void) { return native + lib_work(1); }
E
fails "native thread-local storage" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'library app has thread-local storage of the processor'"'"'s kind (section .tdata' 'compile it with -femulated-tls'

library app <<'E'
struct entry { int a; };
static struct entry e __attribute__((section("registry"), used)) = {1};
int lib_work(int);
int main(void) { return lib_work(1); }
E
fails "writable linker set" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'library app has a writable linker set (section registry), which would belong to several compartments; make its entries const'

# Functions outside the C ABI never get a thunk, labels neither.
cat >lib-asm.S <<'E'
    .bss
state: .skip 8
    .section .text.restore,"ax"
    .globl restore, label, lib_work
    .type restore, @function
restore:
    incl state(%rip)
    ret
    .section .text.label,"ax"
label:
    incl state(%rip)
    ret
    .section .text.lib_work,"ax"
    .type lib_work, @function
lib_work:
    lea restore(%rip), %rax
    lea label(%rip), %rcx
    incl state(%rip)
    ret
E
clang-19 -c lib-asm.S -o lib-asm.part.o && ld.lld-19 -r lib-asm.part.o -o lib.o
library app <<'E'
int lib_work(int (*)(int));
static int cb(int a) { return a; }
int main(void) { return lib_work(cb) & 0; }
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2,nothunk=restore $core
check "no-thunk" test "$status" = 0
file_lacks image.d/gates.S restore label
file_has image.d/gates.S '$cb", 255'
fails "address of an assembler function" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
has 'restore of library lib needs an entry thunk, but nothing says what its parameters are; repeat its prototype in lib'"'"'s interface.c (key `interface`), or list it under `no-thunk` if it is no C function'
library app <<'E'
int lib_work(int), label(void), restore(void);
int (*volatile p)(void) = label, (*volatile q)(void) = restore;
int main(void) { return lib_work(1) + p() + q(); }
E
fails "address of a label elsewhere" 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2,nothunk=restore $core
has 'app: object p: takes the address of label of library lib in another compartment, which is an assembler label without `.type @function`; call it through a C function instead' \
    'app: object q: takes the address of restore of library lib in another compartment, which never gets an entry thunk; call it through a C function instead'

# enosys: a stub for each compartment, one message, -38.
library app <<'E'
long sys_one(int), sys_two(void);
int main(void) { return (int)(sys_one(1) + sys_two() + sys_one(2)) + 3 * 38; }
E
library lib <<'E'
long sys_one(int); int state;
int lib_work(int a) { return (int)sys_one(++state); }
E
library core <<'E'
int main(void);
static long host(long n, long a, long b, long c) {
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return r;
}
__attribute__((force_align_arg_pointer)) void _start(void) { host(231, main(), 0, 0); }
long flexos_console_write(const void *buf, unsigned long len) { return host(1, 2, (long)buf, (long)len); }
E
for count in 0 2; do
    link $count app,app.o,1,kind=app,needs=lib,enosys=sys_* lib,lib.o,$((count ? 2 : 1)),enosys=sys_one $core
    check "stubs, $count compartments" test "$status" = 0
    file_has image.audit.json '"function":	"sys_one"' '"function":	"sys_two"'
    run ./image
    check "return -ENOSYS: $status" test "$status" = 0
    check "and say so once" test "$output" = "flexos: library app called the missing function sys_one: ENOSYS
flexos: library app called the missing function sys_two: ENOSYS"
done
finish
