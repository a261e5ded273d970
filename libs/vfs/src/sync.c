/* SPDX-License-Identifier: BSD-3-Clause */
/* Durability and access hints. What a file system in memory needs not do is done at once. */
#include <errno.h>
#include <fcntl.h>

#include <flexos/syscalls.h>

#include "node.h"

static long sync_descriptor(int fd, int data_only) {
    struct file *file = file_of(fd);
    struct place place;
    long result = -EINVAL;

    if (!file) {
        return -EBADF;
    }
    if (file->class->seek && node_place(file, &place)) {
        result = node_sync(place, data_only);
    }
    file_release(file);
    return result;
}

long sys_fsync(int fd) {
    return sync_descriptor(fd, 0);
}

long sys_fdatasync(int fd) {
    return sync_descriptor(fd, 1);
}

long sys_sync_file_range(int fd, long offset, long length, unsigned flags) {
    if (offset < 0 || length < 0 || (flags & ~7u)) {
        return -EINVAL;
    }
    return sync_descriptor(fd, 1);
}

/* Each mount's root stands for the whole file system. */
long sys_sync(void) {
    struct mount *m = NULL;

    while ((m = mount_next(m))) {
        node_sync((struct place){m, m->root}, 0);
    }
    return 0;
}

long sys_syncfs(int fd) {
    struct file *file = file_of(fd);
    struct place place;
    long result = 0;

    if (!file) {
        return -EBADF;
    }
    if (node_place(file, &place)) {
        result = node_sync((struct place){place.mount, place.mount->root}, 0);
    }
    file_release(file);
    return result;
}

/* Hints: there is no cache to prepare. Wrong arguments are errors all the same. */
static long hint(int fd) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = file->class->seek ? 0 : -ESPIPE;
    file_release(file);
    return result;
}

long sys_fadvise64(int fd, long offset, long length, int advice) {
    (void)offset;
    return length < 0 || advice < 0 || advice > 5 ? -EINVAL : hint(fd);
}

long sys_readahead(int fd, long offset, size_t count) {
    (void)offset;
    (void)count;
    return hint(fd) == 0 ? 0 : -EBADF;
}
