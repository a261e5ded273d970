/* SPDX-License-Identifier: BSD-3-Clause */
/* The console: what was typed is fetched ahead into one buffer, so that poll can tell whether there
 * is something. */
#include "console.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include <flexos/platform.h>

static char buffer[4096];
static size_t start, end;
static bool finished; /* the input has ended */

static void fetch(void) {
    long got;

    if (start < end || finished) {
        return;
    }
    start = end = 0;
    got = flexos_console_read(buffer, sizeof(buffer));
    if (got > 0) {
        end = (size_t)got;
    } else if (got != -EAGAIN) {
        finished = true;
    }
}

long console_read(void *data, size_t length) {
    fetch();
    if (start == end) {
        return finished ? 0 : -EAGAIN;
    }
    length = length < end - start ? length : end - start;
    memcpy(data, buffer + start, length);
    start += length;
    return (long)length;
}

long console_write(const void *data, size_t length) {
    return flexos_console_write(data, length);
}

int console_poll(void) {
    fetch();
    return POLLOUT | POLLWRNORM | (start < end || finished ? POLLIN | POLLRDNORM : 0);
}
