/* SPDX-License-Identifier: BSD-3-Clause */
/* Annotated locals of every shape, in every place; their neighbours stay private. */
#include "harness.h"
#include <flexos/flexos.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#define SHARE __attribute__((flexos_share))

struct pair {
    int a;
    long b[4];
};

struct large {
    long word[20];
};

static int read_int(const int *p) {
    CHECK(is_shared(p, sizeof *p));
    return *p;
}

static void shapes(int n) {
    int scalar SHARE = n;
    char buffer[512] SHARE;
    struct pair pair SHARE = {1, {2, 3, 4, 5}};
    int y = n, z SHARE = 9, *w = &y;
    char text[] SHARE = "initialised";
    const int constant SHARE = 77;
    volatile long fast SHARE = 5;
    _Alignas(64) char aligned[64] SHARE;
    union {
        int i;
        double d;
    } u SHARE = {.d = 1.5};
    CHECK(read_int(&scalar) == n && is_shared(buffer, sizeof buffer));
    CHECK(is_shared(&pair, sizeof pair) && pair.b[3] == 5 && pair.a == 1);
    CHECK(is_shared(&z, sizeof z) && z == 9);
    outside(w);
    CHECK(*w == n && strcmp(text, "initialised") == 0 && is_shared(text, sizeof text));
    CHECK(is_shared(&constant, sizeof constant) && constant == 77);
    CHECK(is_shared(&fast, sizeof fast) && fast == 5);
    CHECK(is_shared(aligned, sizeof aligned) && (uintptr_t)aligned % 64 == 0);
    CHECK(is_shared(&u, sizeof u) && u.d == 1.5);
    scribble(buffer, sizeof buffer);
    scribble(aligned, sizeof aligned);
    CHECK(scalar == n && z == 9 && pair.a == 1 && constant == 77);
}

#ifndef SAME_HALF
static void neighbours(int n) {
    int before = n, shared SHARE = n, after = n;
    outside(&before);
    outside(&after);
    CHECK(is_shared(&shared, sizeof shared));
    CHECK(!is_shared(&before, sizeof before) && !is_shared(&after, sizeof after));
    CHECK(before + shared + after == 3 * n);
}
#else
static void neighbours(int n) {
    (void)n;
}
#endif

static void loops(void) {
    long sum = 0;
    for (int i = 0; i < 50; i++) {
        long inner SHARE = i;
        if (i % 2) {
            char scratch[100] SHARE;
            scribble(scratch, sizeof scratch);
            CHECK(is_shared(scratch, sizeof scratch));
        }
        outside(&inner);
        sum += inner;
    }
    CHECK(sum == 49 * 50 / 2);
}

/* Two scopes whose slots an optimiser would merge; `kept` outlives both. */
static void scopes(int n) {
    int *kept;
    int outer SHARE = n;
    kept = &outer;
    {
        char one[200] SHARE;
        scribble(one, sizeof one);
    }
    {
        char two[200] SHARE;
        scribble(two, sizeof two);
    }
    CHECK(*kept == n);
}

static int recurse(int depth) {
    int here SHARE = depth;
    const int below = depth > 0 ? recurse(depth - 1) : 0;
    CHECK(here == depth && is_shared(&here, sizeof here));
    return below + here;
}

static void variable(int n) {
    for (int i = 1; i <= n; i++) {
        char vla[i * 10] SHARE;
        int two[i][3] SHARE;
        scribble(vla, sizeof vla);
        scribble(two, sizeof two);
        CHECK(is_shared(vla, sizeof vla) && is_shared(two, sizeof two));
    }
}

static inline __attribute__((always_inline)) int inlined(int n) {
    int x SHARE = n;
    outside(&x);
    return x;
}

static void inlining(void) {
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        sum += inlined(i) + inlined(i * 2);
    }
    CHECK(sum == 45 * 3);
}

static __attribute__((noinline)) long by_value(struct large arg SHARE, int n SHARE) {
    CHECK(is_shared(&arg, sizeof arg) && is_shared(&n, sizeof n));
    arg.word[19] += n;
    outside(&arg);
    return arg.word[19];
}

static void parameters(void) {
    struct large large = {{0}};
    large.word[19] = 40;
    CHECK(by_value(large, 2) == 42 && large.word[19] == 40);
}

static int early(int n) {
    int x SHARE = n;
    outside(&x);
    if (n < 0)
        return -1;
    if (n == 0)
        goto out;
    switch (n) {
    case 1: {
        char more[64] SHARE;
        scribble(more, sizeof more);
        return x;
    }
    default:
        return x * 2;
    }
out:
    return x + 100;
}

static void exits(void) {
    CHECK(early(-5) == -1 && early(0) == 100 && early(1) == 1 && early(4) == 8);
}

static jmp_buf jump;

static __attribute__((noinline)) void jump_out(int n) {
    int x SHARE = n;
    outside(&x);
    if (x > 0)
        longjmp(jump, x);
}

static void jumps(void) {
    volatile int count SHARE = 0;
    if (setjmp(jump) == 0) {
        jump_out(3);
    }
    count = count + 1;
    CHECK(count == 1 && is_shared(&count, sizeof count));
}

static __attribute__((noinline)) int sum_of(int count, ...) {
    va_list list SHARE;
    int sum SHARE = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        sum += va_arg(list, int);
    }
    va_end(list);
    outside(&sum);
    return sum;
}

static __attribute__((noinline)) int last(const int *p) {
    return read_int(p);
}

static __attribute__((noinline)) int tail(int n) {
    int x SHARE = n;
    return last(&x); /* no tail call: x must live on */
}

static int counter(void) {
    static int count SHARE;
    static char name[16] SHARE = "static";
    CHECK(strcmp(name, "static") == 0);
    return ++count;
}

int global SHARE = 3;
int global_zero[100] SHARE;
const char global_constant[] SHARE = "constant";
static int file_static SHARE = 8;

void fixture(void) {
    shapes(1);
    shapes(-7);
    neighbours(5);
    loops();
    scopes(11);
    CHECK(recurse(20) == 210);
    variable(8);
    inlining();
    parameters();
    exits();
    CHECK(harness_live == 0);
    jumps();
    CHECK(sum_of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9) == 45);
    CHECK(tail(6) == 6);
    counter();
    CHECK(counter() == 2 && global == 3 && global_zero[99] == 0 && file_static == 8);
    outside(&file_static);
    outside(global_constant);
}
