/* SPDX-License-Identifier: BSD-3-Clause */
/* pipe, pipe2. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <flexos/syscalls.h>

#include "channel.h"

long sys_pipe2(int *fds flexos_out(8), int flags) {
    struct channel *channel;
    struct end *reader, *writer;
    int read_fd, write_fd;

    if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) {
        return -EINVAL;
    }
    if (flags & O_DIRECT) {
        return -EINVAL; /* packet mode */
    }
    channel = channel_new();
    if (!channel) {
        return -ENOMEM;
    }
    reader = end_new(channel, NULL, O_RDONLY | (flags & O_NONBLOCK));
    if (!reader) {
        free(channel);
        return -ENOMEM;
    }
    writer = end_new(NULL, channel, O_WRONLY | (flags & O_NONBLOCK));
    if (!writer) {
        file_release(&reader->file);
        return -ENOMEM;
    }
    read_fd = descriptor_open(&reader->file, flags);
    if (read_fd < 0) {
        file_release(&writer->file);
        return read_fd;
    }
    write_fd = descriptor_open(&writer->file, flags);
    if (write_fd < 0) {
        descriptor_close(read_fd);
        return write_fd;
    }
    fds[0] = read_fd;
    fds[1] = write_fd;
    return 0;
}

long sys_pipe(int *fds flexos_out(8)) {
    return sys_pipe2(fds, 0);
}
