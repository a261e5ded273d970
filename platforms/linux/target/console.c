/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: descriptors 0 and 1 of the process. The descriptors are shared with others, so they
 * are not made non-blocking: reading looks first whether there is something to read. Writing waits
 * for the reader of a full pipe, as any program's does.
 */
#include "linux.h"

void flexos_host_print(const char *text, size_t len) {
    while (len > 0) {
        const long n = linux_call3(LINUX_WRITE, 2, text, len);
        if (n <= 0 && n != -LINUX_EINTR) {
            return;
        }
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        }
    }
}

long flexos_console_write(const void *buf, size_t len) {
    if (!flexos_caller_range(buf, len, false)) {
        return -LINUX_EFAULT;
    }
    long n;
    do {
        n = linux_call3(LINUX_WRITE, 1, buf, len);
    } while (n == -LINUX_EINTR);
    return n;
}

long flexos_console_read(void *buf, size_t len) {
    if (!flexos_caller_range(buf, len, true)) {
        return -LINUX_EFAULT;
    }
    struct linux_pollfd p = {0, LINUX_POLLIN, 0};
    const struct linux_timespec now = {0, 0};
    if (linux_call5(LINUX_PPOLL, &p, 1, &now, 0, 0) == 0) {
        linux_armed |= FLEXOS_EVENT_CONSOLE;
        return -LINUX_EAGAIN;
    }
    return linux_call3(LINUX_READ, 0, buf, len);
}
