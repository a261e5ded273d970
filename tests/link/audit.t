#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The scan of the final bytes, the report, and builds that give the same bytes again.
. "$(dirname "$0")/lib.sh"

base
core="core,core.o,0,kind=core"
library lib <<'E'
static int state;
int lib_work(int a) { return state += a; }
E
forbidden() { # NAME LIBRARY TEXT...: application on standard input
    local name=$1
    shift
    library app
    link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
    check "$name: refused" test "$status" = 1
    check "$name: no image" test ! -e image
    has "$@"
}
allowed() {
    library app
    link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
    check "$1: built" test "$status" = 0
}

forbidden "WRPKRU" 'library app: change+' 'contains WRPKRU, which only the trusted base may; compile the file with other options so that the bytes do not occur, or leave it out' <<'E'
int lib_work(int);
__attribute__((noinline)) void change(unsigned v) { __asm__ volatile("wrpkru" : : "a"(v), "c"(0), "d"(0)); }
int main(void) { change(0); return lib_work(1); }
E
forbidden "WRPKRU inside a constant" 'library app: hide+' 'contains WRPKRU' <<'E'
int lib_work(int);
__attribute__((noinline)) unsigned hide(unsigned a) { return a ^ 0x00ef010f; }
int main(void) { return lib_work(1) + hide(lib_work(2)); }
E
forbidden "WRPKRU across two instructions" 'library app: across+' 'contains WRPKRU' <<'E'
int lib_work(int);
__attribute__((noinline)) unsigned across(void) { unsigned r; __asm__ volatile("movl $0x0f000000, %0\n.byte 0x01, 0xef" : "=a"(r)); return r; }
int main(void) { return lib_work(1) + across(); }
E
forbidden "XRSTOR" 'library app: restore+' 'contains XRSTOR' <<'E'
int lib_work(int);
char area[4096] __attribute__((aligned(64)));
__attribute__((noinline)) void restore(void) { __asm__ volatile("xrstor %0" : : "m"(area), "a"(-1), "d"(-1)); }
int main(void) { restore(); return lib_work(1); }
E
forbidden "system call" 'library app: call+' 'contains a system call instruction, which only the trusted base may; call the C function of the library that provides the service, or leave the file out' <<'E'
int lib_work(int);
__attribute__((noinline)) long call(long n) { long r; __asm__ volatile("syscall" : "=a"(r) : "a"(n) : "rcx", "r11"); return r; }
int main(void) { return lib_work(1) + call(39); }
E
forbidden "int 0x80" 'library app: call+' 'contains a system call instruction' <<'E'
int lib_work(int);
__attribute__((noinline)) long call(long n) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(n)); return r; }
int main(void) { return lib_work(1) + call(39); }
E
forbidden "sysenter" 'library app: call+' 'contains a system call instruction' <<'E'
int lib_work(int);
__attribute__((noinline)) long call(long n) { long r; __asm__ volatile("sysenter" : "=a"(r) : "a"(n)); return r; }
int main(void) { return lib_work(1) + call(39); }
E
forbidden "writable code" 'libs/app/lib.yaml: ' 'library app has a section that is writable and executable (.strange); give it one of the two' <<'E'
int lib_work(int);
__asm__(".section .strange,\"awx\",@progbits\n.globl strange\n.type strange,@function\nstrange: ret\n.text");
void strange(void);
int main(void) { strange(); return lib_work(1); }
E
allowed "lfence" <<'E'
int lib_work(int);
int main(void) { __asm__ volatile("lfence"); return lib_work(1); }
E
allowed "accidental system call bytes" <<'E'
int lib_work(int);
__attribute__((noinline)) unsigned hide(unsigned a) { return a ^ 0x00050f00; }
int main(void) { return lib_work(1) + hide(lib_work(2)); }
E
file_has image.audit.json '"syscall":	1'
library app <<'E'
int lib_work(int);
__attribute__((noinline)) void change(unsigned v) { __asm__ volatile("wrpkru" : : "a"(v), "c"(0), "d"(0)); }
int unused(void) { change(0); return 0; }
int main(void) { return lib_work(1); }
E
link 2 app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core
check "dead code is not in the image" test "$status" = 0

# The report is in the image too, and the same input gives the same bytes, in another folder as well.
library app <<'E'
int lib_work(int);
static int cb(int a) { return a + 1; }
int (*volatile p)(int) = cb;
int main(void) { return lib_work(p(1)); }
E
build="app,app.o,1,kind=app,needs=lib lib,lib.o,2 $core"
# shellcheck disable=SC2086
link 2 $build
llvm-objcopy-19 --dump-section .flexos.audit=embedded image /dev/null
check "the report is in the image" cmp embedded image.audit.json
cp image first
rm -f ./*.index
# shellcheck disable=SC2086
link 2 $build
check "a second build gives the same bytes" cmp image first
mkdir elsewhere
run env FLEXOS_ROOT="$work/root" "$driver" elsewhere/other 2 $build
check "another folder and name too" cmp elsewhere/other first
check "no object is left behind" test -z "$(ls elsewhere/other.d/*.o | grep -v 'gates.o\|tables.o')"

cat >report.py <<'E'
import json
report = json.load(open("image.audit.json"))
assert report["gates"] == [
    {"from": 0, "to": 1, "library": "app", "function": "main", "signature": "i0 s0 w0 -> rax", "prototype": "int (void)",
     "errno": False, "interface": "none", "sites": 1},
    {"from": 1, "to": 2, "library": "lib", "function": "lib_work", "signature": "i1 s0 w0 -> rax", "prototype": "int (int)",
     "errno": False, "interface": "none", "sites": 1}], report["gates"]
assert [c["number"] for c in report["compartments"]] == [0, 1, 2]
assert report["tcb"]["text_bytes"] > 0 and len(report["system_calls"]) == 1 and not report["pkru_writes"]
assert [l["name"] for l in report["libraries"]] == ["app", "lib", "core"]
E
run python3 report.py
check "the report says what was linked" test "$status" = 0

# A damaged cache or object is noticed.
echo nonsense >lib.o.index
# shellcheck disable=SC2086
link 2 $build
check "a damaged index is made again" test "$status" = 0
check "with the same result" cmp image first
head -c 100 lib.o >cut.o
cp cut.o lib.o
# shellcheck disable=SC2086
link 2 $build
check "a damaged object is refused" test "$status" = 1
has 'lib.o: ' 'expected a relocatable x86-64 ELF file made by the library builder: delete it, so that it is made again'
finish
