/* SPDX-License-Identifier: BSD-3-Clause */
/* ioctl: what sockets, pipes and terminals are asked. The console counts as a terminal, so that
 * output comes line by line. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <flexos/syscalls.h>

#include "node.h"

#define WINDOW_ROWS 24
#define WINDOW_COLUMNS 80

static bool is_terminal(const struct file *file) {
    struct place place;

    return file->wait_events && node_place(file, &place);
}

static long word(struct file *file, int fd, unsigned request, int *value) {
    long result;

    switch (request) {
    case FIONBIO:
        file->flags = *value ? file->flags | O_NONBLOCK : file->flags & ~O_NONBLOCK;
        return 0;
    case FIOASYNC:
        return 0; /* no SIGIO is ever sent */
    case FIONREAD:
        result = file->class->available ? file->class->available(file) : -ENOTTY;
        if (result >= 0) {
            *value = (int)result;
            result = 0;
        }
        return result;
    case FIOCLEX:
    case FIONCLEX:
        return sys_fcntl(fd, F_SETFD, request == FIOCLEX ? FD_CLOEXEC : 0);
    case TIOCGPGRP:
        if (is_terminal(file)) {
            *value = 1;
            return 0;
        }
        return -ENOTTY;
    default:
        return -ENOTTY;
    }
}

static long ioctl_word(int fd, unsigned request, int *value) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = word(file, fd, request, value);
    file_release(file);
    return result;
}

static long ioctl_window(int fd, unsigned short *window) {
    struct file *file = file_of(fd);
    bool terminal;

    if (!file) {
        return -EBADF;
    }
    terminal = is_terminal(file);
    file_release(file);
    if (!terminal) {
        return -ENOTTY;
    }
    window[0] = WINDOW_ROWS;
    window[1] = WINDOW_COLUMNS;
    window[2] = window[3] = 0;
    return 0;
}

long sys_ioctl(int fd, int request, void *arg) {
    return (unsigned)request == TIOCGWINSZ ? ioctl_window(fd, arg)
                                           : ioctl_word(fd, (unsigned)request, arg);
}
