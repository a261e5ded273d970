/* SPDX-License-Identifier: BSD-3-Clause */
/* Waits for events of the platform (FLEXOS_EVENT_*). The last that began to wait is asked first,
 * and each event is told once: the server thread that went to sleep last is the one whose work is
 * in the caches, and waking all for each packet would cost a switch each. Signals are for the first
 * thread of the image if it can take them. */
#include <errno.h>

#include "thread.h"

static struct list waiters;
static unsigned hopeful; /* of these, the ones that do not only wait for another thread */

/* Who waits for a key and lets a signal interrupt that (a mutex, a pipe) does not expect one. */
static bool expects_events(const struct thread *t) {
    return !t->key || (t->events & ~(unsigned)FLEXOS_EVENT_SIGNAL);
}

void events_add(struct thread *t) {
    event_list_push(&waiters, t);
    hopeful += expects_events(t);
}

void events_remove(struct thread *t) {
    event_list_remove(&waiters, t);
    hopeful -= expects_events(t);
    t->events = 0;
}

bool events_wanted(void) {
    return waiters.first != NULL;
}

bool events_expected(void) {
    return hopeful != 0;
}

static void tell_signal(void) {
    struct thread *t = thread_walk(NULL); /* the first thread has the lowest id */

    if (!t || t->state != THREAD_WAITING || !(t->events & FLEXOS_EVENT_SIGNAL)) {
        for (t = waiters.first; t && !(t->events & FLEXOS_EVENT_SIGNAL); t = t->event_link.next) {
        }
    }
    if (t) {
        thread_ready(t, -EINTR);
    }
}

void events_tell(unsigned events) {
    struct thread *t, *next;

    if (events & FLEXOS_EVENT_SIGNAL) {
        events &= ~(unsigned)FLEXOS_EVENT_SIGNAL;
        tell_signal();
    }
    for (t = waiters.first; t && events; t = next) {
        unsigned taken = t->events & events;

        next = t->event_link.next;
        if (taken) {
            events &= ~taken;
            thread_ready(t, (int)taken);
        }
    }
}

int sched_interrupt(int tid) {
    struct thread *t = thread_by_id(tid);

    if (!t) {
        return -ESRCH;
    }
    if (t->state == THREAD_WAITING && (t->events & FLEXOS_EVENT_SIGNAL)) {
        thread_ready(t, -EINTR);
    }
    return 0;
}
