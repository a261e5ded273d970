/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 200 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int counter, turn;
static __thread int own = 5;
static __thread char own_large[300] __attribute__((aligned(64)));
static pthread_key_t key;
static int destroyed;

static void destroy(void *value) {
    destroyed += value != NULL;
}

static void *count(void *argument) {
    int number = (int)(intptr_t)argument;
    own += number;
    memset(own_large, number, sizeof own_large);
    pthread_setspecific(key, &key);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        int seen = counter;
        if (i % 7 == 0) {
            sched_yield();
        }
        counter = seen + 1;
        pthread_mutex_unlock(&mutex);
        errno = number;
        if (i % 11 == 0) {
            sched_yield();
        }
        if (errno != number) {
            return (void *)-1;
        }
    }
    for (size_t i = 0; i < sizeof own_large; i++) {
        if (own_large[i] != number) {
            return (void *)-2;
        }
    }
    return (void *)(intptr_t)(own == 5 + number && ((uintptr_t)own_large & 63) == 0);
}

static void *take_turns(void *argument) {
    int number = (int)(intptr_t)argument;
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(&mutex);
        while (turn != number) {
            pthread_cond_wait(&cond, &mutex);
        }
        turn = 1 - turn;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return argument;
}

static int cleaned;
static void clean(void *unused) {
    (void)unused;
    cleaned++;
}

static void *wait_for_cancel(void *semaphore) {
    pthread_cleanup_push(clean, NULL);
    while (semaphore) {
        sem_wait(semaphore);
    }
    for (;;) {
        sleep(100);
    }
    pthread_cleanup_pop(0);
    return NULL;
}

static void *fresh(void *unused) {
    (void)unused;
    return (void *)(intptr_t)(own++);
}

static int run_c11(void *unused) {
    (void)unused;
    return 99;
}

static void counting(void) {
    pthread_t thread[THREADS];
    intptr_t good = 0;
    for (intptr_t i = 0; i < THREADS; i++) {
        pthread_create(&thread[i], NULL, count, (void *)(i + 1));
    }
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(thread[i], &result);
        good += (intptr_t)result;
    }
    CHECK(good == THREADS);
    CHECK(counter == THREADS * ROUNDS);
    CHECK(own == 5);
    CHECK(destroyed == THREADS);
}

static void cancelling(void) {
    pthread_t thread;
    void *result;
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    for (int sleeping = 0; sleeping < 2; sleeping++) {
        pthread_create(&thread, NULL, wait_for_cancel, sleeping ? NULL : &semaphore);
        sched_yield();
        CHECK(pthread_cancel(thread) == 0);
        pthread_join(thread, &result);
        CHECK(result == PTHREAD_CANCELED);
    }
    CHECK(cleaned == 2);
}

static void many(void) {
    int wrong = 0;
    for (int i = 0; i < 200; i++) { /* numbers are used again: thread-locals must be fresh */
        pthread_t thread;
        void *result;
        if (pthread_create(&thread, NULL, fresh, NULL) != 0) {
            wrong++;
            break;
        }
        pthread_join(thread, &result);
        wrong += result != (void *)5;
    }
    CHECK(wrong == 0);
}

static void detached(void) {
    pthread_attr_t attr;
    pthread_t thread;
    int failures = 0;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 100; i++) {
        failures += pthread_create(&thread, &attr, fresh, NULL) != 0;
        if (i % 10 == 9) {
            sched_yield();
        }
    }
    for (int i = 0; i < 100; i++) {
        sched_yield();
    }
    CHECK(failures == 0);
}

void test_threads(void) {
    pthread_t a, b;
    struct timespec past = {1, 0}, soon;
    pthread_key_create(&key, destroy);
    counting();
    pthread_create(&a, NULL, take_turns, (void *)0);
    pthread_create(&b, NULL, take_turns, (void *)1);
    CHECK(pthread_join(a, NULL) == 0 && pthread_join(b, NULL) == 0);
    cancelling();
    many();
    detached();
    pthread_mutex_lock(&mutex);
    CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
    CHECK(pthread_cond_timedwait(&cond, &mutex, &past) == ETIMEDOUT);
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 20000000;
    soon.tv_sec += soon.tv_nsec / 1000000000;
    soon.tv_nsec %= 1000000000;
    CHECK(pthread_cond_timedwait(&cond, &mutex, &soon) == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
    pthread_attr_t attr;
    void *stack;
    size_t size;
    char here;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &stack, &size);
    CHECK(size > 8192 && &here > (char *)stack && &here < (char *)stack + size);
    thrd_t c11;
    int result;
    CHECK(thrd_create(&c11, run_c11, NULL) == thrd_success);
    CHECK(thrd_join(c11, &result) == thrd_success && result == 99);
}
