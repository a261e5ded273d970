/* SPDX-License-Identifier: BSD-3-Clause */
/* Open files of file systems: regular files, directories, devices. The position lives here,
 * everything else in the file system. A device that is not always ready names the platform events
 * that may change that (wait_events). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <flexos/syscalls.h>

#include "fifo.h"
#include "lock.h"
#include "node.h"

struct node_file {
    struct file file;
    struct place place;
    uint64_t position;
    unsigned mode;
};

static long regular_read(struct file *file, void *data, size_t length, uint64_t offset) {
    struct node_file *f = (struct node_file *)file;
    struct vfs_moved moved;

    if (S_ISDIR(f->mode)) {
        return -EISDIR;
    }
    moved = node_read(f->place, offset == FILE_NO_OFFSET ? f->position : offset, data, length);
    if (moved.value > 0 && offset == FILE_NO_OFFSET) {
        f->position = moved.end;
    }
    return moved.value;
}

static long regular_write(struct file *file, const void *data, size_t length, uint64_t offset) {
    struct node_file *f = (struct node_file *)file;
    uint64_t at = offset == FILE_NO_OFFSET ? f->position : offset;
    struct vfs_moved moved;

    if (file->flags & O_APPEND) {
        at = VFS_APPEND;
    }
    moved = node_write(f->place, at, data, length);
    if (moved.value > 0 && offset == FILE_NO_OFFSET) {
        f->position = moved.end;
    }
    return moved.value;
}

static unsigned regular_poll(struct file *file) {
    int result = node_poll(((struct node_file *)file)->place);

    return result < 0 ? POLLERR : (unsigned)result;
}

static int regular_attributes(struct file *file, struct vfs_attributes *attributes) {
    return node_get(((struct node_file *)file)->place, attributes);
}

static long regular_available(struct file *file) {
    struct node_file *f = (struct node_file *)file;
    struct vfs_attributes a;
    int error = node_get(f->place, &a);

    if (error < 0) {
        return error;
    }
    if (S_ISDIR(a.mode)) {
        return -ENOTTY;
    }
    if (!S_ISREG(a.mode)) {
        return node_poll(f->place) & POLLIN ? 1 : 0;
    }
    return a.size > f->position ? (long)(a.size - f->position) : 0;
}

/* Where a seek counts from. File systems here do not tell holes: all is data, the only hole is at
 * the end. For these two the result is the base itself and `offset` becomes 0. */
static int64_t seek_base(struct node_file *f, int64_t *offset, int whence) {
    struct vfs_attributes a;
    int64_t base;
    int error;

    if (whence == SEEK_SET || whence == SEEK_CUR) {
        return whence == SEEK_CUR ? (int64_t)f->position : 0;
    }
    error = node_get(f->place, &a);
    if (error < 0) {
        return error;
    }
    if (whence == SEEK_END) {
        return (int64_t)a.size;
    }
    if (*offset < 0 || *offset >= (int64_t)a.size) {
        return -ENXIO;
    }
    base = whence == SEEK_DATA ? *offset : (int64_t)a.size;
    *offset = 0;
    return base;
}

static long regular_seek(struct file *file, int64_t offset, int whence) {
    struct node_file *f = (struct node_file *)file;
    int64_t base, target;

    if (S_ISCHR(f->mode)) {
        return f->file.wait_events ? -ESPIPE : 0;
    }
    base = seek_base(f, &offset, whence);
    if (base < 0) {
        return base;
    }
    if (__builtin_add_overflow(base, offset, &target)) {
        return -EOVERFLOW;
    }
    if (target < 0) {
        return -EINVAL;
    }
    f->position = (uint64_t)target;
    return target;
}

static void regular_close(struct file *file) {
    struct node_file *f = (struct node_file *)file;

    lock_file_closed(file);
    node_close(f->place);
    free(f);
}

static const struct file_class regular_class = {
    .name = "file",
    .read = regular_read,
    .write = regular_write,
    .poll = regular_poll,
    .seek = regular_seek,
    .attributes = regular_attributes,
    .available = regular_available,
    .close = regular_close,
};

int node_file(struct place place, const struct vfs_attributes *attributes, int flags,
              struct file **file) {
    struct node_file *f = malloc(sizeof(*f));
    int error = 0;

    if (!f) {
        return -ENOMEM;
    }
    error = node_open(place, flags);
    if (error < 0) {
        free(f);
        return error;
    }
    file_init(&f->file, &regular_class, flags);
    f->file.wait_events = attributes->wait_events;
    f->place = place;
    f->position = 0;
    f->mode = attributes->mode;
    *file = &f->file;
    return 0;
}

bool node_place(const struct file *file, struct place *place) {
    if (file->class == &regular_class) {
        *place = ((const struct node_file *)file)->place;
        return true;
    }
    return fifo_place(file, place);
}

long sys_getdents64(int fd, void *buf flexos_out(len), size_t len) {
    struct file *file = file_of(fd);
    struct node_file *f = (struct node_file *)file;
    long result;

    if (!file) {
        return -EBADF;
    }
    if (file->class != &regular_class || !S_ISDIR(f->mode)) {
        file_release(file);
        return -ENOTDIR;
    }
    result = node_list(f->place, f->position, buf, len);
    for (long at = 0; at < result;) {
        const struct vfs_entry *entry = (const struct vfs_entry *)((char *)buf + at);
        unsigned length = entry->length; /* others may write here: read once */

        if (length < sizeof(*entry)) {
            result = -EIO;
            break;
        }
        f->position = entry->cookie;
        at += length;
    }
    file_release(file);
    return result;
}
