/* SPDX-License-Identifier: BSD-3-Clause */
/* Auto mode: what leaves the function is shared, what does not stays private. */
#include "harness.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct large {
    long word[20];
};

/* Of another file, as far as the compiler knows. */
__attribute__((noinline, optnone)) bool shared_int(int *p) {
    *p += 1;
    return is_shared(p, sizeof *p);
}

static __attribute__((noinline)) struct large make(long n) {
    struct large result;
    for (int i = 0; i < 20; i++) {
        result.word[i] = n + i;
    }
    outside(&result);
    return result;
}

static __attribute__((noinline)) bool take(struct large arg) {
    CHECK(is_shared(&arg, sizeof arg));
    return arg.word[0] == 5;
}

static int *stored;

static __attribute__((noinline)) void store(void) {
    int x = 1;
    stored = &x;
    CHECK(shared_int(stored) && x == 2);
}

static __attribute__((noinline)) void chosen(int n) {
    int a = 1, b = 2;
    int *p = n ? &a : &b;
    CHECK(shared_int(p));
    CHECK(a + b == 4);
}

static __attribute__((noinline)) void dynamic(size_t n) {
    for (int i = 0; i < 3; i++) {
        char *p = __builtin_alloca(n);
        memset(p, i, n);
        CHECK(is_shared(p, n));
        outside(p);
    }
}

static __attribute__((noinline)) int compare(const void *a, const void *b) {
    CHECK(is_shared(a, sizeof(int)) && is_shared(b, sizeof(int)));
    return *(const int *)a - *(const int *)b;
}

static void sorted(void) {
    int numbers[40];
    for (int i = 0; i < 40; i++) {
        numbers[i] = (i * 17) % 40;
    }
    for (int i = 0; i < 39; i++) { /* qsort itself would copy to its own memory */
        for (int j = i + 1; j < 40; j++) {
            if (compare(&numbers[i], &numbers[j]) > 0) {
                const int swap = numbers[i];
                numbers[i] = numbers[j];
                numbers[j] = swap;
            }
        }
    }
    for (int i = 0; i < 40; i++) {
        CHECK(numbers[i] == i);
    }
}

void fixture(void) {
    int x = 4;
    CHECK(shared_int(&x) && x == 5);
    struct large large = make(5);
    CHECK(large.word[19] == 24 && take(large));
    store();
    chosen(0);
    chosen(1);
    dynamic(100);
    sorted();
    char text[64];
    memset(text, 'x', sizeof text);
    CHECK(is_shared(text, sizeof text));
}
