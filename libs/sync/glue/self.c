/* SPDX-License-Identifier: BSD-3-Clause */
/* The running thread as this compartment sees it. libc's struct pthread can only be used where libc
 * is; in other compartments each thread has one of its own with its id, its cleanup handlers and the
 * list of its mutexes. Thread numbers are used again: an entry belongs to the serial number in it. */
#include "internal.h"

#include <stdlib.h>

#include <flexos/limits.h>
#include <flexos/published.h>

struct entry {
    uint64_t serial;
    struct pthread *thread;
};

struct sync_home sync_home;

void flexos_sync_home(long (*futex)(volatile int *, int, int, unsigned long, volatile int *, int),
                      void (*test_cancel)(void)) {
    sync_home = (struct sync_home){futex, test_cancel};
}

static struct pthread *own_thread(void) {
    static struct entry *entries;
    if (!entries && !(entries = calloc(FLEXOS_MAX_THREADS, sizeof *entries)))
        abort(); /* locks cannot say that memory is short */
    struct entry *entry = &entries[flexos_published.current];
    if (entry->thread && entry->serial == flexos_published.serial)
        return entry->thread;
    if (!entry->thread && !(entry->thread = malloc(sizeof *entry->thread)))
        abort();
    entry->serial = flexos_published.serial;
    *entry->thread = (struct pthread){.self = entry->thread,
                                      .tid = (int)flexos_published.current + 1};
    entry->thread->robust_list.head = &entry->thread->robust_list.head;
    return entry->thread;
}

struct pthread *__sync_self(void) {
    return sync_home.futex ? flexos_published.tp : own_thread();
}

/* The identity of a thread is the same everywhere: it is never looked into. */
pthread_t pthread_self(void) {
    return flexos_published.tp;
}

pthread_t thrd_current(void) __attribute__((alias("pthread_self")));
