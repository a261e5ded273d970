/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cycles of one call in each way that this image has. Batches of 32 calls, because the time-stamp
 * counter of some processors advances in large steps; the median of all batches. Prints `case
 * cycles`, one to a line.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "callee.h"

#define BATCHES 4000
static uint32_t taken[BATCHES];

static inline uint64_t begin(void) {
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

static inline uint64_t end(void) {
    uint32_t low, high;
    __asm__ volatile("rdtscp; lfence" : "=a"(low), "=d"(high)::"rcx", "memory");
    return (uint64_t)high << 32 | low;
}

static int compare(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

#define FOUR(x) x x x x
#define BATCH(x) FOUR(FOUR(x x))
#define MEASURE(name, call)                                                                        \
    for (int round = 0; round < 2; round++) {                                                      \
        for (int i = 0; i < BATCHES; i++) {                                                        \
            const uint64_t start = begin();                                                        \
            BATCH(call;)                                                                           \
            taken[i] = (uint32_t)(end() - start);                                                  \
        }                                                                                          \
        if (round == 1) {                                                                          \
            qsort(taken, BATCHES, sizeof *taken, compare);                                         \
            printf("%s %.2f\n", name, taken[BATCHES / 2] / 32.0);                                  \
        }                                                                                          \
    }

static long own_count;

static __attribute__((noinline)) long own(char *buffer, long a, long b, long c) {
    own_count += a;
    buffer[1] = (char)b;
    return own_count + c;
}

static __attribute__((noinline)) long plain_local(long a) {
    char buffer[16];
    __asm__ volatile("" : : "r"(buffer) : "memory");
    buffer[0] = (char)a;
    __asm__ volatile("" : : "r"(buffer) : "memory");
    return buffer[0];
}

static __attribute__((noinline)) long shared_local(long a) {
    char buffer[16] __attribute__((flexos_share));
    __asm__ volatile("" : : "r"(buffer) : "memory");
    buffer[0] = (char)a;
    __asm__ volatile("" : : "r"(buffer) : "memory");
    return buffer[0];
}

int main(void) {
    static char buffer[64] __attribute__((flexos_share));
    long (*volatile pointer)(char *, long, long, long) = own;
    callee_take(own); /* so it needs a thunk where callee is apart */
    MEASURE("empty", __asm__ volatile(""))
    MEASURE("direct", own(buffer, 1, 2, 3))
    MEASURE("pointer", pointer(buffer, 1, 2, 3))
    MEASURE("four", callee_four(buffer, 1, 2, 3))
    MEASURE("sixteen", callee_sixteen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                                      19, 20, 21, 22))
    MEASURE("plain-local", plain_local(1))
    MEASURE("shared-local", shared_local(1))
    return 0;
}
