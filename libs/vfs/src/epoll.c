/* SPDX-License-Identifier: BSD-3-Clause */
/* epoll. Files tell changes (file_notify), an item that is told goes to the ready queue of its
 * epoll, and epoll_wait looks only at that queue: the cost is that of the files that are ready, not
 * of those that are watched. Files that cannot tell (devices with wait_events) stand in a second,
 * short list that is polled. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <flexos/platform.h>
#include <flexos/syscalls.h>

#include "epoll.h"

#define NESTING_MAX 5
#define ALWAYS (POLLERR | POLLHUP)

unsigned epoll_wanted(const struct item *item) {
    return item->events & 0xffff;
}

void epoll_queue_item(struct item *item) {
    struct epoll *e = item->epoll;

    if (item->queued) {
        return;
    }
    item->queued = true;
    item->next_ready = NULL;
    item->previous_ready = e->last_ready;
    *(e->last_ready ? &e->last_ready->next_ready : &e->first_ready) = item;
    e->last_ready = item;
    e->ready_count++;
}

void epoll_dequeue_item(struct item *item) {
    struct epoll *e = item->epoll;

    if (!item->queued) {
        return;
    }
    item->queued = false;
    *(item->previous_ready ? &item->previous_ready->next_ready : &e->first_ready) =
        item->next_ready;
    *(item->next_ready ? &item->next_ready->previous_ready : &e->last_ready) = item->previous_ready;
    e->ready_count--;
}

static void told(struct watch *watch, unsigned news) {
    struct item *item = (struct item *)watch;

    if (news & epoll_wanted(item)) {
        epoll_queue_item(item);
        file_notify(&item->epoll->file, POLLIN | POLLRDNORM);
    }
}

/* Queues the item if its file is ready now. */
static void look(struct item *item) {
    unsigned ready = file_ready(item->watch.file) & epoll_wanted(item);

    if (ready) {
        told(&item->watch, ready);
    }
}

static void forget(struct item *item) {
    struct epoll *e = item->epoll;
    struct item **at;

    epoll_dequeue_item(item);
    watch_remove(&item->watch);
    *(item->previous ? &item->previous->next : &e->items) = item->next;
    if (item->next) {
        item->next->previous = item->previous;
    }
    for (at = &e->polled; *at; at = &(*at)->next_polled) {
        if (*at == item) {
            *at = item->next_polled;
            break;
        }
    }
    free(item);
}

void epoll_file_closed(struct file *file) {
    struct watch *watch, *next;

    for (watch = file->watches; watch; watch = next) {
        next = watch->next;
        if (watch->notify == told) {
            forget((struct item *)watch);
        }
    }
}

static struct item *find(struct epoll *e, struct file *file, int fd) {
    struct watch *watch;

    for (watch = file->watches; watch; watch = watch->next) {
        struct item *item = (struct item *)watch;

        if (watch->notify == told && item->epoll == e && item->fd == fd) {
            return item;
        }
    }
    return NULL;
}

/* Whether `from` reaches `target` through items, or nests too deeply. */
static bool reaches(struct epoll *from, const struct epoll *target, int depth) {
    struct item *item;

    if (from == target || depth > NESTING_MAX) {
        return true;
    }
    for (item = from->items; item; item = item->next) {
        if (is_epoll(item->watch.file) &&
            reaches((struct epoll *)item->watch.file, target, depth + 1)) {
            return true;
        }
    }
    return false;
}

static int add(struct epoll *e, struct file *file, int fd, const struct epoll_event *event) {
    struct item *item;

    if (file->class->seek && !file->wait_events) {
        return -EPERM; /* regular files and directories are always ready */
    }
    if (is_epoll(file) && reaches((struct epoll *)file, e, 0)) {
        return -ELOOP;
    }
    if (find(e, file, fd)) {
        return -EEXIST;
    }
    item = calloc(1, sizeof(*item));
    if (!item) {
        return -ENOMEM;
    }
    item->epoll = e;
    item->fd = fd;
    item->events = event->events | ALWAYS;
    item->data = event->data.u64;
    item->watch.notify = told;
    watch_add(&item->watch, file);
    item->next = e->items;
    if (e->items) {
        e->items->previous = item;
    }
    e->items = item;
    if (file->wait_events) {
        item->next_polled = e->polled;
        e->polled = item;
        e->wait_events |= file->wait_events;
    }
    look(item);
    return 0;
}

static int change(struct epoll *e, struct file *file, int op, int fd,
                  const struct epoll_event *event) {
    struct item *item;

    if (op == EPOLL_CTL_ADD) {
        return add(e, file, fd, event);
    }
    item = find(e, file, fd);
    if (!item) {
        return -ENOENT;
    }
    if (op == EPOLL_CTL_DEL) {
        forget(item);
        return 0;
    }
    item->events = event->events | ALWAYS;
    item->data = event->data.u64;
    epoll_dequeue_item(item);
    look(item);
    return 0;
}

long sys_epoll_ctl(int epfd, int op, int fd,
                   struct epoll_event *event flexos_in(sizeof(struct epoll_event))) {
    struct file *epoll = file_of(epfd), *file = file_of(fd);
    long result = -EBADF;

    if (epoll && file) {
        if (!is_epoll(epoll) || epoll == file ||
            (op != EPOLL_CTL_ADD && op != EPOLL_CTL_MOD && op != EPOLL_CTL_DEL)) {
            result = -EINVAL;
        } else if (op != EPOLL_CTL_DEL && !event) {
            result = -EFAULT;
        } else {
            result = change((struct epoll *)epoll, file, op, fd, event);
        }
    }
    if (epoll) {
        file_release(epoll);
    }
    if (file) {
        file_release(file);
    }
    return result;
}

void epoll_look_at_polled(struct epoll *e) {
    struct item *item;

    for (item = e->polled; item; item = item->next_polled) {
        look(item);
    }
}

static unsigned epoll_poll(struct file *file) {
    struct epoll *e = (struct epoll *)file;
    struct item *item;

    epoll_look_at_polled(e);
    for (item = e->first_ready; item; item = item->next_ready) {
        if (file_ready(item->watch.file) & epoll_wanted(item)) {
            return POLLIN | POLLRDNORM;
        }
    }
    return 0;
}

static void epoll_close(struct file *file) {
    struct epoll *e = (struct epoll *)file;

    while (e->items) {
        forget(e->items);
    }
    free(e);
}

static const struct file_class epoll_class = {
    .name = "anon_inode:[eventpoll]",
    .poll = epoll_poll,
    .close = epoll_close,
};

bool is_epoll(const struct file *file) {
    return file->class == &epoll_class;
}

long sys_epoll_create1(int flags) {
    struct epoll *e;

    if (flags & ~O_CLOEXEC) {
        return -EINVAL;
    }
    e = calloc(1, sizeof(*e));
    if (!e) {
        return -ENOMEM;
    }
    file_init(&e->file, &epoll_class, O_RDWR);
    return descriptor_open(&e->file, flags);
}

long sys_epoll_create(int size) {
    return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}
