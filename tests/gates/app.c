/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compartment 1: the caller. Without an argument it tests what gates must do; with the name of an
 * attack it is (or lets the others be) the attacker. An attack that succeeds ends the image with
 * STATUS_SUCCESS, one without effect with 0; one that is stopped kills the image.
 */
#include "app.h"

int errno_slots[FLEXOS_MAX_THREADS] __asm__("flexos_errno_slots$1");
static long private_word = 12;

static bool equal(const char *a, const char *b) {
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

void say(const char *text) {
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    console_write(text, n);
}

static int failed, count;

void test(const char *name, bool good) {
    failed += !good;
    count++;
    say(good ? "ok - " : "not ok - ");
    say(name);
    say("\n");
}

long app_twice(long value) {
    return 2 * value;
}

/* Called by lib: goes on nesting. */
long app_back(long depth, long value) {
    volatile long mine = value * 7;
    const long below = lib_nest(depth, value);
    return mine == value * 7 ? below + 1 : -1000000;
}

static shared jump_buffer jump;
static jump_buffer private_jump;

/* Called by lib, which was called from jumping(): leaves lib's call unfinished. */
long app_jump(long value) {
    if (value == 0) {
        return 100;
    }
    app_longjmp(private_jump, (int)value);
}

static long jumping(long value) {
    volatile long before = value + 1;
    const int got = app_setjmp(private_jump);
    if (got == 0) {
        return lib_call_back(value) + 10000;
    }
    return before == value + 1 ? got : -1;
}

static volatile long thread_steps;
static volatile char *thread_local_byte;

void app_thread(void *arg) {
    volatile char big[8000];
    big[0] = 1;
    thread_local_byte = big;
    while (thread_steps >= 0) {
        thread_steps += *(long *)arg + lib_nest(4, 0) + big[0];
        thread_switch(0);
    }
    thread_exit(0);
}

static void threads(void) {
    static long ten = 10;
    const int first = thread_create(thunk_app_thread, &ten);
    const int second = thread_create(thunk_app_thread, &ten);
    test("threads get numbers", first > 0 && second > 0 && first != second);
    thread_switch(first);
    thread_switch(second);
    thread_switch(first);
    test("threads run in turn, each with its own stacks", thread_steps == 3 * (10 + 12 + 1));
    thread_steps = -1;
    thread_switch(first);
    test("a thread that has not ended has a stack", *thread_local_byte == 1);
    thread_switch(second);
    test("the stacks of an ended thread are given back", *thread_local_byte == 0);
    thread_steps = 0;
    const int third = thread_create(thunk_app_thread, &ten);
    test("numbers of ended threads are used again", third == first || third == second);
    thread_switch(third);
    test("and start with new stacks", thread_steps == 23);
    test("a plain function is no thread entry",
         thread_create((void (*)(void *))(uintptr_t)app_twice, &ten) == -22);
    test("a stateless thunk is no thread entry",
         thread_create((void (*)(void *))(uintptr_t)thunk_stateless, &ten) == -22);
    test("switching to a thread that does not exist fails", thread_switch(999) == -3);
}

static bool clear(const uint64_t *from, const uint64_t *to) {
    for (; from < to; from++) {
        if (*from != 0) {
            return false;
        }
    }
    return true;
}

/* What only AVX and AVX-512 code can reach. */
static bool upper_clear(void) {
    const struct registers *d = &dumped;
    return (avx < 1 || clear(d->high[0], d->high[0] + 32)) &&
           (avx < 2 || (clear(d->wide[0], d->wide[0] + 128) && clear(d->masks, d->masks + 8)));
}

/* What lib found in the registers, when app had filled them. */
static bool arguments_only(void) {
    const struct registers *d = &dumped;
    bool good = d->rdi == 1 && d->rsi == 2 && d->xmm[0][0] == 0x4008000000000000;
    good = good && d->rax == 0 && d->rbx == 0 && d->rcx == 0 && d->rdx == 0 && d->rbp == 0;
    good = good && d->r8 == 0 && d->r9 == 0 && d->r12 == 0 && d->r13 == 0 && d->r14 == 0 &&
           d->r15 == 0;
    good = good && (d->r10 & 0xffffffff) != 0xa5a5a5a5 && d->r11 != 0xa5a5a5a5a5a5a5a5;
    good = good && clear(d->xmm[1], d->xmm[0] + 32) && clear(d->mm, d->mm + 8);
    return good && upper_clear();
}

static bool result_only(uint64_t rax) {
    const struct registers *d = &dumped;
    bool good = d->rax == rax && d->rcx == 0 && d->rdx == 0 && d->rsi == 0 && d->rdi == 0;
    good = good && d->r8 == 0 && d->r9 == 0 && d->r10 == 0 && d->r11 == 0;
    good = good && clear(d->xmm[0], d->xmm[0] + 32) && clear(d->mm, d->mm + 8);
    return good && upper_clear();
}

static bool callee_saved(void) {
    const struct registers *d = &dumped;
    return d->rbx == 0x1111 && d->rbp == 0x2222 && d->r12 == 0x3333 && d->r13 == 0x4444 &&
           d->r14 == 0x5555 && d->r15 == 0x6666;
}

static bool unit_is_default(void) {
    return dumped.mxcsr == 0x1f80 && (dumped.fcw & 0xffff) == 0x37f &&
           (dumped.tags & 0xffff) == 0xffff && (dumped.flags & 0x40400) == 0;
}

static void registers(void) {
    if (LIGHT) {
        return; /* light gates clear nothing */
    }
    test("calls with all registers full", probe_call() == 7);
    test("only arguments reach the callee", arguments_only());
    test("flags and floating-point state of the callee are fixed", unit_is_default());
    probe_return((void (*)(void))lib_leave);
    test("only the result comes back", result_only(0x5e5e5e5e5e5e5e5e));
    test("callee-saved registers are the caller's", callee_saved());
    test("flags and floating-point state of the caller are fixed", unit_is_default());
    probe_return(lib_leave_nothing);
    test("a void function brings nothing back", result_only(0));
}

static void classes(void) {
    const struct pair_of_longs p = lib_two_integers(5);
    const struct pair_of_doubles q = lib_two_doubles(5);
    const struct long_double_pair r = lib_integer_double(5, 6);
    const struct double_long_pair t = lib_double_integer(5, 6);
    const _Complex long double c = lib_complex(1.25L, 2.5L);
    static shared struct big memory;
    test("no result, four arguments", lib_nothing(1, 2, 3, 4) == 10);
    test("six integers", lib_integers(1, 2, 3, 4, 5, 6) == 654321);
    test("eight doubles", lib_doubles(1, 2, 3, 4, 5, 6, 7, 8) == 204);
    test("result in two integer registers", p.a == 6 && p.b == 7);
    test("result in two vector registers", q.a == 6 && q.b == 7);
    test("result in rax and xmm0", r.a == 6 && r.b == 7);
    test("result in xmm0 and rax", t.a == 6 && t.b == 7);
    test("long double", lib_long_double(1.0L) == 1.0L / 3);
    test("complex long double", __real__ c == 2.25L && __imag__ c == 4.5L);
    test("result in memory", lib_memory(&memory, 9) == &memory && memory.word[4] == 13);
}

static void words(void) {
    test("four stack words", lib_ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 1) == 21 + 70 + 800 + 9000 + 10000);
    test("an odd number of stack words",
         lib_nine(1, 2, 3, 4, 5, 6, 7, 8, 9) == 21 + 70 + 800 + 9000);
    test("a variadic call", lib_variadic5(3, 1L, 1.0, 2L, 2.0, 3L, 3.0) == 14 + 6000);
    const double many =
        lib_variadic41(21, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0,
                       1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L,
                       1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0, 1L, 1.0);
    test("a variadic call with more words than vector registers hold", many == 231 + 21000);
}

static void thunks(void) {
    long (*sum)(long, long, long, long, long, long, long, long, long, long) = thunk_lib_sum;
    double (*variadic)(long, ...) = thunk_lib_variadic;
    test("a function pointer of another compartment",
         sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 1) == 21 + 70 + 800 + 9000 + 10000);
    test("one with a long double", thunk_lib_double(1.0L) == 1.0L / 3);
    test("a variadic one", variadic(3, 1L, 1.0, 2L, 2.0, 3L, 3.0) == 14 + 6000);
    test("at home it is a plain call", thunk_app_back(0, 5) == 6);
    test("a stateless one runs here", thunk_stateless(21) == 42);
}

static void errors(void) {
    int *mine = &errno_slots[flexos_published.current];
    *mine = 5;
    test("errno is carried", lib_errno(34) == -1 && *mine == 34);
    *mine = 0;
    test("an old errno of the callee is not", lib_errno(0) == 0 && *mine == 0);
    *mine = 5;
    test("success leaves errno alone", lib_errno(0) == 0 && *mine == 5);
    test("errno is carried through function pointers", thunk_lib_errno(36) == -1 && *mine == 36);
}

static bool hooks_called(void) {
    for (unsigned i = 0; i < 4; i++) {
        if (hook_calls[i] != 1 || hook_from[i] != 1) {
            return false;
        }
        hook_calls[i] = 0;
    }
    return true;
}

static void hooks(void) {
    const struct three_words s = {{5, 6, 7}};
    const long expected = 2 + 12 + 3 + 5 + 107 + 11000;
    test("interface hooks change arguments and results", lib_hooked(1, 2, 3.0, s) == expected);
    test("and are called once each", hooks_called());
    test("also through function pointers", thunk_lib_hooked(1, 2, 3.0, s) == expected);
    test("with the caller's number", hooks_called());
}

static void services(void) {
    uint64_t bytes[2] = {0, 0};
    test("random bytes", random(bytes, 16) == 16 && bytes[0] != bytes[1]);
    test("a service refuses memory of another compartment",
         console_write(flexos_arena(2) + FLEXOS_HEAP_OFFSET, 1) == -14);
    test("and data of another compartment",
         console_write((void *)flexos_layout.domains[2].start, 8) == -14);
    test("and data of the TCB", random((void *)flexos_layout.domains[14].start, 8) == -14);
    test("and a length that wraps", console_write(&private_word, SIZE_MAX - 8) == -14);
    test("and writing to constants", random((void *)(uintptr_t)"constant", 4) == -14);
    test("and a guard page", random(flexos_arena(1) + 8, 4) == -14);
}

static void all(void) {
    say("# values\n");
    classes();
    words();
    registers();
    thunks();
    errors();
    hooks();
    test("calls and callbacks nest", lib_nest(20, 1) == 21 + 40);
    test("three compartments", lib_call_third(0, 21) == 42);
    test("longjmp that leaves a call unfinished", jumping(33) == 33);
    test("and the next call works", jumping(0) == 10105);
    for (long i = 1; i < 200; i++) {
        if (jumping(i) != i) {
            test("longjmp again", false);
        }
    }
    threads();
    services();
}

void flexos_start_of_app(void) {
    avx = AVX;
    if (flexos_published.argc < 2) {
        all();
        exit(failed != 0);
    }
    for (const struct attack *a = attacks; a->name != NULL; a++) {
        if (equal(a->name, flexos_published.argv[1])) {
            a->run();
            say("without effect\n");
            exit(0);
        }
    }
    say("no such attack\n");
    exit(2);
}

void stop_here(bool success) {
    if (success) {
        exit(STATUS_SUCCESS);
    }
}

jump_buffer *shared_jump(void) {
    return &jump;
}
