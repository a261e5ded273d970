/* SPDX-License-Identifier: BSD-3-Clause */
/* Listening sockets: lwIP completes the handshakes, connections wait here until net_accept takes them. */
#include "socket.h"

#include <errno.h>

static void take_out(struct socket *listener) {
    struct socket *first = listener->accept_first;

    listener->accept_first = first->accept_next;
    if (!listener->accept_first)
        listener->accept_last = NULL;
    listener->accept_count--;
    first->listener = first->accept_next = NULL;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error) {
    struct socket *listener = arg;

    if (error != ERR_OK || !pcb || !listener)
        return ERR_VAL;
    struct socket *socket = socket_new(KIND_STREAM, listener->family);

    if (!socket)
        return ERR_MEM; /* lwIP resets the connection */
    socket->connected = socket->bound = true;
    socket->listener = listener;
    stream_adopt(socket, pcb);
    tcp_backlog_delayed(pcb);
    if (listener->accept_last)
        listener->accept_last->accept_next = socket;
    else
        listener->accept_first = socket;
    listener->accept_last = socket;
    listener->accept_count++;
    socket_tell(listener, NET_READABLE);
    return ERR_OK;
}

int stream_listen(struct socket *socket, int backlog) {
    if (backlog < 1)
        backlog = 1;
    if (backlog > 255) /* lwIP counts in one byte */
        backlog = 255;
    if (socket->kind == KIND_LISTENER) {
        tcp_backlog_set(socket->tcp, (u8_t)backlog);
        return 0;
    }
    if (socket->connected || socket->connecting)
        return -EINVAL;
    if (!socket->bound) {
        err_t bound = tcp_bind(socket->tcp, socket->family == AF_INET ? IP4_ADDR_ANY : IP_ANY_TYPE, 0);

        if (bound != ERR_OK)
            return error_of(bound);
    }
    err_t error;
    struct tcp_pcb *old = socket->tcp;

    tcp_arg(old, NULL);
    tcp_recv(old, NULL);
    tcp_sent(old, NULL);
    tcp_err(old, NULL);
    struct tcp_pcb *pcb = tcp_listen_with_backlog_and_err(old, (u8_t)backlog, &error);

    if (!pcb) {
        stream_adopt(socket, old);
        return error == ERR_USE ? -EADDRINUSE : error_of(error);
    }
    socket->kind = KIND_LISTENER;
    socket->bound = true;
    socket->backlog = (unsigned)backlog;
    socket->tcp = pcb;
    tcp_arg(pcb, socket);
    tcp_accept(pcb, on_accept);
    return 0;
}

struct socket *listener_take(struct socket *listener) {
    struct socket *socket = listener->accept_first;

    if (!socket)
        return NULL;
    take_out(listener);
    if (socket->tcp)
        tcp_backlog_accepted(socket->tcp);
    socket_tell(socket, socket_state(socket));
    return socket;
}

void listener_close(struct socket *listener) {
    while (listener->accept_first) {
        struct socket *socket = listener->accept_first;

        take_out(listener);
        if (socket->tcp)
            tcp_abort(socket->tcp); /* on_error empties the socket */
        stream_close(socket);
        socket_free(socket);
    }
    tcp_arg(listener->tcp, NULL);
    tcp_accept(listener->tcp, NULL);
    tcp_close(listener->tcp);
    listener->tcp = NULL;
}
