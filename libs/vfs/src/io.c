/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading and writing any open file: checks, waiting, vectors. The classes never wait; this file
 * does. */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include <flexos/flexos.h>
#include <flexos/sched.h>

#include "deadline.h"
#include "network.h"

static uint64_t wait_deadline(struct file *file, bool writes);

long io_read(struct file *file, void *data, size_t length, uint64_t offset, bool wait) {
    long result;

    if ((file->flags & O_ACCMODE) == O_WRONLY) {
        return -EBADF;
    }
    if (!file->class->read) {
        return -EINVAL;
    }
    length = length > IO_MAX ? IO_MAX : length;
    while ((result = file->class->read(file, data, length, offset)) == -EAGAIN && wait) {
        result = file_wait(file, POLLIN | POLLRDHUP, wait_deadline(file, false));
        if (result < 0) {
            return result == -ETIMEDOUT ? -EAGAIN : result;
        }
    }
    return result;
}

long io_write(struct file *file, const void *data, size_t length, uint64_t offset, bool wait) {
    size_t done = 0;
    long result;

    if ((file->flags & O_ACCMODE) == O_RDONLY) {
        return -EBADF;
    }
    if (!file->class->write) {
        return -EINVAL;
    }
    length = length > IO_MAX ? IO_MAX : length;
    do {
        result = file->class->write(file, done ? (const char *)data + done : data, length - done,
                                    offset == FILE_NO_OFFSET ? offset : offset + done);
        if (result > 0) {
            done += (size_t)result;
        } else if (result == -EAGAIN && wait) {
            result = file_wait(file, POLLOUT, wait_deadline(file, true));
            result = result < 0 ? result == -ETIMEDOUT ? -EAGAIN : result : 1;
        }
    } while (result > 0 && done < length && wait);
    return done ? (long)done : result;
}

static uint64_t wait_deadline(struct file *file, bool writes) {
    const struct socket *socket = (const struct socket *)file;
    uint64_t timeout;

    if (file->class != &socket_class) {
        return SCHED_FOREVER;
    }
    timeout = writes ? socket->send_timeout_ns : socket->receive_timeout_ns;
    return deadline_after(timeout ? timeout : SCHED_FOREVER);
}

static char *spare;

char *io_buffer_take(void) {
    char *buffer = spare ? spare : flexos_malloc_shared(IO_BUFFER);

    spare = NULL;
    return buffer;
}

void io_buffer_give(char *buffer) {
    if (spare) {
        flexos_free_shared(buffer);
    } else {
        spare = buffer;
    }
}

/* Sum of the lengths, or -EINVAL. */
static long total(const struct iovec *iov, int count) {
    size_t sum = 0;

    if (count < 0 || count > IOV_MAX) {
        return -EINVAL;
    }
    for (int i = 0; i < count; i++) {
        if (iov[i].iov_len > LONG_MAX - sum) {
            return -EINVAL;
        }
        sum += iov[i].iov_len;
    }
    return (long)sum;
}

long io_readv(struct file *file, const struct iovec *iov, int count, uint64_t offset, bool wait) {
    long sum = total(iov, count), done = 0, result = 0;

    if (sum < 0) {
        return sum;
    }
    if (sum == 0) {
        return io_read(file, NULL, 0, offset, false);
    }
    for (int i = 0; i < count; i++) {
        if (iov[i].iov_len == 0) {
            continue;
        }
        result =
            io_read(file, iov[i].iov_base, iov[i].iov_len,
                    offset == FILE_NO_OFFSET ? offset : offset + (uint64_t)done, wait && done == 0);
        if (result > 0) {
            done += result;
        }
        if (result < (long)iov[i].iov_len) {
            break;
        }
    }
    return done ? done : result;
}

/* Small vectors are gathered: one call of the class (perhaps a crossing) instead of many. */
static long write_gathered(struct file *file, const struct iovec *iov, int count, uint64_t offset,
                           bool wait) {
    char *buffer = io_buffer_take();
    size_t at = 0;
    long result;

    if (!buffer) {
        return -ENOMEM;
    }
    for (int i = 0; i < count; i++) {
        memcpy(buffer + at, iov[i].iov_base, iov[i].iov_len);
        at += iov[i].iov_len;
    }
    result = io_write(file, buffer, at, offset, wait);
    io_buffer_give(buffer);
    return result;
}

long io_writev(struct file *file, const struct iovec *iov, int count, uint64_t offset, bool wait) {
    long sum = total(iov, count), done = 0, result = 0;

    if (sum < 0) {
        return sum;
    }
    if (sum == 0) {
        return io_write(file, NULL, 0, offset, wait);
    }
    if (count > 1 && sum <= (long)IO_BUFFER) {
        return write_gathered(file, iov, count, offset, wait);
    }
    for (int i = 0; i < count; i++) {
        if (iov[i].iov_len == 0) {
            continue;
        }
        result = io_write(file, iov[i].iov_base, iov[i].iov_len,
                          offset == FILE_NO_OFFSET ? offset : offset + (uint64_t)done, wait);
        if (result > 0) {
            done += result;
        }
        if (result < (long)iov[i].iov_len) {
            break;
        }
    }
    return done ? done : result;
}
