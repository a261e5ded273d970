/* SPDX-License-Identifier: BSD-3-Clause */
/* Socket options. Timeouts are kept here because waiting is done here; what a socket is, is known
 * here; the rest is the network library's. Socket pairs have no options that would change anything:
 * sizes and the like are accepted as Linux does for AF_UNIX, and read back as what they are. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/time.h>

#include <flexos/syscalls.h>

#include "deadline.h"
#include "socket.h"

static long set_timeout(uint64_t *ns, const void *value, unsigned length) {
    struct timeval t;

    if (length < sizeof(t)) {
        return -EINVAL;
    }
    memcpy(&t, value, sizeof(t));
    if (t.tv_usec < 0 || t.tv_usec >= 1000000) {
        return -EDOM;
    }
    if (t.tv_sec < 0 || (uint64_t)t.tv_sec >= SCHED_FOREVER / NS_PER_S - 1) {
        *ns = 0;
    } else {
        *ns = (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_usec * 1000;
    }
    return 0;
}

static long give(void *value, unsigned *length, const void *from, unsigned size) {
    unsigned given = size < *length ? size : *length;

    memcpy(value, from, given);
    *length = given;
    return 0;
}

static long give_int(void *value, unsigned *length, int n) {
    return give(value, length, &n, sizeof(n));
}

static long give_timeout(void *value, unsigned *length, uint64_t ns) {
    struct timeval t = {(time_t)(ns / NS_PER_S), (suseconds_t)(ns % NS_PER_S / 1000)};

    return give(value, length, &t, sizeof(t));
}

long sys_setsockopt(int fd, int level, int name, const void *value flexos_in(len), unsigned len) {
    long result;
    struct file *file = socket_file(fd, &result);
    struct socket *s;

    if (!file) {
        return result;
    }
    s = socket_of(file);
    if (!s) {
        result = level == SOL_SOCKET ? 0 : -EOPNOTSUPP;
    } else if (level == SOL_SOCKET && name == SO_RCVTIMEO) {
        result = set_timeout(&s->receive_timeout_ns, value, len);
    } else if (level == SOL_SOCKET && name == SO_SNDTIMEO) {
        result = set_timeout(&s->send_timeout_ns, value, len);
    } else {
        result = net_set_option(s->handle, level, name, value, len);
    }
    file_release(file);
    return result;
}

static long get_common(struct socket *s, int name, void *value, unsigned *len) {
    switch (name) {
    case SO_TYPE:
        return give_int(value, len, s ? s->type : SOCK_STREAM);
    case SO_DOMAIN:
        return give_int(value, len, s ? s->domain : AF_UNIX);
    case SO_PROTOCOL:
        return give_int(value, len, s ? s->protocol : 0);
    case SO_RCVTIMEO:
        return give_timeout(value, len, s ? s->receive_timeout_ns : 0);
    case SO_SNDTIMEO:
        return give_timeout(value, len, s ? s->send_timeout_ns : 0);
    default:
        return -ENOPROTOOPT;
    }
}

static long get_of_pair(int name, void *value, unsigned *len) {
    switch (name) {
    case SO_ERROR:
    case SO_ACCEPTCONN:
        return give_int(value, len, 0);
    case SO_SNDBUF:
    case SO_RCVBUF:
        return give_int(value, len, (int)CHANNEL_BYTES);
    default:
        return -ENOPROTOOPT;
    }
}

long sys_getsockopt(int fd, int level, int name, void *value flexos_out(*len),
                    unsigned *len flexos_inout(4)) {
    long result;
    struct file *file = socket_file(fd, &result);
    struct socket *s;

    if (!file) {
        return result;
    }
    s = socket_of(file);
    result = level == SOL_SOCKET ? get_common(s, name, value, len) : -ENOPROTOOPT;
    if (result == -ENOPROTOOPT && !s) {
        result = level == SOL_SOCKET ? get_of_pair(name, value, len) : -EOPNOTSUPP;
    } else if (result == -ENOPROTOOPT) {
        result = net_get_option(s->handle, level, name, value, *len);
        if (result >= 0) {
            *len = (unsigned)result;
            result = 0;
        }
        if (level == SOL_SOCKET && name == SO_ERROR) {
            file->ready &= ~(unsigned)POLLERR; /* told and forgotten */
        }
    }
    file_release(file);
    return result;
}
