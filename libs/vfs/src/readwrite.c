/* SPDX-License-Identifier: BSD-3-Clause */
/* The system calls that read, write and seek. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <flexos/syscalls.h>

#include "io.h"

static bool waits(const struct file *file) {
    return !(file->flags & O_NONBLOCK);
}

long sys_read(int fd, void *buf flexos_out_part(len), size_t len) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = io_read(file, buf, len, FILE_NO_OFFSET, waits(file));
    file_release(file);
    return result;
}

long sys_write(int fd, const void *buf flexos_in_part(len), size_t len) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = io_write(file, buf, len, FILE_NO_OFFSET, waits(file));
    file_release(file);
    return result;
}

long sys_readv(int fd, const struct iovec *iov flexos_out_each(count, iov_base, iov_len),
               int count) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = io_readv(file, iov, count, FILE_NO_OFFSET, waits(file));
    file_release(file);
    return result;
}

long sys_writev(int fd, const struct iovec *iov flexos_in_each(count, iov_base, iov_len),
                int count) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = io_writev(file, iov, count, FILE_NO_OFFSET, waits(file));
    file_release(file);
    return result;
}

/* The file for a call with an offset: NULL and *error = -EBADF, -EINVAL, -ESPIPE. */
static struct file *seekable(int fd, long offset, long *error) {
    struct file *file = offset < 0 ? NULL : file_of(fd);

    *error = offset < 0 ? -EINVAL : -EBADF;
    if (!file) {
        return NULL;
    }
    if (!file->class->seek || file->wait_events) {
        file_release(file);
        *error = -ESPIPE;
        return NULL;
    }
    return file;
}

long sys_pread64(int fd, void *buf flexos_out_part(len), size_t len, long offset) {
    long result;
    struct file *file = seekable(fd, offset, &result);

    if (file) {
        result = io_read(file, buf, len, (uint64_t)offset, waits(file));
        file_release(file);
    }
    return result;
}

long sys_pwrite64(int fd, const void *buf flexos_in_part(len), size_t len, long offset) {
    long result;
    struct file *file = seekable(fd, offset, &result);

    if (file) {
        result = io_write(file, buf, len, (uint64_t)offset, waits(file));
        file_release(file);
    }
    return result;
}

long sys_preadv(int fd, const struct iovec *iov flexos_out_each(count, iov_base, iov_len),
                int count, long offset) {
    long result;
    struct file *file = seekable(fd, offset, &result);

    if (file) {
        result = io_readv(file, iov, count, (uint64_t)offset, waits(file));
        file_release(file);
    }
    return result;
}

long sys_pwritev(int fd, const struct iovec *iov flexos_in_each(count, iov_base, iov_len),
                 int count, long offset) {
    long result;
    struct file *file = seekable(fd, offset, &result);

    if (file) {
        result = io_writev(file, iov, count, (uint64_t)offset, waits(file));
        file_release(file);
    }
    return result;
}

long sys_lseek(int fd, long offset, int whence) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    if (whence < SEEK_SET || whence > SEEK_HOLE) {
        result = -EINVAL;
    } else {
        result = file->class->seek ? file->class->seek(file, offset, whence) : -ESPIPE;
    }
    file_release(file);
    return result;
}
