/* SPDX-License-Identifier: BSD-3-Clause */
/* The calls of include/flexos/net.h: each finds the socket, reads addresses and hands on. net_poll stands in table.c, options in
 * options.c. */
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>

int net_socket(int domain, int type, int protocol) {
    bool stream = type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP);
    bool datagram = type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP);

    device_start();
    if (domain != AF_INET && domain != AF_INET6)
        return -EAFNOSUPPORT;
    if (!stream && !datagram)
        return type == SOCK_STREAM || type == SOCK_DGRAM ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
    struct socket *socket = socket_new(stream ? KIND_STREAM : KIND_DATAGRAM, domain);

    if (!socket)
        return -ENOMEM;
    int result = stream ? stream_open(socket) : datagram_open(socket);

    if (result < 0) {
        socket_free(socket);
        return result;
    }
    return socket->handle;
}

int net_close(int handle) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return -EBADF;
    if (socket->kind == KIND_LISTENER)
        listener_close(socket);
    else if (socket->kind == KIND_STREAM)
        stream_close(socket);
    else
        datagram_close(socket);
    socket_free(socket);
    device_flush();
    return 0;
}

int net_bind(int handle, const struct net_address *address) {
    struct socket *socket = socket_of(handle);
    ip_addr_t ip;
    uint16_t port;

    if (!socket)
        return -EBADF;
    int result = address_read(socket, address, &ip, &port);

    if (result < 0)
        return result;
    if (socket->bound || socket->kind == KIND_LISTENER)
        return -EINVAL;
    err_t error = socket->kind == KIND_STREAM ? socket->tcp ? tcp_bind(socket->tcp, &ip, port) : ERR_CLSD
                                              : udp_bind(socket->udp, &ip, port);

    if (error != ERR_OK)
        return error_of(error);
    socket->bound = true;
    return 0;
}

int net_listen(int handle, int backlog) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return -EBADF;
    return socket->kind == KIND_DATAGRAM ? -EOPNOTSUPP : stream_listen(socket, backlog);
}

int net_shutdown(int handle, int how) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return -EBADF;
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
        return -EINVAL;
    int result = socket->kind == KIND_STREAM ? stream_shutdown(socket, how) : -ENOTCONN;

    device_flush();
    return result;
}

int net_local(int handle, struct net_address *address) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return -EBADF;
    if (socket->kind == KIND_DATAGRAM)
        address_write(socket, &socket->udp->local_ip, socket->udp->local_port, address);
    else if (socket->tcp)
        address_write(socket, &socket->tcp->local_ip, socket->tcp->local_port, address);
    else
        address_write(socket, IP4_ADDR_ANY, 0, address);
    return 0;
}

int net_peer(int handle, struct net_address *address) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return -EBADF;
    if (!socket->connected)
        return -ENOTCONN;
    if (socket->kind == KIND_DATAGRAM)
        address_write(socket, &socket->udp->remote_ip, socket->udp->remote_port, address);
    else if (socket->tcp)
        address_write(socket, &socket->tcp->remote_ip, socket->tcp->remote_port, address);
    else
        return -ENOTCONN;
    return 0;
}

int net_available(int handle) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return -EBADF;
    if (socket->kind == KIND_DATAGRAM)
        return socket->queue_first ? socket->queue_first->data->tot_len : 0;
    return (int)socket->bytes;
}

struct net_result net_accept(int handle, struct net_address *peer) {
    struct socket *listener = socket_of(handle);

    if (!listener)
        return (struct net_result){.value = -EBADF};
    if (listener->kind != KIND_LISTENER)
        return socket_result(listener, listener->kind == KIND_STREAM ? -EINVAL : -EOPNOTSUPP);
    struct socket *socket = listener_take(listener);

    if (!socket)
        return socket_result(listener, -EAGAIN);
    peer->length = 0;
    if (socket->tcp)
        address_write(socket, &socket->tcp->remote_ip, socket->tcp->remote_port, peer);
    else
        address_write(socket, IP4_ADDR_ANY, 0, peer);
    return socket_result(listener, socket->handle);
}

static int connect_datagram(struct socket *socket, const ip_addr_t *ip, uint16_t port) {
    err_t error = udp_connect(socket->udp, ip, port);

    if (error == ERR_OK)
        socket->connected = socket->bound = true;
    return error_of(error);
}

struct net_result net_connect(int handle, const struct net_address *address) {
    struct socket *socket = socket_of(handle);
    ip_addr_t ip;
    uint16_t port;

    if (!socket)
        return (struct net_result){.value = -EBADF};
    if (socket->kind == KIND_LISTENER)
        return socket_result(socket, -EISCONN);
    if (socket->kind == KIND_DATAGRAM && address->length >= 2 && !address->bytes[0] && !address->bytes[1]) {
        udp_disconnect(socket->udp); /* AF_UNSPEC dissolves the association */
        socket->connected = false;
        return socket_result(socket, 0);
    }
    int result = address_read(socket, address, &ip, &port);

    if (result < 0)
        return socket_result(socket, result);
    if (ip_addr_isany(&ip)) { /* the own host, as on Linux */
        if (IP_IS_V4(&ip))
            ip_addr_set_loopback(0, &ip);
        else
            ip_addr_set_loopback(1, &ip);
    }
    result = socket->kind == KIND_STREAM ? stream_connect(socket, &ip, port) : connect_datagram(socket, &ip, port);
    device_flush();
    struct net_result answer = socket_result(socket, result);

    answer.state |= ip_addr_isloopback(&ip) ? NET_POLL_AGAIN : 0;
    return answer;
}

/* Loopback packets wait in lwIP until the next net_poll. */
static unsigned long loops(const struct socket *socket) {
    bool local = socket->kind == KIND_STREAM ? socket->tcp && ip_addr_isloopback(&socket->tcp->remote_ip)
                                             : ip_addr_isloopback(&socket->udp->remote_ip);

    return local ? NET_POLL_AGAIN : 0;
}

struct net_result net_send(int handle, const void *data, size_t length, int flags) {
    struct socket *socket = socket_of(handle);

    if (!socket)
        return (struct net_result){.value = -EBADF};
    if (socket->kind == KIND_LISTENER)
        return socket_result(socket, -ENOTCONN);
    long value = socket->kind == KIND_STREAM ? stream_send(socket, data, length, flags)
                                             : datagram_send(socket, data, length, NULL, 0);
    struct net_result result = socket_result(socket, value);

    result.state |= loops(socket);
    return result;
}

struct net_result net_recv(int handle, void *data, size_t length, int flags) {
    struct socket *socket = socket_of(handle);
    ip_addr_t from;
    uint16_t port;

    if (!socket)
        return (struct net_result){.value = -EBADF};
    if (socket->kind == KIND_LISTENER)
        return socket_result(socket, -ENOTCONN);
    if (flags & MSG_OOB)
        return socket_result(socket, -EINVAL);
    long value = socket->kind == KIND_STREAM ? stream_receive(socket, data, length, flags)
                                             : datagram_receive(socket, data, length, flags, &from, &port);
    struct net_result result = socket_result(socket, value);

    if (socket->kind == KIND_STREAM)
        result.state |= loops(socket);
    return result;
}

struct net_result net_send_to(int handle, const void *data, size_t length, int flags,
                              const struct net_address *to) {
    struct socket *socket = socket_of(handle);
    ip_addr_t ip;
    uint16_t port;

    if (!socket || socket->kind != KIND_DATAGRAM || to->length == 0)
        return net_send(handle, data, length, flags);
    int result = address_read(socket, to, &ip, &port);

    if (result < 0)
        return socket_result(socket, result);
    struct net_result answer = socket_result(socket, datagram_send(socket, data, length, &ip, port));

    answer.state |= ip_addr_isloopback(&ip) ? NET_POLL_AGAIN : 0;
    return answer;
}

struct net_result net_recv_from(int handle, void *data, size_t length, int flags, struct net_address *from) {
    struct socket *socket = socket_of(handle);
    ip_addr_t ip;
    uint16_t port;

    from->length = 0;
    if (!socket || socket->kind != KIND_DATAGRAM)
        return net_recv(handle, data, length, flags);
    long value = datagram_receive(socket, data, length, flags, &ip, &port);

    if (value >= 0)
        address_write(socket, &ip, port, from);
    return socket_result(socket, value);
}
