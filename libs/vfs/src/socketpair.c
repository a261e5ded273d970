/* SPDX-License-Identifier: BSD-3-Clause */
/* socketpair: two channels crosswise. Streams of AF_UNIX only. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <flexos/syscalls.h>

#include "socket.h"

static int ends(struct end *end[2], int flags) {
    struct channel *a = channel_new(), *b = a ? channel_new() : NULL;

    end[0] = b ? end_new(a, b, flags) : NULL;
    if (!end[0]) {
        free(a);
        free(b);
        return -ENOMEM;
    }
    end[0]->socket = true;
    end[1] = end_new(b, a, flags);
    if (!end[1]) {
        file_release(&end[0]->file);
        return -ENOMEM;
    }
    end[1]->socket = true;
    return 0;
}

long sys_socketpair(int domain, int type, int protocol, int *fds flexos_out(8)) {
    int flags = O_RDWR | (type & SOCK_NONBLOCK ? O_NONBLOCK : 0), fd[2];
    int descriptor_flags = type & SOCK_CLOEXEC ? O_CLOEXEC : 0, error;
    struct end *end[2];

    if (domain != AF_UNIX) {
        return domain == AF_INET || domain == AF_INET6 ? -EOPNOTSUPP : -EAFNOSUPPORT;
    }
    if ((type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != SOCK_STREAM) {
        return -ESOCKTNOSUPPORT;
    }
    if (protocol != 0 && protocol != AF_UNIX) {
        return -EPROTONOSUPPORT;
    }
    error = ends(end, flags);
    if (error < 0) {
        return error;
    }
    fd[0] = descriptor_open(&end[0]->file, descriptor_flags);
    if (fd[0] < 0) {
        file_release(&end[1]->file);
        return fd[0];
    }
    fd[1] = descriptor_open(&end[1]->file, descriptor_flags);
    if (fd[1] < 0) {
        descriptor_close(fd[0]);
        return fd[1];
    }
    fds[0] = fd[0];
    fds[1] = fd[1];
    return 0;
}
