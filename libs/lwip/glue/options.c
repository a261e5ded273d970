/* SPDX-License-Identifier: BSD-3-Clause */
/* Socket options: those that servers use. Buffer sizes are accepted and reported; lwIP's windows are fixed by lwipopts.h. */
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* lwIP's headers and the C library's name the same options; these are Linux's. */
#define KEEP_MS(seconds) ((u32_t)(seconds) * 1000u)

static struct ip_pcb *common(struct socket *socket) {
    return socket->kind == KIND_DATAGRAM ? (struct ip_pcb *)socket->udp : (struct ip_pcb *)socket->tcp;
}

static void set_flag(struct socket *socket, u8_t flag, int on) {
    struct ip_pcb *pcb = common(socket);

    if (!pcb)
        return;
    if (on)
        ip_set_option(pcb, flag);
    else
        ip_reset_option(pcb, flag);
}

static int set_tcp(struct socket *socket, int name, int value) {
    struct tcp_pcb *pcb = socket->tcp;

    if (socket->kind == KIND_DATAGRAM)
        return -ENOPROTOOPT;
    if (!pcb || socket->kind == KIND_LISTENER)
        return 0; /* connection options of a listener or of an ended connection: nothing to change */
    switch (name) {
    case TCP_NODELAY:
        if (value)
            tcp_nagle_disable(pcb);
        else
            tcp_nagle_enable(pcb);
        return 0;
    case TCP_KEEPIDLE:
        pcb->keep_idle = KEEP_MS(value);
        return 0;
    case TCP_KEEPINTVL:
        pcb->keep_intvl = KEEP_MS(value);
        return 0;
    case TCP_KEEPCNT:
        pcb->keep_cnt = (u32_t)value;
        return 0;
    case TCP_CORK:
    case TCP_USER_TIMEOUT:
    case TCP_DEFER_ACCEPT:
    case TCP_QUICKACK:
    case TCP_FASTOPEN:
        return 0; /* hints: behaviour stays correct without them */
    default:
        return -ENOPROTOOPT;
    }
}

static int set_socket(struct socket *socket, int name, int value) {
    switch (name) {
    case SO_REUSEADDR:
        socket->reuse = value != 0;
        set_flag(socket, SOF_REUSEADDR, value);
        return 0;
    case SO_KEEPALIVE:
        set_flag(socket, SOF_KEEPALIVE, value);
        return 0;
    case SO_BROADCAST:
        set_flag(socket, SOF_BROADCAST, value);
        return 0;
    case SO_SNDBUF:
    case SO_RCVBUF:
    case SO_SNDBUFFORCE:
    case SO_RCVBUFFORCE:
    case SO_LINGER:
    case SO_OOBINLINE:
    case SO_PRIORITY:
    case SO_SNDTIMEO:
    case SO_RCVTIMEO:
    case SO_RCVLOWAT:
        return 0;
    case SO_REUSEPORT:
        return value ? -EOPNOTSUPP : 0;
    default:
        return -ENOPROTOOPT;
    }
}

int net_set_option(int handle, int level, int name, const void *data, unsigned length) {
    struct socket *socket = socket_of(handle);
    int value = 0;

    if (!socket)
        return -EBADF;
    if (length >= sizeof value)
        memcpy(&value, data, sizeof value);
    else if (level != IPPROTO_IP)
        return -EINVAL;
    else if (length >= 1)
        value = *(const unsigned char *)data;
    switch (level) {
    case SOL_SOCKET:
        return set_socket(socket, name, value);
    case IPPROTO_TCP:
        return set_tcp(socket, name, value);
    case IPPROTO_IPV6:
        if (name == IPV6_V6ONLY && socket->family == AF_INET6) {
            if (socket->bound)
                return -EINVAL;
            socket->v6only = value != 0;
            return 0;
        }
        return -ENOPROTOOPT;
    case IPPROTO_IP:
        if (!common(socket) || (name != IP_TTL && name != IP_TOS))
            return -ENOPROTOOPT;
        *(name == IP_TTL ? &common(socket)->ttl : &common(socket)->tos) = (u8_t)value;
        return 0;
    default:
        return -ENOPROTOOPT;
    }
}

static int get_socket(struct socket *socket, int name) {
    struct ip_pcb *pcb = common(socket);

    switch (name) {
    case SO_ERROR: {
        int error = socket->error;

        socket->error = 0;
        return error;
    }
    case SO_TYPE:
        return socket->kind == KIND_DATAGRAM ? SOCK_DGRAM : SOCK_STREAM;
    case SO_DOMAIN:
        return socket->family;
    case SO_PROTOCOL:
        return socket->kind == KIND_DATAGRAM ? IPPROTO_UDP : IPPROTO_TCP;
    case SO_ACCEPTCONN:
        return socket->kind == KIND_LISTENER;
    case SO_REUSEADDR:
        return socket->reuse;
    case SO_KEEPALIVE:
        return pcb && ip_get_option(pcb, SOF_KEEPALIVE) ? 1 : 0;
    case SO_BROADCAST:
        return pcb && ip_get_option(pcb, SOF_BROADCAST) ? 1 : 0;
    case SO_SNDBUF:
        return TCP_SND_BUF;
    case SO_RCVBUF:
        return TCP_WND;
    default:
        return -ENOPROTOOPT;
    }
}

static int get_tcp(struct socket *socket, int name) {
    struct tcp_pcb *pcb = socket->kind == KIND_STREAM ? socket->tcp : NULL;

    switch (name) {
    case TCP_NODELAY:
        return pcb && tcp_nagle_disabled(pcb) ? 1 : 0;
    case TCP_MAXSEG:
        return pcb ? tcp_mss(pcb) : TCP_MSS;
    case TCP_KEEPIDLE:
        return pcb ? (int)(pcb->keep_idle / 1000) : 7200;
    case TCP_KEEPINTVL:
        return pcb ? (int)(pcb->keep_intvl / 1000) : 75;
    case TCP_KEEPCNT:
        return pcb ? (int)pcb->keep_cnt : 9;
    default:
        return -ENOPROTOOPT;
    }
}

int net_get_option(int handle, int level, int name, void *data, unsigned length) {
    struct socket *socket = socket_of(handle);
    int value;

    if (!socket)
        return -EBADF;
    if (level == SOL_SOCKET)
        value = get_socket(socket, name);
    else if (level == IPPROTO_TCP && socket->kind != KIND_DATAGRAM)
        value = get_tcp(socket, name);
    else if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY)
        value = socket->v6only;
    else if (level == IPPROTO_IP && common(socket) && (name == IP_TTL || name == IP_TOS))
        value = name == IP_TTL ? common(socket)->ttl : common(socket)->tos;
    else
        value = -ENOPROTOOPT;
    if (value < 0)
        return value;
    unsigned stored = length < sizeof value ? length : (unsigned)sizeof value;

    memcpy(data, &value, stored);
    return (int)stored;
}
