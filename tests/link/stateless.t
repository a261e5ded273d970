#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The stateless rule, with functions that try to hide state from it. A stateless function is called without a gate.
. "$(dirname "$0")/lib.sh"

base
library lib <<'E'
typedef unsigned long word;
static int counter;
static int *const constant_pointer = &counter;
static int *const chain[2] = {0, &counter};
struct node { const struct node *next; int *where; };
static const struct node last = {0, &counter}, first = {&last, 0};
static const char *const names[] = {"a", "b"};
static int (*volatile hook)(int);

/* stateless */
int s_plain(int a) { return a * 3; }
word s_len(const char *s) { word n = 0; while (s[n]) n++; return n; }
int s_table(int i) { return names[i & 1][0]; }
int s_calls(int a) { return s_plain(a) + s_table(a); }
int s_callback(int (*f)(int), int a) { return f(a) + f(a + 1); }
void s_store(int *p) { *p = 1; }
word s_magic(word w) { return (w - 0x0101010101010101) & ~w & 0x8080808080808080; }
double s_float(double a) { return a * 0.5 + 3.25; }
int s_switch(int a) { switch (a) { case 0: return 5; case 1: return 9; case 2: return 1; case 3: return s_plain(a); case 4: return 77; case 5: return 3; } return 0; }
int s_vla(int n) { int v[n & 63]; for (int i = 0; i < (n & 63); i++) v[i] = i; return v[(n & 63) / 2]; }

/* stateful */
int x_static(void) { return ++counter; }
int x_read(void) { return counter; }
int x_through(void) { return x_static(); }
int x_constant_pointer(void) { return ++*constant_pointer; }
int x_chain(int i) { return ++*chain[i]; }
int x_list(int n) { const struct node *p = &first; while (n--) p = p->next; return ++*p->where; }
int x_hook(int a) { return hook(a); }
int x_call_back(int (*f)(int)) { hook = f; return hook(2); }
int x_extern(int a);
int x_calls_extern(int a) { return x_extern(a); }
int *x_address(void) { return &counter; }
int x_thread(void) { int r; __asm__ volatile("movl %%fs:16, %0" : "=r"(r)); return r; }
int x_thread_gs(void) { int r; __asm__ volatile("movl %%gs:(%%rsp), %0" : "=r"(r)); return r; }
int x_thread_odd(void) { int r; __asm__ volatile(".byte 0x3e, 0x64, 0x67, 0x8b, 0x04, 0x25, 0x10, 0, 0, 0" : "=a"(r)); return r; }
word x_thread_base(void) { word r; __asm__ volatile("rdfsbase %0" : "=r"(r)); return r; }
void x_asm_write(void) { __asm__ volatile("incl counter(%%rip)" : : "m"(counter)); }
int x_movabs(void) { int r; __asm__ volatile("movabsl 0x600000, %%eax" : "=a"(r)); return r; }
int x_absolute(void) { return *(volatile int *)0x7ff000; }
int x_arena(void) { return *(volatile int *)0x100100000000; }
int x_immediate(void) { word p; __asm__ volatile("movl $0x612340, %k0" : "=r"(p)); return *(int *)p; }
int x_indexed(word i) { int r; __asm__ volatile("movl 0x600000(,%1,4), %0" : "=r"(r) : "r"(i)); return r; }
long x_syscall(long n) { long r; __asm__ volatile("jmp 1f; 1: .byte 0x0f, 0x04; 2:" : "=a"(r) : "a"(n)); return r; }
long x_out(void) { __asm__ volatile("outb %%al, $0x80" : : "a"(0)); return 0; }
unsigned x_rdpkru(void) { unsigned r; __asm__ volatile("rdpkru" : "=a"(r) : "c"(0) : "edx"); return r; }
int x_bytes(void) { __asm__ volatile(".byte 0x06"); return 0; }
extern const char flexos_published[];
int x_published(void) { return flexos_published[3]; }
extern char flexos_compartment_id[];
word x_compartment(void) { return (word)flexos_compartment_id; }
__thread int tls;
int never(int a) { return a; }
int always(void) { return ++counter; }
E
library published <<'E'
char flexos_published[4096] __attribute__((section(".flexos.published"), aligned(4096)));
E
library third <<'E'
static int state;
int x_extern(int a) { return state += a; }
E
stateful=$(sed -n 's/^[a-z*_ ]*\bx_\([a-z_]*\)(.*{.*/x_\1/p' lib.c | tr -d '*' | sort -u)
stateless=$(sed -n 's/^[a-z*_ ]*\bs_\([a-z_]*\)(.*{.*/s_\1/p' lib.c | sort -u)
{
    for f in $stateful $stateless never always; do echo "long $f();"; done
    echo 'volatile long z; int main(void) { long r = 0; if (z) {'
    for f in $stateful $stateless never always; do echo "r += $f();"; done
    echo '} return (int)r; }'
} | library app
link 3 app,app.o,1,kind=app,needs=lib lib,lib.o,2,needs=third,never=never,always=always third,third.o,3 \
    core,core.o,0,kind=core published,published.o,0,kind=core
check "links" test "$status" = 0
[ "$status" = 0 ] || diagnose
check "enough cases: $(echo $stateful $stateless | wc -w)" test "$(echo $stateful $stateless | wc -w)" -ge 35
for f in $stateful never; do
    check "$f has a gate" grep -qF "\"__gate_1_2\$$f\"" image.d/gates.S
done
for f in $stateless always; do
    check "$f has none" test -z "$(grep -F "\"__gate_1_2\$$f\"" image.d/gates.S)"
done
file_has image.audit.json '"function":	"s_callback"'

# An address of a stateless function has a thunk without home.
library app <<'E'
int s_plain(int), s_callback(int (*)(int), int), x_call_back(int (*)(int));
int main(void) { return s_callback(s_plain, 1) + x_call_back(s_plain); }
E
link 3 app,app.o,1,kind=app,needs=lib lib,lib.o,2,needs=third third,third.o,3 core,core.o,0,kind=core published,published.o,0,kind=core
check "links" test "$status" = 0
file_has image.d/gates.S 'FLEXOS_THUNK "__thunk$s_plain", "s_plain", 255, 7, 0'
run ./image
check "runs: $status" test "$status" = 15

# What stateless code of another library reaches counts too; replicated state does not leak out.
library mem <<'E'
static int calls;
void *mem_copy(char *d, const char *s, unsigned long n) { while (n--) d[n] = s[n]; return d; }
int mem_count(void) { return ++calls; }
E
library lib <<'E'
void *mem_copy(char *, const char *, unsigned long); int mem_count(void);
int lib_copy(char *d, const char *s) { mem_copy(d, s, 4); return d[0]; }
int lib_count(void) { return mem_count(); }
E
library app <<'E'
int lib_copy(char *, const char *), lib_count(void);
int main(void) { char b[4]; return lib_copy(b, "abc") + lib_count(); }
E
link 2 app,app.o,1,kind=app,needs=lib+mem lib,lib.o,2,needs=mem mem,mem.o,* core,core.o,0,kind=core
check "links" test "$status" = 0
file_has image.d/gates.S '"__gate_1_2$lib_count"'
file_lacks image.d/gates.S 'lib_copy'
run ./image
check "runs: $status" test "$status" = 98
finish
