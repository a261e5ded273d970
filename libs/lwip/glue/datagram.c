/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagram sockets over lwIP's UDP. A full queue drops the newest, as UDP may. */
#include "socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_BYTES (1024u * 1024u)

static void on_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from, u16_t port) {
    struct socket *socket = arg;
    struct datagram *item = socket->bytes < QUEUE_BYTES ? malloc(sizeof *item) : NULL;

    (void)pcb;
    if (!item) {
        pbuf_free(data);
        return;
    }
    *item = (struct datagram){.data = data, .from = *from, .port = port};
    if (socket->queue_last)
        socket->queue_last->next = item;
    else
        socket->queue_first = item;
    socket->queue_last = item;
    socket->bytes += data->tot_len + (uint32_t)sizeof *item + 256u;
    socket_tell(socket, NET_READABLE);
}

int datagram_open(struct socket *socket) {
    socket->udp = udp_new_ip_type(socket->family == AF_INET ? IPADDR_TYPE_V4 : IPADDR_TYPE_ANY);
    if (!socket->udp)
        return -ENOBUFS;
    udp_recv(socket->udp, on_datagram, socket);
    return 0;
}

long datagram_send(struct socket *socket, const void *data, size_t length, const ip_addr_t *to, uint16_t port) {
    if (length > 65507)
        return -EMSGSIZE;
    if (!to && !socket->connected)
        return -EDESTADDRREQ;
    struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM);

    if (!packet)
        return -ENOBUFS;
    memcpy(packet->payload, data, length);
    err_t error = to ? udp_sendto(socket->udp, packet, to, port) : udp_send(socket->udp, packet);

    pbuf_free(packet);
    return error == ERR_OK ? (long)length : error_of(error);
}

long datagram_receive(struct socket *socket, void *data, size_t length, int flags, ip_addr_t *from,
                      uint16_t *port) {
    struct datagram *item = socket->queue_first;

    if (!item)
        return -EAGAIN;
    size_t whole = item->data->tot_len;
    size_t taken = pbuf_copy_partial(item->data, data, (u16_t)(length < whole ? length : whole), 0);

    *from = item->from;
    *port = item->port;
    if (!(flags & MSG_PEEK)) {
        socket->queue_first = item->next;
        if (!socket->queue_first)
            socket->queue_last = NULL;
        socket->bytes -= (uint32_t)(whole + sizeof *item + 256u);
        pbuf_free(item->data);
        free(item);
    }
    return (long)(flags & MSG_TRUNC ? whole : taken);
}

void datagram_close(struct socket *socket) {
    while (socket->queue_first) {
        struct datagram *item = socket->queue_first;

        socket->queue_first = item->next;
        pbuf_free(item->data);
        free(item);
    }
    udp_remove(socket->udp);
    socket->udp = NULL;
}
