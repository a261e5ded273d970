/* SPDX-License-Identifier: BSD-3-Clause */
/* The socket layer of the lwip library: what its files share. Sockets are ours, connections (pcb) are lwIP's.
 *
 * Invariants
 * - A handle is an index into the table; a slot is reused only after net_close, so a stale handle meets -EBADF or a new socket of
 *   its own caller (vfs), never another library's memory.
 * - A pcb points to its socket (tcp_arg) exactly as long as the socket points to it; lwIP's error callback cuts both.
 * - `news` is told once by net_poll; a socket is on the news list exactly when its `news` is not 0. */
#ifndef FLEXOS_LWIP_SOCKET_H
#define FLEXOS_LWIP_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

#include <flexos/net.h>

enum socket_kind { KIND_FREE, KIND_STREAM, KIND_LISTENER, KIND_DATAGRAM };

/* A received datagram. */
struct datagram {
    struct datagram *next;
    struct pbuf *data;
    ip_addr_t from;
    uint16_t port;
};

struct socket {
    enum socket_kind kind;
    int handle;
    int family;
    int error; /* SO_ERROR: a positive errno, cleared when it is read */
    bool connecting, connected, bound, read_end, write_end, v6only, reuse;
    uint16_t news;
    struct socket *next_news, **news_link;
    union {
        struct tcp_pcb *tcp;
        struct udp_pcb *udp;
    };
    /* streams: received pbufs in order, `offset` bytes of the first are read */
    struct pbuf *first, *last;
    uint32_t offset, bytes, pieces;
    bool starved; /* a send met a full queue: tell when there is room again */
    /* listeners: connections not yet accepted, oldest first; a waiting connection knows its listener */
    struct socket *accept_first, *accept_last, *accept_next, *listener;
    unsigned accept_count, backlog;
    /* datagrams */
    struct datagram *queue_first, *queue_last;
};

/* table.c */
struct socket *socket_new(enum socket_kind kind, int family);
struct socket *socket_of(int handle); /* NULL: no such socket */
void socket_free(struct socket *socket);
void socket_tell(struct socket *socket, unsigned news);
unsigned socket_state(struct socket *socket);
struct net_result socket_result(struct socket *socket, long value);

/* stream.c */
int stream_open(struct socket *socket);
void stream_adopt(struct socket *socket, struct tcp_pcb *pcb);
long stream_send(struct socket *socket, const void *data, size_t length, int flags);
long stream_receive(struct socket *socket, void *data, size_t length, int flags);
int stream_connect(struct socket *socket, const ip_addr_t *address, uint16_t port);
int stream_shutdown(struct socket *socket, int how);
void stream_close(struct socket *socket);

/* listener.c */
int stream_listen(struct socket *socket, int backlog);
struct socket *listener_take(struct socket *listener); /* NULL: none waits */
void listener_close(struct socket *listener);

/* datagram.c */
int datagram_open(struct socket *socket);
long datagram_send(struct socket *socket, const void *data, size_t length, const ip_addr_t *to, uint16_t port);
long datagram_receive(struct socket *socket, void *data, size_t length, int flags, ip_addr_t *from,
                      uint16_t *port);
void datagram_close(struct socket *socket);

/* address.c */
int address_read(const struct socket *socket, const struct net_address *from, ip_addr_t *address, uint16_t *port);
void address_write(const struct socket *socket, const ip_addr_t *address, uint16_t port, struct net_address *to);

/* error.c: a negative errno for lwIP's error */
int error_of(err_t error);

/* device.c */
void device_start(void);   /* idempotent; every entry that needs the stack calls it */
bool device_poll(void);    /* takes what the device has; true when it took a full batch */
void device_flush(void);   /* sends what waits in the transmit queue */
void device_resume(void);  /* the same, and lets lwIP continue what found no room */

#endif
