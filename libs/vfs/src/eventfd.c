/* SPDX-License-Identifier: BSD-3-Clause */
/* eventfd: a counter to add to and to take from. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/syscalls.h>

#include "file.h"

#define EVENTFD_SEMAPHORE 1

struct eventfd {
    struct file file;
    uint64_t count;
    bool semaphore;
};

static unsigned state(const struct eventfd *e) {
    return (e->count ? POLLIN : 0u) | (e->count < UINT64_MAX - 1 ? POLLOUT : 0u);
}

static long eventfd_read(struct file *file, void *data, size_t length, uint64_t offset) {
    struct eventfd *e = (struct eventfd *)file;
    uint64_t taken = e->semaphore ? 1 : e->count;

    (void)offset;
    if (length < sizeof(taken)) {
        return -EINVAL;
    }
    if (e->count == 0) {
        return -EAGAIN;
    }
    e->count -= taken;
    memcpy(data, &taken, sizeof(taken));
    file_set_ready(file, state(e));
    return sizeof(taken);
}

static long eventfd_write(struct file *file, const void *data, size_t length, uint64_t offset) {
    struct eventfd *e = (struct eventfd *)file;
    uint64_t added;

    (void)offset;
    if (length < sizeof(added)) {
        return -EINVAL;
    }
    memcpy(&added, data, sizeof(added));
    if (added == UINT64_MAX) {
        return -EINVAL;
    }
    if (added > UINT64_MAX - 1 - e->count) {
        return -EAGAIN;
    }
    e->count += added;
    file->ready = state(e);
    if (file->ready & POLLIN) {
        file_notify(file, POLLIN); /* each write is news, also to edge-triggered waiters */
    }
    return sizeof(added);
}

static void eventfd_close(struct file *file) {
    free(file);
}

static const struct file_class eventfd_class = {
    .name = "anon_inode:[eventfd]",
    .read = eventfd_read,
    .write = eventfd_write,
    .close = eventfd_close,
};

long sys_eventfd2(unsigned count, int flags) {
    struct eventfd *e;

    if (flags & ~(EVENTFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK)) {
        return -EINVAL;
    }
    e = malloc(sizeof(*e));
    if (!e) {
        return -ENOMEM;
    }
    file_init(&e->file, &eventfd_class, O_RDWR | (flags & O_NONBLOCK));
    e->count = count;
    e->semaphore = flags & EVENTFD_SEMAPHORE;
    e->file.ready = state(e);
    return descriptor_open(&e->file, flags);
}

long sys_eventfd(unsigned count) {
    return sys_eventfd2(count, 0);
}
