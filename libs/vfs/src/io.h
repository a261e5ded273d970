/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading and writing any open file, with waiting. Internal to library vfs. */
#ifndef VFS_IO_H
#define VFS_IO_H

#include <sys/uio.h>

#include "file.h"

#define IO_MAX 0x7ffff000u /* most bytes that one call moves, as in Linux */

/* As read() and write() with an offset or FILE_NO_OFFSET. `wait` false: as if O_NONBLOCK were set.
 */
long io_read(struct file *file, void *data, size_t length, uint64_t offset, bool wait);
long io_write(struct file *file, const void *data, size_t length, uint64_t offset, bool wait);
long io_readv(struct file *file, const struct iovec *iov, int count, uint64_t offset, bool wait);
long io_writev(struct file *file, const struct iovec *iov, int count, uint64_t offset, bool wait);

/* A buffer in shared memory, so that gates pass it without a copy. NULL = no memory. */
#define IO_BUFFER 65536u
char *io_buffer_take(void);
void io_buffer_give(char *buffer);

#endif
