#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Entry thunks: only functions whose address can reach another compartment get one, and only for the
# compartments that it can reach.
. "$(dirname "$0")/lib.sh"

base
core="core,core.o,0,kind=core"
# users FUNCTION MASK: its thunk, and who may use it ("none": no thunk).
users() {
    local mask
    mask=$(sed -n "s/.*FLEXOS_THUNK \"__thunk[$]\(.*[$]\)\?$1\", \"[^\"]*\", \([0-9]*\), \([0-9]*\),.*/\3/p" image.d/gates.S)
    output=$(grep FLEXOS_THUNK image.d/gates.S)
    check "$1: users ${2}" test "${mask:-none}" = "$2"
}

library two <<'E'
struct event { int kind; void *data; };
struct ops { struct ops *next; int (*open)(const char *, int); struct { void (*deep)(struct event *, double); } in[2]; };
union either { int (*first)(int, int, int); long number; };
struct opaque;
static int state;
static struct ops *all;
int direct(int (*f)(void *)) { state++; return f(0); }
int add_ops(struct ops *o) { all = o; return o->open("x", 1); }
int take_union(union either e) { return e.first(1, 2, 3) + state++; }
int keep(struct opaque *o) { return state++ + (o != 0); }
typedef void (*given)(int, double);
static void give(int a, double b) { state += a; }
given hand_out(void) { state++; return give; }
static void kept_back(long a, double b, double c) { state += (int)a; }
void (*volatile inner)(long, double, double) = kept_back;
int use_inner(void) { inner(1, 2, 3); return state; }
E
library three <<'E'
int (*table_function(int i))(int, int);
static int state;
static int in_table(int a, int b, int c, int d) { return state++ + a; }
int (*const public_table[])(int, int, int, int) = {in_table};
struct wrapper { int (*const *const *inner)(int, int, int, int); };
int three_work(int a) { return state += a; }
int pass_on(int (*f)(void *)) { extern int direct(int (*)(void *)); state++; return direct(f); }
E
library app <<'E'
struct event; struct ops; struct opaque;
struct event { int kind; void *data; };
struct ops { struct ops *next; int (*open)(const char *, int); struct { void (*deep)(struct event *, double); } in[2]; };
union either { int (*first)(int, int, int); long number; };
struct opaque { void (*seen)(double, double); };
int direct(int (*)(void *)), add_ops(struct ops *), take_union(union either), three_work(int), pass_on(int (*)(void *)), keep(struct opaque *), use_inner(void);
void (*hand_out(void))(int, double);
extern int (*const public_table[])(int, int, int, int);
static int f_direct(void *a) { return 1; }
static int f_object(struct event *a) { return 1; }
static int f_open(const char *a, int b) { return 2; }
static void f_deep(struct event *e, double d) { }
static int f_union(int a, int b, int c) { return 4; }
static void f_seen(double a, double b) { }
static void f_handed(int a, double b) { }
static int f_private(int a, int b, int c, int d, int e) { return 5; }
static int (*volatile own)(int, int, int, int, int) = f_private;
static int (*volatile own_object)(struct event *) = f_object;
static void (*volatile own_handed)(int, double) = f_handed;
static struct ops mine = {0, f_open, {{f_deep}}};
static struct opaque hidden = {f_seen};
int main(void) {
    own_handed(1, 2);
    hand_out()(3, 4);
    return direct(f_direct) + add_ops(&mine) + take_union((union either){f_union}) + own(1, 2, 3, 4, 5) + own_object(0) +
           (public_table[0](7, 0, 0, 0) == 7) + (three_work(0) == 1) + keep(&hidden) + use_inner();
}
E
link 3 app,app.o,1,kind=app,needs=two+three two,two.o,2 three,three.o,3,needs=two $core
check "links" test "$status" = 0
users f_direct 7     # a parameter
users f_object none  # no such type crosses: void * is not struct event *
users f_open 7       # behind a struct
users f_deep 7       # behind an array of structs in it
users f_union 7      # in a union passed by value
users f_seen 7       # the library does not know the struct, its user does
users f_private none
users give 7         # a result
users f_handed 7     # has the shape of that result
users kept_back none
users in_table 11    # in constants that the application reads
file_lacks image.d/gates.S __thunk\$app\$.*f_private
run ./image
expected=$status
link 0 app,app.o,1,kind=app,needs=two+three two,two.o,1 three,three.o,1,needs=two $core
run ./image
check "runs as without isolation: $expected" test "$status" = "$expected"

# Passed on by a third compartment.
library app <<'E'
int pass_on(int (*)(void *));
static int f_passed(void *a) { return 9; }
int main(void) { return pass_on(f_passed); }
E
link 3 app,app.o,1,kind=app,needs=three two,two.o,2 three,three.o,3,needs=two $core
check "links" test "$status" = 0
users f_passed 15
run ./image
check "runs: $status" test "$status" = 9

# Constructors are called by the compartment that has the loop, entries of sets by those that look.
library app <<'E'
int total, two_work(void);
extern void (*const __init_array_start[])(void) __attribute__((weak)), (*const __init_array_end[])(void) __attribute__((weak));
int main(void) {
    for (void (*const *f)(void) = __init_array_start; f < __init_array_end; f++) (*f)();
    return two_work();
}
E
library two <<'E'
static int state;
volatile int six = 6;
__attribute__((constructor)) static void construct(void) { state = six; }
static int item(void) { return state; }
static int (*const entry)(void) __attribute__((section("items"), used)) = item;
int two_work(void) { return state + 1; }
E
library three <<'E'
extern int (*const __start_items[])(void), (*const __stop_items[])(void);
static int state;
int three_sum(void) { for (int (*const *f)(void) = __start_items; f < __stop_items; f++) state += (*f)(); return state; }
E
link 3 app,app.o,1,kind=app,needs=two two,two.o,2 three,three.o,3 $core
check "links" test "$status" = 0
users construct 7
users item none
run ./image
check "runs: $status" test "$status" = 7
library app <<'E'
int three_sum(void);
int main(void) { return three_sum(); }
E
link 3 app,app.o,1,kind=app,needs=three two,two.o,2 three,three.o,3 $core
users construct none
users item 13

# Functions of the TCB: only for those that name them; what the TCB keeps to itself has no thunk.
library core <<'E'
int main(void);
static int state;
static void inner(void *a) { state++; }
static void (*volatile keep)(void *) = inner;
__attribute__((force_align_arg_pointer)) void _start(void) {
    keep(0);
    long r = main();
    __asm__ volatile("syscall" : : "a"(231L), "D"(r));
}
int start_thread(void (*entry)(void *), void *a) { entry(a); return state; }
int service(int a, double b) { return state + a; }
E
library sched <<'E'
int start_thread(void (*)(void *), void *);
static void (*volatile user)(void *);
static int state;
static void trampoline(void *a) { state++; user(a); }
int sched_start(void (*f)(void *), void *a) { user = f; return start_thread(trampoline, a); }
E
library app <<'E'
int sched_start(void (*)(void *), void *), service(int, double);
static int (*volatile p)(int, double) = service;
static int seen;
static void entry(void *a) { seen += *(int *)a; }
static void other(void *a) { seen--; }
static void (*volatile o)(void *) = other;
int main(void) { int n = 5; sched_start(entry, &n); o(0); return p(3, 0) + seen; }
E
link 2 app,app.o,1,kind=app,needs=sched sched,sched.o,2 $core
check "links" test "$status" = 0
users inner none
users service 3
users trampoline 7   # has the shape that sched_start passes
users entry 7
run ./image
check "runs: $status" test "$status" = 8
link 2 app,app.o,1,kind=app,needs=sched sched,sched.o,1 $core
check "links" test "$status" = 0
users trampoline 3
users entry none
finish
