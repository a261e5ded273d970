#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Calls and addresses in all their forms: plain, PIC through the GOT, tail calls, tables, static callbacks, aliases, weak and
# common symbols, jump tables. The images run with the stand-in's gates, which only jump.
. "$(dirname "$0")/lib.sh"

base
library lib <<'E'
static int state = 1;
typedef int (*callback)(int);
int add(int n) { return state += n; }
int apply(callback f, int n) { state++; return f(n); }
int pure_apply(callback f, int n) { return f(n) + 1; }
static int hidden(int n) { return state + n; }
callback get_hidden(void) { state++; return hidden; }
int real_name(int n) { state++; return n + 1; }
int other_name(int) __attribute__((alias("real_name")));
int weak_name(int) __attribute__((weak, alias("real_name")));
static int in_table_a(int n) { state++; return n + 2; }
static int in_table_b(int n) { state++; return n + 3; }
const callback table[] = {in_table_a, in_table_b};
int run_table(int i, int n) { state++; return table[i](n); }
E
cat >app.src <<'E'
typedef int (*callback)(int);
int add(int), apply(callback, int), pure_apply(callback, int), other_name(int), weak_name(int), run_table(int, int);
callback get_hidden(void);
__attribute__((weak)) int absent(int);
int calls;
static int twice(int n) { calls++; return 2 * n; }
int global_callback(int n) { calls++; return 3 * n; }
__attribute__((noinline)) static int tail(int n) { return add(n); }
__attribute__((noinline)) int tail_if(int n) { if (n > 3) return add(n); return 0; }
static callback own_table[] = {twice, global_callback};
__attribute__((noinline)) int sw(int n) {
    switch (n) {
    case 0: calls += 5; return add(0) + 10;
    case 1: calls -= 3; return calls;
    case 2: return apply(twice, 4);
    case 3: calls *= 3; return other_name(9);
    case 4: return weak_name(calls++);
    case 5: return run_table(1, 1);
    case 6: return 3 + calls++;
    }
    return 0;
}
volatile int v;
int main(void) {
    int bad = 0;
    bad |= (add(1) != 2) << 0;
    bad |= (apply(twice, 5) != 10) << 1;
    bad |= (apply(global_callback, 5) != 15) << 2;
    bad |= (pure_apply(own_table[v], 5) != 11) << 3;
    bad |= (tail(1) != 5 || tail_if(9) != 14 || tail_if(v)) << 4;
    bad |= (get_hidden()(1) != 16) << 5;
    bad |= (other_name(1) != 2 || weak_name(2) != 3 || run_table(0, 1) != 3) << 6;
    callback volatile same = add, again = add;
    bad |= (same != again || same(0) == 0 || (absent && absent(1)) || own_table[1] != global_callback) << 7;
    v = 2;
    bad |= (sw(v) != 8 || (v = 5, sw(v)) != 4 || (v = 0, sw(v)) < 10) << 7;
    return bad;
}
E
build="app,app.o,1,kind=app,needs=lib lib,lib.o,2 core,core.o,0,kind=core"
for flags_here in "" "-O0" "-fPIC" "-fPIC -O1 -fno-plt" "-fpie" "-fPIC -fno-jump-tables"; do
    library app $flags_here <app.src
    # shellcheck disable=SC2086
    link 2 $build
    check "application compiled with '$flags_here' links" test "$status" = 0
    file_has image.d/gates.S '"__gate_1_2$add", "add", 1, 2' '"__gate_1_2$apply"' '"__thunk$global_callback", "global_callback", 1' \
        '$hidden", 2' '$twice", 1' '"__thunk$add", "add", 2'
    file_lacks image.d/gates.S '__thunk$main' '"__gate_1_2$pure_apply"' '__thunk$sw' '__thunk$tail'
    run ./image
    check "and runs: $status" test "$status" = 0
    link 0 "${build/2 core/1 core}" 2>/dev/null
done
# shellcheck disable=SC2086
link 2 $build
code main
lacks '<add>' '<apply>' '<other_name>'
has '<__gate_1_2$add>' '<pure_apply>'

# Nothing but the gates calls into the other compartment.
output=$(llvm-objdump-19 -d --no-show-raw-insn image | awk '/^[0-9a-f]+ <.*>:$/ {f = $2} /<(add|apply|real_name|run_table)>$/ && f !~ /gate|thunk/ {print f, $0}')
check "no plain call crosses" test -z "$output"

# One thunk for each function, also for all its names; static functions of one name stay apart.
library lib <<'E'
static int state;
typedef int (*callback)(void);
int one(void) { return ++state; }
int uno(void) __attribute__((alias("one")));
int call(callback f) { state += 0; return f() + (state > 100); }
E
part app a <<'E'
int state_a = 10;
static int cb(void) { return state_a; }
int (*get_a(void))(void) { return cb; }
E
part app b -fdata-sections <<'E'
int state_b = 20;
static int cb(void) { return state_b; }
int (*get_b(void))(void) { return cb; }
E
part app m <<'E'
int one(void), uno(void), call(int (*)(void));
int (*get_a(void))(void), (*get_b(void))(void);
int (*volatile p)(void), (*volatile q)(void);
int main(void) { p = one; q = uno; return (p == q) + call(get_a()) + call(get_b()) + (one() != 1); }
E
join app
# shellcheck disable=SC2086
link 2 $build
check "aliases and equal static names link" test "$status" = 0
output=$(grep FLEXOS_THUNK image.d/gates.S)
check "three thunks" test "$(grep -c FLEXOS_THUNK image.d/gates.S)" = 3
run ./image
check "and run: $status" test "$status" = 31

# Common symbols lie in the compartment of their library.
library lib -fcommon <<'E'
int common_one; long common_big[100];
int bump(void) { common_big[50]++; return ++common_one; }
E
library app -fcommon <<'E'
int bump(void);
int mine;
int main(void) { bump(); mine = 4; return bump() + mine; }
E
# shellcheck disable=SC2086
link 2 $build
check "common symbols link" test "$status" = 0
run ./image
check "and run: $status" test "$status" = 6
address() { llvm-nm-19 image | awk -v s="$1" '$3 == s {print "0x" $1}'; }
within() { [ $(($(address "$1"))) -ge $(($(address "__flexos_data_$2_start"))) ] && [ $(($(address "$1"))) -lt $(($(address "__flexos_data_$2_end"))) ]; }
check "common_one in 2" within common_one 2
check "mine in 1" within mine 1

# Data placement, shared objects, constant pointers to private objects.
library lib <<'E'
struct file { int n; };
static struct file f_out = {3};
struct file *const out = &f_out;
int named = 4, initialised = 5, zero;
char marked[64] __attribute__((section(".flexos.shared")));
const int constant[] = {1, 2, 3};
int lib_work(void) { zero++; return f_out.n + initialised + zero; }
E
for pic in "" -fPIC; do
    library app $pic <<'E'
struct file;
extern struct file *const out;
extern int named;
extern char marked[];
extern const int constant[];
int lib_work(void);
int main(void) { named++; marked[3] = 1; return (out != 0) + named + marked[3] + constant[2] + lib_work(); }
E
    # shellcheck disable=SC2086
    link 2 ${build/lib.o,2/lib.o,2,shares=named}
    check "shared data links ${pic:-without PIC}" test "$status" = 0
    run ./image
    check "and runs: $status" test "$status" = 19
    check "named is shared" within named 15
    check "marked is shared" within marked 15
    check "initialised is private" within initialised 2
    check "zero is private" within zero 2
    check "f_out is private" within f_out 2
    output=$(cat image.audit.json)
    file_has image.audit.json '"name":	"named"' '"name":	"marked"' '"between":	[1, 2]'
    check "out is read-only" test $(($(address out))) -lt $(($(address __flexos_data_0_start)))
done
library lib <<'E'
static const int key[] = {7, 8, 9};
static int state;
int get(int i) { return key[i] + state; }
int look(int i) { return key[i]; }
E
library app <<'E'
int get(int), look(int);
int main(void) { return get(1) + look(2); }
E
# shellcheck disable=SC2086
link 2 ${build/lib.o,2/lib.o,2,constants=private}
check "private constants link" test "$status" = 0
check "and lie with the library's data" within key 2
file_has image.d/gates.S '"__gate_1_2$look"'

# Replicated libraries: an instance in each compartment, no gate.
library mem <<'E'
static int count;
int mem_count(void) { return ++count; }
void *mem_copy(char *d, const char *s, unsigned long n) { while (n--) d[n] = s[n]; return d; }
E
library lib <<'E'
int mem_count(void); int state;
int lib_count(void) { state++; return mem_count(); }
E
library app <<'E'
int mem_count(void), lib_count(void);
void *mem_copy(char *, const char *, unsigned long);
extern char flexos_compartment_id[];
int main(void) { char a[2] = {1, 2}, b[2]; mem_copy(b, a, 2); mem_count(); mem_count(); return lib_count() + 10 * mem_count() + b[1] + 100 * ((long)flexos_compartment_id != 1); }
E
link 2 app,app.o,1,kind=app,needs=lib+mem lib,lib.o,2,needs=mem mem,mem.o,* core,core.o,0,kind=core
check "a replicated library links" test "$status" = 0
run ./image
check "each compartment has its own: $status" test "$status" = 33
output=$(llvm-nm-19 image)
has 'mem_count$1' 'mem_count$2' 'mem_copy$1'
file_lacks image.d/gates.S mem_count mem_copy
finish
