/* SPDX-License-Identifier: BSD-3-Clause */
/* sendfile and copy_file_range: through one shared buffer, so that neither side's gate copies. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <flexos/syscalls.h>

#include "io.h"

/* Moves up to `count` bytes from `from` (at *in) to `to` (at *out, or its position). Advances the
 * offsets by what arrived. */
static long transfer(struct file *from, uint64_t *in, struct file *to, uint64_t *out,
                     size_t count) {
    char *buffer = io_buffer_take();
    bool wait = !(to->flags & O_NONBLOCK);
    size_t done = 0;
    long got = 0, put = 0;

    if (!buffer) {
        return -ENOMEM;
    }
    while (done < count) {
        size_t wanted = count - done < IO_BUFFER ? count - done : IO_BUFFER;

        got = io_read(from, buffer, wanted, *in, !(from->flags & O_NONBLOCK));
        if (got <= 0) {
            break;
        }
        put = io_write(to, buffer, (size_t)got, out ? *out : FILE_NO_OFFSET, wait);
        if (put <= 0) {
            break;
        }
        *in += (uint64_t)put;
        if (out) {
            *out += (uint64_t)put;
        }
        done += (size_t)put;
        if (put < got) {
            break;
        }
    }
    io_buffer_give(buffer);
    return done ? (long)done : got < 0 ? got : put < 0 ? put : 0;
}

/* As `transfer`, with the position of `from` where no offset is given. */
static long transfer_from(struct file *from, long *in, struct file *to, uint64_t *out,
                          size_t count) {
    uint64_t at;
    long position, result;

    if (!from->class->seek) {
        return -EINVAL;
    }
    position = in ? *in : from->class->seek(from, 0, SEEK_CUR);
    if (position < 0) {
        return in ? -EINVAL : position;
    }
    at = (uint64_t)position;
    result = transfer(from, &at, to, out, count > IO_MAX ? IO_MAX : count);
    if (in) {
        *in = (long)at;
    } else if (result > 0) {
        from->class->seek(from, (int64_t)at, SEEK_SET);
    }
    return result;
}

static bool may(const struct file *file, int not_this_access) {
    return (file->flags & O_ACCMODE) != not_this_access;
}

long sys_sendfile(int out_fd, int in_fd, long *offset flexos_inout(8), size_t count) {
    struct file *from = file_of(in_fd), *to = file_of(out_fd);
    long result = -EBADF;

    if (from && may(from, O_WRONLY) && offset && !from->class->seek) {
        result = -ESPIPE;
    } else if (from && to && may(from, O_WRONLY) && may(to, O_RDONLY)) {
        result = to->flags & O_APPEND ? -EINVAL : transfer_from(from, offset, to, NULL, count);
        result = result == -EISDIR ? -EINVAL : result;
    }
    if (from) {
        file_release(from);
    }
    if (to) {
        file_release(to);
    }
    return result;
}

long sys_copy_file_range(int in_fd, long *in_offset flexos_inout(8), int out_fd,
                         long *out_offset flexos_inout(8), size_t len, unsigned flags) {
    struct file *from = file_of(in_fd), *to = file_of(out_fd);
    long result = -EBADF;
    uint64_t out;

    if (from && to) {
        if (flags || !from->class->seek || !to->class->seek || (out_offset && *out_offset < 0)) {
            result = -EINVAL;
        } else if (to->flags & O_APPEND) {
            result = -EBADF;
        } else if (out_offset) {
            out = (uint64_t)*out_offset;
            result = transfer_from(from, in_offset, to, &out, len);
            *out_offset = (long)out;
        } else {
            result = transfer_from(from, in_offset, to, NULL, len);
        }
    }
    if (from) {
        file_release(from);
    }
    if (to) {
        file_release(to);
    }
    return result;
}
