/* SPDX-License-Identifier: BSD-3-Clause */
/* Data through sockets: send, recv and their forms with addresses and messages. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include <flexos/syscalls.h>

#include "deadline.h"
#include "io.h"
#include "socket.h"

#define FLAGS_HERE                                                                                 \
    (MSG_DONTWAIT | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC) /* the library needs not know                 \
                                                      */
#define END_OF_WAIT (POLLERR | POLLHUP)

/* Never waits. A socket that is known to have nothing is not asked: no crossing. */
long socket_receive(struct socket *s, void *data, size_t length, int flags,
                    struct net_address *from) {
    struct net_result result;

    if (s->asked && !(s->file.ready & (POLLIN | POLLRDHUP | END_OF_WAIT))) {
        network_spin();
        if (!(s->file.ready & (POLLIN | POLLRDHUP | END_OF_WAIT))) {
            return -EAGAIN;
        }
    }
    flags &= ~FLAGS_HERE;
    result = from ? net_recv_from(s->handle, data, length, flags, from)
                  : net_recv(s->handle, data, length, flags);
    return network_result(s, result);
}

long socket_send(struct socket *s, const void *data, size_t length, int flags,
                 const struct net_address *to) {
    struct net_result result;

    if (s->asked && !(s->file.ready & (POLLOUT | END_OF_WAIT))) {
        network_spin();
        if (!(s->file.ready & (POLLOUT | END_OF_WAIT))) {
            return -EAGAIN;
        }
    }
    flags &= ~FLAGS_HERE;
    result = to && to->length ? net_send_to(s->handle, data, length, flags, to)
                              : net_send(s->handle, data, length, flags);
    return network_result(s, result);
}

static bool may_wait(const struct file *file, int flags) {
    return !(file->flags & O_NONBLOCK) && !(flags & MSG_DONTWAIT);
}

static uint64_t deadline_of(uint64_t timeout_ns) {
    return deadline_after(timeout_ns ? timeout_ns : SCHED_FOREVER);
}

/* All bytes when it may wait and the socket is a stream, else what can be sent now. */
static long send_waiting(struct file *file, const void *data, size_t length, int flags,
                         const struct net_address *to) {
    struct socket *s = socket_of(file);
    bool wait = may_wait(file, flags);
    size_t done = 0;
    long result;

    if (!s) {
        return io_write(file, data, length, FILE_NO_OFFSET, wait);
    }
    do {
        result = socket_send(s, (const char *)data + done, length - done, flags, to);
        if (result > 0) {
            done += (size_t)result;
        } else if (result == -EAGAIN && wait) {
            result = file_wait(file, POLLOUT, deadline_of(s->send_timeout_ns));
            result = result < 0 ? result == -ETIMEDOUT ? -EAGAIN : result : 1;
        }
    } while (result > 0 && done < length && wait);
    return done ? (long)done : result;
}

static long pair_receive(struct file *file, void *data, size_t length, int flags) {
    struct end *end = end_of(file);
    long result;

    if (!(flags & MSG_PEEK)) {
        return io_read(file, data, length, FILE_NO_OFFSET, may_wait(file, flags));
    }
    while (end->in && !end->in->used && end->in->writers) {
        if (!may_wait(file, flags)) {
            return -EAGAIN;
        }
        result = file_wait(file, POLLIN | POLLRDHUP, SCHED_FOREVER);
        if (result < 0) {
            return result;
        }
    }
    return end->in ? (long)channel_peek(end->in, data, length) : 0;
}

static long receive_waiting(struct file *file, void *data, size_t length, int flags,
                            struct net_address *from) {
    struct socket *s = socket_of(file);
    bool wait = may_wait(file, flags), all = flags & MSG_WAITALL && !(flags & MSG_PEEK);
    size_t done = 0;
    long result;

    if (!s) {
        return pair_receive(file, data, length, flags);
    }
    do {
        result = socket_receive(s, (char *)data + done, length - done, flags & ~MSG_WAITALL, from);
        if (result > 0) {
            done += (size_t)result;
        } else if (result == -EAGAIN && wait) {
            result = file_wait(file, POLLIN | POLLRDHUP, deadline_of(s->receive_timeout_ns));
            if (result < 0) {
                result = result == -ETIMEDOUT ? -EAGAIN : result;
                break;
            }
            continue;
        } else {
            break;
        }
    } while (done == 0 || (all && s->type == SOCK_STREAM && done < length));
    return done ? (long)done : result;
}

long sys_sendto(int fd, const void *buf flexos_in_part(len), size_t len, int flags,
                const struct sockaddr *addr flexos_in(addr_len), unsigned addr_len) {
    struct net_address to;
    long result;
    struct file *file = socket_file(fd, &result);

    if (!file) {
        return result;
    }
    result = address_in(addr, addr ? addr_len : 0, &to);
    if (result == 0) {
        result = send_waiting(file, buf, len, flags, &to);
    }
    file_release(file);
    return result;
}

long sys_recvfrom(int fd, void *buf flexos_out_part(len), size_t len, int flags,
                  struct sockaddr *addr flexos_out(*addr_len), unsigned *addr_len flexos_inout(4)) {
    struct net_address from = {0};
    long result;
    struct file *file = socket_file(fd, &result);

    if (!file) {
        return result;
    }
    result = receive_waiting(file, buf, len, flags, addr ? &from : NULL);
    if (result >= 0 && addr) {
        address_out(&from, addr, addr_len);
    }
    file_release(file);
    return result;
}

/* A datagram is one piece: gathered into, or scattered from, one buffer. A stream goes vector by
 * vector. */
static long send_message(struct file *file, const struct msghdr *msg, int flags,
                         const struct net_address *to) {
    size_t total = 0, at = 0;
    long result = 0, done = 0;
    char *buffer;
    int count = (int)msg->msg_iovlen;

    if (count == 1) {
        return send_waiting(file, msg->msg_iov[0].iov_base, msg->msg_iov[0].iov_len, flags, to);
    }
    for (int i = 0; i < count; i++) {
        if (msg->msg_iov[i].iov_len > IO_MAX - total) {
            return -EINVAL;
        }
        total += msg->msg_iov[i].iov_len;
    }
    if (total <= IO_BUFFER) {
        if (!(buffer = io_buffer_take())) {
            return -ENOMEM;
        }
        for (int i = 0; i < count; i++) {
            memcpy(buffer + at, msg->msg_iov[i].iov_base, msg->msg_iov[i].iov_len);
            at += msg->msg_iov[i].iov_len;
        }
        result = send_waiting(file, buffer, at, flags, to);
        io_buffer_give(buffer);
        return result;
    }
    if (socket_of(file) && socket_of(file)->type != SOCK_STREAM) {
        return -EMSGSIZE;
    }
    for (int i = 0; i < count; i++) {
        const struct iovec *v = &msg->msg_iov[i];

        result = send_waiting(file, v->iov_base, v->iov_len,
                              i < count - 1 ? flags | MSG_MORE : flags, to);
        done += result > 0 ? result : 0;
        if (result < (long)v->iov_len) {
            break;
        }
    }
    return done ? done : result;
}

long sys_sendmsg(int fd,
                 const struct msghdr *msg flexos_in(sizeof(struct msghdr))
                     flexos_member_in(msg_name, msg_namelen)
                         flexos_member_in_each(msg_iov, msg_iovlen, iov_base, iov_len)
                             flexos_member_in(msg_control, msg_controllen),
                 int flags) {
    struct net_address to;
    long result;
    struct file *file = socket_file(fd, &result);

    if (!file) {
        return result;
    }
    if (msg->msg_controllen && !socket_of(file)) {
        result = -EINVAL; /* descriptors are not passed: there is nobody to pass them to */
    } else {
        result = address_in(msg->msg_name, msg->msg_name ? msg->msg_namelen : 0, &to);
        if (result == 0) {
            result = send_message(file, msg, flags, &to);
        }
    }
    file_release(file);
    return result;
}

/* Through one buffer: a datagram, or what a stream has now. *truncated: the datagram was longer. */
static long receive_message(struct file *file, struct msghdr *msg, int flags,
                            struct net_address *from, bool *truncated) {
    bool datagram = socket_of(file) && socket_of(file)->type != SOCK_STREAM;
    size_t room = 0, left;
    long result;
    char *buffer;
    int count = (int)msg->msg_iovlen;

    for (int i = 0; i < count; i++) {
        if (msg->msg_iov[i].iov_len > IO_MAX - room) {
            return -EINVAL;
        }
        room += msg->msg_iov[i].iov_len;
    }
    if (count == 1 && !datagram) {
        return receive_waiting(file, msg->msg_iov[0].iov_base, room, flags, from);
    }
    if (!(buffer = io_buffer_take())) {
        return -ENOMEM;
    }
    result = receive_waiting(file, buffer, room < IO_BUFFER ? room : IO_BUFFER,
                             datagram ? flags | MSG_TRUNC : flags, from);
    left = result > 0 ? (size_t)result : 0;
    if (left > room) {
        *truncated = true;
        left = room;
        result = flags & MSG_TRUNC ? result : (long)room;
    }
    for (int i = 0, at = 0; i < count && left; i++) {
        size_t part = msg->msg_iov[i].iov_len < left ? msg->msg_iov[i].iov_len : left;

        memcpy(msg->msg_iov[i].iov_base, buffer + at, part);
        at += (int)part;
        left -= part;
    }
    io_buffer_give(buffer);
    return result;
}

long sys_recvmsg(int fd,
                 struct msghdr *msg flexos_inout(sizeof(struct msghdr))
                     flexos_member_out(msg_name, msg_namelen)
                         flexos_member_out_each(msg_iov, msg_iovlen, iov_base, iov_len)
                             flexos_member_out(msg_control, msg_controllen),
                 int flags) {
    struct net_address from = {0};
    bool truncated = false;
    long result;
    struct file *file = socket_file(fd, &result);

    if (!file) {
        return result;
    }
    result = receive_message(file, msg, flags, msg->msg_name ? &from : NULL, &truncated);
    if (result >= 0) {
        unsigned length = msg->msg_namelen;

        if (msg->msg_name) {
            address_out(&from, msg->msg_name, &length);
            msg->msg_namelen = length;
        }
        msg->msg_controllen = 0;
        msg->msg_flags = truncated ? MSG_TRUNC : 0;
    }
    file_release(file);
    return result;
}
