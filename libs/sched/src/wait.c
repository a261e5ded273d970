/* SPDX-License-Identifier: BSD-3-Clause */
/* Waits by key. A key is hashed to a chain of its waiters, oldest first; two keys may share a
 * chain. */
#include <errno.h>

#include <flexos/time.h>

#include "thread.h"

#define CHAINS 4096u

static struct list chains[CHAINS];

static struct list *chain_of(uintptr_t key) {
    return &chains[(key * 0x9e3779b97f4a7c15u) >> 52];
}

_Static_assert(CHAINS == 1u << (64 - 52), "the shift keeps as many bits as there are chains");

void thread_ready(struct thread *t, int result) {
    if (t->events) {
        events_remove(t);
    }
    if (t->key) {
        list_remove(chain_of(t->key), t);
        t->key = 0;
    }
    if (t->deadline != SCHED_FOREVER) {
        deadline_remove(t);
        t->deadline = SCHED_FOREVER;
    }
    t->result = result;
    queue_append(t);
}

int sched_wait_event(uintptr_t key, unsigned events, uint64_t deadline_ns) {
    struct thread *self = thread_self();

    if (deadline_ns != SCHED_FOREVER && deadline_ns <= flexos_clock_ns()) {
        sched_pass();
        return -ETIMEDOUT;
    }
    self->state = THREAD_WAITING;
    self->key = key;
    if (key) {
        list_append(chain_of(key), self);
    }
    self->events = events;
    if (events) {
        events_add(self);
    }
    self->deadline = deadline_ns;
    if (deadline_ns != SCHED_FOREVER) {
        deadline_add(self);
    }
    schedule();
    return self->result;
}

int sched_wait(uintptr_t key, uint64_t deadline_ns) {
    return sched_wait_event(key, 0, deadline_ns);
}

int sched_sleep_until(uint64_t deadline_ns) {
    int result = sched_wait_event(0, FLEXOS_EVENT_SIGNAL, deadline_ns);

    return result == -ETIMEDOUT ? 0 : result;
}

int sched_wake(uintptr_t key, int count) {
    return sched_requeue(key, count, 0, 0);
}

int sched_requeue(uintptr_t key, int wake, uintptr_t to, int move) {
    struct thread *t, *next;
    int woken = 0, moved = 0;

    if (!key) {
        return 0;
    }
    for (t = chain_of(key)->first; t && (woken < wake || moved < move); t = next) {
        next = t->chain.next;
        if (t->key != key) {
            continue;
        }
        if (woken < wake) {
            woken++;
            thread_ready(t, 0);
        } else if (to && to != key) {
            moved++;
            list_remove(chain_of(key), t);
            t->key = to;
            list_append(chain_of(to), t);
        } else {
            break;
        }
    }
    return woken + moved;
}
