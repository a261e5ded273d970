/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections: connect and accept, waiting as the socket's flags say. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include <flexos/syscalls.h>

#include "deadline.h"
#include "socket.h"

static bool is_loopback(const struct net_address *a) {
    static const unsigned char v6[16] = {[15] = 1};
    sa_family_t family;

    memcpy(&family, a->bytes, sizeof(family));
    return family == AF_INET ? a->bytes[4] == 127 : memcmp(a->bytes + 8, v6, sizeof(v6)) == 0;
}

static long connect_result(struct socket *s) {
    int error = 0, result;

    result = file_wait(&s->file, POLLOUT,
                       deadline_after(s->send_timeout_ns ? s->send_timeout_ns : SCHED_FOREVER));
    if (result < 0) {
        return result == -ETIMEDOUT ? -EINPROGRESS : result;
    }
    result = net_get_option(s->handle, SOL_SOCKET, SO_ERROR, &error, sizeof(error));
    return result < 0 ? result : -error;
}

long sys_connect(int fd, const struct sockaddr *addr flexos_in(len), unsigned len) {
    struct net_address address;
    long result;
    struct socket *s = network_socket(fd, -EISCONN, &result);

    if (!s) {
        return result;
    }
    result = address_in(addr, len, &address);
    if (result == 0) {
        s->file.ready = 0;
        result = network_result(s, net_connect(s->handle, &address));
        if (result == -EINPROGRESS && !(s->file.flags & O_NONBLOCK)) {
            result = connect_result(s);
        }
        s->asked = false;
    }
    file_release(&s->file);
    return result;
}

/* A handle of a new connection, waiting as the socket's flags say. */
static long next_connection(struct socket *s, struct net_address *peer) {
    long result;

    for (;;) {
        if (!(s->file.ready & POLLIN)) {
            network_spin();
        }
        result = s->file.ready & (POLLIN | POLLERR | POLLHUP)
                     ? network_result(s, net_accept(s->handle, peer))
                     : -EAGAIN;
        if (result != -EAGAIN || (s->file.flags & O_NONBLOCK)) {
            return result;
        }
        result = file_wait(
            &s->file, POLLIN,
            deadline_after(s->receive_timeout_ns ? s->receive_timeout_ns : SCHED_FOREVER));
        if (result < 0) {
            return result == -ETIMEDOUT ? -EAGAIN : result;
        }
    }
}

long sys_accept4(int fd, struct sockaddr *addr flexos_out(*len), unsigned *len flexos_inout(4),
                 int flags) {
    struct net_address peer = {0};
    long result;
    struct socket *s, *connection;

    if (flags & ~TYPE_FLAGS) {
        return -EINVAL;
    }
    s = network_socket(fd, -EINVAL, &result);
    if (!s) {
        return result;
    }
    result = s->type == SOCK_STREAM ? next_connection(s, &peer) : -EOPNOTSUPP;
    if (result >= 0) {
        connection = socket_new((int)result, s->domain, s->type, s->protocol, flags);
        if (connection) {
            connection->file.ready = POLLOUT;
            connection->local = is_loopback(&peer);
            address_out(&peer, addr, len);
            result = descriptor_open(&connection->file, socket_descriptor_flags(flags));
        } else {
            net_close((int)result);
            result = -ENOMEM;
        }
    }
    file_release(&s->file);
    return result;
}

long sys_accept(int fd, struct sockaddr *addr flexos_out(*len), unsigned *len flexos_inout(4)) {
    return sys_accept4(fd, addr, len, 0);
}
