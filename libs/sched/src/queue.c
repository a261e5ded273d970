/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of threads, and the run queue: first in, first out. */
#include "thread.h"

static struct list run_queue;
volatile unsigned sched_ready;

void list_append(struct list *list, struct thread *t) {
    t->chain.next = NULL;
    t->chain.previous = list->last;
    if (list->last) {
        list->last->chain.next = t;
    } else {
        list->first = t;
    }
    list->last = t;
}

void list_remove(struct list *list, struct thread *t) {
    if (t->chain.next) {
        t->chain.next->chain.previous = t->chain.previous;
    } else {
        list->last = t->chain.previous;
    }
    if (t->chain.previous) {
        t->chain.previous->chain.next = t->chain.next;
    } else {
        list->first = t->chain.next;
    }
}

void event_list_push(struct list *list, struct thread *t) {
    t->event_link.previous = NULL;
    t->event_link.next = list->first;
    if (list->first) {
        list->first->event_link.previous = t;
    } else {
        list->last = t;
    }
    list->first = t;
}

void event_list_remove(struct list *list, struct thread *t) {
    if (t->event_link.next) {
        t->event_link.next->event_link.previous = t->event_link.previous;
    } else {
        list->last = t->event_link.previous;
    }
    if (t->event_link.previous) {
        t->event_link.previous->event_link.next = t->event_link.next;
    } else {
        list->first = t->event_link.next;
    }
}

/* The count in shared memory is written, never read, here: others may spoil it without harm to the
 * queue. */
static unsigned queued;

void queue_append(struct thread *t) {
    t->state = THREAD_RUNNABLE;
    list_append(&run_queue, t);
    sched_ready = ++queued;
}

struct thread *queue_take(void) {
    struct thread *t = run_queue.first;

    if (t) {
        list_remove(&run_queue, t);
        sched_ready = --queued;
    }
    return t;
}
