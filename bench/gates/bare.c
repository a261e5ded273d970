/* SPDX-License-Identifier: BSD-3-Clause */
/* Cycles of two bare WRPKRU, with the value that PKRU has: the unit in which gates are measured. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCHES 20000
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

/* As a call, like the gates. */
static __attribute__((noinline)) void pair(uint32_t pkru) {
    __asm__ volatile("xor %%ecx, %%ecx; xor %%edx, %%edx; wrpkru; wrpkru" ::"a"(pkru)
                     : "rcx", "rdx", "memory");
}

#define FOUR(x) x x x x

int main(void) {
    uint32_t pkru, high;
    __asm__ volatile("rdpkru" : "=a"(pkru), "=d"(high) : "c"(0));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < BATCHES; i++) {
            const uint64_t start = begin();
            FOUR(FOUR(pair(pkru); pair(pkru);))
            taken[i] = (uint32_t)(end() - start);
        }
    }
    qsort(taken, BATCHES, sizeof *taken, compare);
    printf("pair %.2f\n", taken[BATCHES / 2] / 32.0);
    return 0;
}
