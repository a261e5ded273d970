/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets inside vfs: those of the network library and socket pairs. */
#ifndef VFS_SOCKET_H
#define VFS_SOCKET_H

#include <sys/socket.h>

#include "channel.h"
#include "network.h"

struct socket *socket_of(struct file *file); /* NULL: not of the network library */
/* The file of a descriptor that is any kind of socket, with a reference: NULL and -EBADF or
 * -ENOTSOCK. */
struct file *socket_file(int fd, long *error);
/* The socket of the network library behind a descriptor, with a reference. A pair gives `of_pair`.
 */
struct socket *network_socket(int fd, long of_pair, long *error);
#define TYPE_FLAGS                                                                                 \
    (SOCK_CLOEXEC | SOCK_NONBLOCK) /* in the type of socket(), in the flags of accept4() */
struct socket *socket_new(int handle, int domain, int type, int protocol, int flags);
int socket_descriptor_flags(int flags); /* SOCK_CLOEXEC as O_CLOEXEC */
int address_in(const struct sockaddr *from, unsigned length,
               struct net_address *to); /* 0 or -EINVAL */
void address_out(const struct net_address *from, struct sockaddr *to, unsigned *length);
long socket_receive(struct socket *socket, void *data, size_t length, int flags,
                    struct net_address *from);
long socket_send(struct socket *socket, const void *data, size_t length, int flags,
                 const struct net_address *to);

#endif
