/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets of the network library as open files: made, bound, connected, accepted, closed. Data
 * moves in socket_io.c. */
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/syscalls.h>

#include "deadline.h"
#include "node.h"

#define TYPE_FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

struct socket *socket_of(struct file *file) {
    return file->class == &socket_class ? (struct socket *)file : NULL;
}

struct file *socket_file(int fd, long *error) {
    struct file *file = file_of(fd);
    struct end *end;

    *error = -EBADF;
    if (!file || socket_of(file)) {
        return file;
    }
    end = end_of(file);
    if (end && end->socket) {
        return file;
    }
    file_release(file);
    *error = -ENOTSOCK;
    return NULL;
}

/* The socket of the network library behind a descriptor, with a reference. A pair refuses with
 * `of_pair`. */
static struct socket *network_socket(int fd, long of_pair, long *error) {
    struct file *file = socket_file(fd, error);

    if (file && !socket_of(file)) {
        file_release(file);
        *error = of_pair;
        return NULL;
    }
    return (struct socket *)file;
}

int vfs_socket_handle(int fd) {
    long error;
    struct socket *socket = network_socket(fd, -ENOTSOCK, &error);
    int handle;

    if (!socket) {
        return (int)error;
    }
    handle = socket->handle;
    file_release(&socket->file);
    return handle;
}

int address_in(const struct sockaddr *from, unsigned length, struct net_address *to) {
    memset(to, 0, sizeof(*to));
    if (!from) {
        return length ? -EFAULT : 0;
    }
    if (length < sizeof(from->sa_family) || length > 128) {
        return -EINVAL;
    }
    to->length = length < sizeof(to->bytes) ? length : (uint32_t)sizeof(to->bytes);
    memcpy(to->bytes, from, to->length);
    return 0;
}

void address_out(const struct net_address *from, struct sockaddr *to, unsigned *length) {
    uint32_t size = from->length < sizeof(from->bytes) ? from->length : sizeof(from->bytes);

    if (to && length) {
        memcpy(to, from->bytes, size < *length ? size : *length);
        *length = size;
    }
}

static struct socket *socket_new(int handle, int domain, int type, int protocol, int flags) {
    struct socket *s = calloc(1, sizeof(*s));

    if (!s) {
        return NULL;
    }
    file_init(&s->file, &socket_class, O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0));
    s->handle = handle;
    s->domain = domain;
    s->type = type;
    s->protocol = protocol;
    if (network_attach(s) < 0) {
        free(s);
        return NULL;
    }
    return s;
}

static bool is_loopback(const struct net_address *a) {
    static const unsigned char v6[16] = {[15] = 1};
    sa_family_t family;

    memcpy(&family, a->bytes, sizeof(family));
    return family == AF_INET ? a->bytes[4] == 127 : memcmp(a->bytes + 8, v6, sizeof(v6)) == 0;
}

static int descriptor_flags(int flags) {
    return flags & SOCK_CLOEXEC ? O_CLOEXEC : 0;
}

long sys_socket(int domain, int type, int protocol) {
    struct socket *s;
    int handle, flags = type & TYPE_FLAGS;

    type &= ~TYPE_FLAGS;
    if (domain == AF_UNIX || domain == AF_NETLINK || domain == AF_PACKET) {
        return -EAFNOSUPPORT;
    }
    handle = net_socket(domain, type, protocol);
    if (handle < 0) {
        return handle == -ENOSYS ? -EAFNOSUPPORT : handle;
    }
    s = socket_new(handle, domain, type, protocol, flags);
    if (!s) {
        net_close(handle);
        return -ENOMEM;
    }
    s->file.ready = type == SOCK_STREAM ? POLLOUT | POLLHUP : POLLOUT;
    return descriptor_open(&s->file, descriptor_flags(flags));
}

long sys_bind(int fd, const struct sockaddr *addr flexos_in(len), unsigned len) {
    struct net_address address;
    long result;
    struct socket *s = network_socket(fd, -EINVAL, &result);

    if (!s) {
        return result;
    }
    result = address_in(addr, len, &address);
    if (result == 0) {
        result = net_bind(s->handle, &address);
    }
    file_release(&s->file);
    return result;
}

long sys_listen(int fd, int backlog) {
    long result;
    struct socket *s = network_socket(fd, -EOPNOTSUPP, &result);

    if (!s) {
        return result;
    }
    result = net_listen(s->handle, backlog < 0 ? 0 : backlog);
    if (result == 0) {
        s->file.ready = 0;
        s->asked = true;
    }
    file_release(&s->file);
    return result;
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
            result = descriptor_open(&connection->file, descriptor_flags(flags));
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

long sys_shutdown(int fd, int how) {
    long result;
    struct file *file = socket_file(fd, &result);
    struct end *end;

    if (!file) {
        return result;
    }
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) {
        result = -EINVAL;
    } else if (socket_of(file)) {
        result = net_shutdown(socket_of(file)->handle, how);
        network_before_wait(); /* tells the new state */
    } else {
        end = end_of(file);
        if (how != SHUT_RD) {
            end_stop_writing(end);
        }
        if (how != SHUT_WR) {
            end_stop_reading(end);
        }
        result = 0;
    }
    file_release(file);
    return result;
}

static long name(int fd, struct sockaddr *addr, unsigned *len,
                 int (*ask)(int, struct net_address *)) {
    struct net_address address = {.length = sizeof(sa_family_t), .bytes = {AF_UNIX}};
    long result;
    struct file *file = socket_file(fd, &result);

    if (!file) {
        return result;
    }
    result = 0;
    if (socket_of(file)) {
        result = ask(socket_of(file)->handle, &address);
    }
    if (result == 0) {
        address_out(&address, addr, len);
    }
    file_release(file);
    return result;
}

static int local(int handle, struct net_address *address) {
    return net_local(handle, address);
}

static int peer(int handle, struct net_address *address) {
    return net_peer(handle, address);
}

long sys_getsockname(int fd, struct sockaddr *addr flexos_out(*len),
                     unsigned *len flexos_inout(4)) {
    return name(fd, addr, len, local);
}

long sys_getpeername(int fd, struct sockaddr *addr flexos_out(*len),
                     unsigned *len flexos_inout(4)) {
    return name(fd, addr, len, peer);
}

static long socket_read(struct file *file, void *data, size_t length, uint64_t offset) {
    (void)offset;
    return socket_receive((struct socket *)file, data, length, 0, NULL);
}

static long socket_write(struct file *file, const void *data, size_t length, uint64_t offset) {
    (void)offset;
    return socket_send((struct socket *)file, data, length, 0, NULL);
}

static long socket_available(struct file *file) {
    return net_available(((struct socket *)file)->handle);
}

static int socket_attributes(struct file *file, struct vfs_attributes *attributes) {
    attributes_invent(S_IFSOCK | 0777, (uint64_t)((struct socket *)file)->handle + 1, attributes);
    return 0;
}

static void socket_close(struct file *file) {
    struct socket *s = (struct socket *)file;

    network_detach(s);
    net_close(s->handle);
    if (s->local) {
        network_poll();
    }
    free(s);
}

const struct file_class socket_class = {
    .name = "socket",
    .read = socket_read,
    .write = socket_write,
    .available = socket_available,
    .attributes = socket_attributes,
    .close = socket_close,
};
