/* SPDX-License-Identifier: BSD-3-Clause */
/* Forks helper processes; see helper.h. */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET_BUFFER (4 << 20)

/* The child's way to say how its start went: an empty message is success. */
static int report_fd;

static void ready(void) {
    ssize_t written = write(report_fd, "", 1);
    (void)written;
    close(report_fd);
}

__attribute__((format(printf, 1, 2))) static void failed(const char *format, ...) {
    char text[HELPER_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0) {
        ssize_t written = write(report_fd, text, strlen(text) + 1);
        (void)written;
    }
    _exit(1);
}

/* Moves the descriptors that stay to 3, 4, 5 and closes all others. */
static void keep_only(int *first, int *second, int *third) {
    int *descriptors[] = {first, second, third};
    for (size_t i = 0; i < 3; i++) {
        if (*descriptors[i] >= 0) {
            *descriptors[i] = fcntl(*descriptors[i], F_DUPFD_CLOEXEC, 10);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        if (*descriptors[i] >= 0) {
            *descriptors[i] = dup2(*descriptors[i], 3 + (int)i);
        } else {
            close(3 + (int)i);
        }
    }
    close_range(6, ~0u, 0);
}

static void set_buffers(int fd) {
    int size = SOCKET_BUFFER;
    /* FORCE needs a privilege; without it the host's limit applies. */
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size)) {
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
}

_Noreturn static void run_child(const char *name, int socket_fd, int report, int *keep,
                                pid_t launcher, helper_main *run, void *context) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, name);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != launcher) {
        _exit(1);
    }
    prctl(PR_SET_DUMPABLE, 0);
    keep_only(&socket_fd, keep, &report);
    report_fd = report;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, 0);
        dup2(null, 1);
        close(null);
    }
    run(context, socket_fd, ready, failed);
    _exit(0);
}

/* Reads what the helper says about its start. */
static int await(int report, char message[HELPER_MESSAGE]) {
    size_t length = 0;
    ssize_t size;
    while (length < HELPER_MESSAGE - 1 &&
           (size = read(report, message + length, HELPER_MESSAGE - 1 - length)) != 0) {
        if (size < 0 && errno != EINTR) {
            break;
        }
        length += size > 0 ? (size_t)size : 0;
    }
    message[length] = '\0';
    if (length == 0) {
        strcpy(message, "its helper process ended while it started");
        return -ECHILD;
    }
    return message[0] ? -EIO : 0;
}

int helper_start(struct helper *helper, const char *name, int keep, helper_main *run, void *context,
                 char message[HELPER_MESSAGE]) {
    int pair[2], report[2];
    *helper = (struct helper){.fd = -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)) {
        snprintf(message, HELPER_MESSAGE, "cannot make a socket pair: %s", strerror(errno));
        return -errno;
    }
    if (pipe2(report, O_CLOEXEC)) {
        int error = -errno;
        snprintf(message, HELPER_MESSAGE, "cannot make a pipe: %s", strerror(errno));
        close(pair[0]);
        close(pair[1]);
        return error;
    }
    set_buffers(pair[0]);
    set_buffers(pair[1]);
    pid_t launcher = getpid();
    helper->pid = fork();
    if (helper->pid == 0) {
        run_child(name, pair[1], report[1], &keep, launcher, run, context);
    }
    int error = helper->pid < 0 ? -errno : 0;
    close(pair[1]);
    close(report[1]);
    if (error) {
        snprintf(message, HELPER_MESSAGE, "cannot make a process: %s", strerror(-error));
    } else {
        error = await(report[0], message);
    }
    close(report[0]);
    helper->fd = pair[0];
    if (error) {
        helper_stop(helper);
    }
    return error;
}

void helper_stop(struct helper *helper) {
    if (helper->fd >= 0) {
        close(helper->fd);
    }
    if (helper->pid > 0) {
        kill(helper->pid, SIGKILL);
        while (waitpid(helper->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    *helper = (struct helper){.fd = -1};
}
