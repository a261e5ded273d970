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

#include "node.h"

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
struct socket *network_socket(int fd, long of_pair, long *error) {
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

struct socket *socket_new(int handle, int domain, int type, int protocol, int flags) {
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

int socket_descriptor_flags(int flags) {
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
    return descriptor_open(&s->file, socket_descriptor_flags(flags));
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
