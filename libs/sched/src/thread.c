/* SPDX-License-Identifier: BSD-3-Clause */
/* Start and end of threads. The record of a thread lies at its id in a static table; pages of it
 * are touched as ids are used. */
#include <errno.h>

#include <flexos/published.h>

#include "thread.h"

static struct thread threads[FLEXOS_MAX_THREADS];
static unsigned living;
static int lowest, highest; /* ids ever used */
struct thread *thread_current;

static struct thread *thread_begin(int tid) {
    struct thread *t = &threads[tid];

    *t = (struct thread){.tid = tid, .state = THREAD_RUNNABLE, .deadline = SCHED_FOREVER};
    if (living++ == 0) {
        lowest = highest = tid;
    }
    lowest = tid < lowest ? tid : lowest;
    highest = tid > highest ? tid : highest;
    return t;
}

struct thread *thread_self(void) {
    if (!thread_current) {
        thread_current = thread_begin((int)flexos_published.current);
    }
    return thread_current;
}

struct thread *thread_by_id(int tid) {
    if (tid < 0 || tid >= FLEXOS_MAX_THREADS || threads[tid].state == THREAD_FREE) {
        return NULL;
    }
    return &threads[tid];
}

struct thread *thread_walk(struct thread *t) {
    int tid;

    for (tid = t ? t->tid + 1 : lowest; living && tid <= highest; tid++) {
        if (threads[tid].state != THREAD_FREE) {
            return &threads[tid];
        }
    }
    return NULL;
}

unsigned thread_count(void) {
    return living;
}

int sched_self(void) {
    return thread_self()->tid;
}

static void thread_main(void *unused) {
    struct thread *self = thread_self();

    (void)unused;
    self->entry(self->argument);
    sched_exit();
}

int sched_spawn(void (*entry)(void *) flexos_callback, void *arg flexos_opaque) {
    struct thread *t;
    int tid;

    thread_self();
    tid = flexos_thread_create(thread_main, NULL);
    if (tid < 0) {
        return tid;
    }
    t = thread_begin(tid);
    t->entry = entry;
    t->argument = arg;
    queue_append(t);
    return tid;
}

_Noreturn void sched_exit(void) {
    struct thread *self = thread_self(), *next;

    self->state = THREAD_FREE;
    if (--living == 0) {
        flexos_exit(0);
    }
    next = next_thread();
    thread_current = next;
    flexos_thread_exit(next->tid);
    __builtin_unreachable();
}
