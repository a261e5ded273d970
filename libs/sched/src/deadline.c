/* SPDX-License-Identifier: BSD-3-Clause */
/* Deadlines: a binary heap with the earliest on top. Each thread knows its place, so that a wait
 * that ends early leaves it in log n steps. A thread is here exactly while it waits with a deadline
 * other than SCHED_FOREVER. */
#include "thread.h"

static struct thread *heap[FLEXOS_MAX_THREADS];
static uint32_t used;

static void place(struct thread *t, uint32_t at) {
    heap[at] = t;
    t->heap_place = at;
}

static void sift_up(struct thread *t, uint32_t at) {
    while (at > 0 && heap[(at - 1) / 2]->deadline > t->deadline) {
        place(heap[(at - 1) / 2], at);
        at = (at - 1) / 2;
    }
    place(t, at);
}

static void sift_down(struct thread *t, uint32_t at) {
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= used) {
            break;
        }
        if (child + 1 < used && heap[child + 1]->deadline < heap[child]->deadline) {
            child++;
        }
        if (heap[child]->deadline >= t->deadline) {
            break;
        }
        place(heap[child], at);
        at = child;
    }
    place(t, at);
}

void deadline_add(struct thread *t) {
    sift_up(t, used++);
}

void deadline_remove(struct thread *t) {
    uint32_t at = t->heap_place;
    struct thread *last = heap[--used];

    if (last == t) {
        return;
    }
    if (at > 0 && heap[(at - 1) / 2]->deadline > last->deadline) {
        sift_up(last, at);
    } else {
        sift_down(last, at);
    }
}

struct thread *deadline_first(void) {
    return used ? heap[0] : NULL;
}
