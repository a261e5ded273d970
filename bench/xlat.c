/* SPDX-License-Identifier: BSD-3-Clause */
/* What passes between the two processors costs, in nanoseconds: a cache line goes back and forth. Samples of one benchmark are
 * compared only when this number is alike (hypervisors move virtual processors nearer and farther). */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 20000

static _Alignas(64) atomic_int ball;

static void pin(int cpu) {
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static void *other(void *unused) {
    pin(1);
    for (int i = 0; i < ROUNDS; i++) {
        while (atomic_load(&ball) != 2 * i + 1)
            ;
        atomic_store(&ball, 2 * i + 2);
    }
    return unused;
}

int main(void) {
    struct timespec start, end;
    pthread_t thread;

    pin(0);
    pthread_create(&thread, NULL, other, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        if (i == 1000)
            clock_gettime(CLOCK_MONOTONIC, &start);
        atomic_store(&ball, 2 * i + 1);
        while (atomic_load(&ball) != 2 * i + 2)
            ;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    pthread_join(thread, NULL);
    printf("%.0f\n", ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / (ROUNDS - 1000));
    return 0;
}
