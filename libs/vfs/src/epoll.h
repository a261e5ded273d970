/* SPDX-License-Identifier: BSD-3-Clause */
/* What an epoll is made of. Internal to epoll.c, which keeps items, and epoll_wait.c, which waits.
 *
 * An item is in the queue when its file may be ready; epoll_wait asks the file and drops it if not.
 * Level-triggered items stay in the queue (at its end) when reported, edge-triggered ones leave it,
 * one-shot ones leave it and are disabled. */
#ifndef VFS_EPOLL_H
#define VFS_EPOLL_H

#include "file.h"

struct item {
    struct watch watch; /* first: a watch is cast to its item */
    struct epoll *epoll;
    struct item *next, *previous; /* all items */
    struct item *next_ready, *previous_ready;
    struct item *next_polled;
    bool queued;
    int fd;
    unsigned events; /* EPOLL* flags and events; events 0 and flag disabled after a one-shot */
    uint64_t data;
};

struct epoll {
    struct file file;
    struct item *items;
    struct item *first_ready, *last_ready;
    size_t ready_count;
    struct item *polled;
    unsigned wait_events; /* of the polled items */
};

bool is_epoll(const struct file *file);
unsigned epoll_wanted(const struct item *item); /* poll bits that make the item ready */
void epoll_queue_item(struct item *item);
void epoll_dequeue_item(struct item *item);
void epoll_look_at_polled(struct epoll *e); /* queues those that are ready */

#endif
