/* SPDX-License-Identifier: BSD-3-Clause */
/* What the scheduler knows of a thread. Internal to library sched.
 *
 * A thread is in exactly one place: running (current), in the run queue, or waiting (in a key
 * chain, in the event list, in the deadline heap: any of them that its wait named, at least one).
 * Every way to leave a wait goes through `thread_ready`. */
#ifndef SCHED_THREAD_H
#define SCHED_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flexos/core.h>
#include <flexos/limits.h>
#include <flexos/platform.h>
#include <flexos/sched.h>

enum thread_state { THREAD_FREE, THREAD_RUNNABLE, THREAD_WAITING };

/* A doubly linked list that needs no head initialisation: a list is the pointer to its first
 * element's link. */
struct link {
    struct thread *next, *previous;
};

struct list {
    struct thread *first, *last;
};

struct thread {
    int tid;
    enum thread_state state;
    int result;        /* of the wait that ended */
    unsigned events;   /* waited for */
    uintptr_t key;     /* waited for, 0 = none */
    uint64_t deadline; /* SCHED_FOREVER = not in the heap */
    uint32_t heap_place;
    struct link chain; /* run queue, or the chain of waits of a key */
    struct link event_link;
    void (*entry)(void *);
    void *argument;
};

/* thread.c */
extern struct thread *thread_current;
struct thread *thread_self(void);     /* the current thread; knows the first one by itself */
struct thread *thread_by_id(int tid); /* NULL if there is none */
struct thread *
thread_walk(struct thread *t); /* next living thread after t, NULL = start; for reports */
unsigned thread_count(void);

/* queue.c */
void list_append(struct list *list, struct thread *t);       /* by `chain` */
void list_remove(struct list *list, struct thread *t);       /* by `chain` */
void event_list_push(struct list *list, struct thread *t);   /* by `event_link`, in front */
void event_list_remove(struct list *list, struct thread *t); /* by `event_link` */
void queue_append(struct thread *t);
struct thread *queue_take(void); /* NULL if empty */

/* deadline.c */
void deadline_add(struct thread *t);
void deadline_remove(struct thread *t);
struct thread *deadline_first(void); /* NULL if there is none */

/* wait.c */
void thread_ready(struct thread *t, int result); /* ends the wait of t */

/* event.c */
void events_tell(unsigned events); /* ends the waits that the events end */
bool events_wanted(void);          /* somebody listens */
bool events_expected(void); /* somebody listens to more than a signal that would interrupt it */
void events_add(struct thread *t);
void events_remove(struct thread *t);

/* idle.c */
void schedule(void);              /* gives the processor away; returns when the caller runs again */
struct thread *next_thread(void); /* waits until a thread can run */

#endif
