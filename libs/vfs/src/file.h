/* SPDX-License-Identifier: BSD-3-Clause */
/* Open files and descriptors. Internal to library vfs.
 *
 * An open file is referred to by descriptors and by calls in progress (file_of / file_release); the
 * last reference closes it. Its class says what it is. Readiness: files whose class reports changes
 * keep it in `ready` and call file_notify; the others have a `poll` function, and `wait_events`
 * tells which platform events may change the answer. */
#ifndef VFS_FILE_H
#define VFS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flexos/vfs.h>

#define FILE_NO_OFFSET UINT64_MAX /* offset of reads and writes at the file's own position */

struct file;
struct watch;
struct place;
struct msghdr;

struct file_class {
    const char *name; /* as /proc/self/fd shows it */
    /* Never wait: -EAGAIN when nothing can be moved now. NULL: -EINVAL. */
    long (*read)(struct file *file, void *data, size_t length, uint64_t offset);
    long (*write)(struct file *file, const void *data, size_t length, uint64_t offset);
    unsigned (*poll)(struct file *file);                                     /* NULL: file->ready */
    long (*seek)(struct file *file, int64_t offset, int whence);             /* NULL: -ESPIPE */
    int (*attributes)(struct file *file, struct vfs_attributes *attributes); /* NULL: invented */
    long (*available)(struct file *file); /* FIONREAD; NULL: -ENOTTY */
    void (*close)(struct file *file);     /* frees the file */
};

struct file {
    const struct file_class *class;
    unsigned references;
    int flags; /* O_ACCMODE, O_APPEND, O_NONBLOCK, O_PATH ... as F_GETFL tells */
    unsigned ready;
    unsigned sleepers;    /* threads that wait for this file with its address as key */
    unsigned wait_events; /* FLEXOS_EVENT_* to listen to while waiting */
    struct watch *watches;
};

/* Somebody who wants to know when a file becomes ready: an epoll item or a poll in progress. */
struct watch {
    struct watch *next, **previous;
    struct file *file;
    void (*notify)(struct watch *watch, unsigned news);
};

/* file.c */
void file_init(struct file *file, const struct file_class *class, int flags);
void file_acquire(struct file *file);
void file_release(struct file *file);
unsigned file_ready(struct file *file);
void file_notify(struct file *file, unsigned news); /* `ready` is up to date, `news` just arrived */
void file_set_ready(struct file *file, unsigned ready); /* sets it and notifies what is new in it */
void watch_add(struct watch *watch, struct file *file);
void watch_remove(struct watch *watch);
/* Waits until one of `events` holds (or an error, or a hang-up): 0, -EINTR, -ETIMEDOUT. */
int file_wait(struct file *file, unsigned events, uint64_t deadline_ns);

/* descriptor.c */
struct file *file_of_any(int fd); /* the same for O_PATH too */
struct file *file_of(int fd);     /* with a reference; NULL = -EBADF */
int descriptor_new(struct file *file, int from,
                   int flags); /* O_CLOEXEC; takes the reference over */
int descriptor_open(struct file *file,
                    int flags); /* the same from 0; releases the file on failure */
int descriptor_close(int fd);
int descriptor_next(int fd); /* the next open one, -1 = none */

/* epoll.c */
void epoll_file_closed(struct file *file); /* its watches go */

#endif
