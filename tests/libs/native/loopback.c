/* SPDX-License-Identifier: BSD-3-Clause */
/* A network library for tests: stream and datagram sockets on one host, by the rules of
 * <flexos/net.h>. What one socket sends becomes news of the other at the next net_poll.
 * `loopback_delay` polls pass before that, so that waiting is tested. */
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <flexos/net.h>
#include <flexos/time.h>

#define SOCKETS 4096
#define ROOM 8192

static struct endpoint {
    bool used, listening, connected, closed_by_peer, shut;
    int type, peer, error;
    uint16_t port;
    char data[ROOM];
    size_t length;
    int backlog[64];
    int waiting;
    unsigned news;
} sockets[SOCKETS];

unsigned loopback_polls, loopback_calls, loopback_delay;
static unsigned age;

static unsigned state_of(const struct endpoint *s) {
    unsigned state = 0;

    if (s->listening) {
        return s->waiting ? NET_READABLE : 0;
    }
    if (s->type == SOCK_DGRAM) {
        return NET_WRITABLE | (s->length ? NET_READABLE : 0);
    }
    if (s->error) {
        return NET_ERROR | NET_HANGUP | NET_WRITABLE | NET_READABLE;
    }
    if (!s->connected) {
        return NET_WRITABLE | NET_HANGUP;
    }
    state |= s->length || s->closed_by_peer ? NET_READABLE : 0;
    state |= s->closed_by_peer ? NET_READ_HANGUP : 0;
    state |= s->peer < 0 || sockets[s->peer].length < ROOM ? NET_WRITABLE : 0;
    return state;
}

static struct net_result result(const struct endpoint *s, long value) {
    return (struct net_result){value, state_of(s)};
}

struct net_polled net_poll(struct net_event *events, unsigned long max) {
    struct net_polled polled = {0, UINT64_MAX};

    loopback_polls++;
    if (age++ < loopback_delay) {
        polled.deadline_ns = flexos_clock_ns() + 100000; /* as a timer of the stack would */
        return polled;
    }
    age = 0;
    for (int i = 0; i < SOCKETS && (unsigned long)polled.count < max; i++) {
        if (sockets[i].used && sockets[i].news) {
            events[polled.count++] =
                (struct net_event){i, (uint16_t)sockets[i].news, (uint16_t)state_of(&sockets[i])};
            sockets[i].news = 0;
        }
    }
    return polled;
}

int net_socket(int domain, int type, int protocol) {
    (void)protocol;
    if (domain != AF_INET) {
        return -EAFNOSUPPORT;
    }
    for (int i = 0; i < SOCKETS; i++) {
        if (!sockets[i].used) {
            memset(&sockets[i], 0, sizeof(sockets[i]));
            sockets[i].used = true;
            sockets[i].type = type;
            sockets[i].peer = -1;
            return i;
        }
    }
    return -ENFILE;
}

int net_close(int s) {
    struct endpoint *peer = sockets[s].peer >= 0 ? &sockets[sockets[s].peer] : NULL;

    if (peer && peer->used) {
        peer->closed_by_peer = true;
        peer->peer = -1;
        peer->news |= NET_READABLE | NET_READ_HANGUP;
    }
    sockets[s].used = false;
    return 0;
}

static uint16_t port_of(const struct net_address *address) {
    struct sockaddr_in in;

    memcpy(&in, address->bytes, sizeof(in));
    return in.sin_port;
}

static void tell(const struct endpoint *s, struct net_address *address) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = s->port};

    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(address, 0, sizeof(*address));
    address->length = sizeof(in);
    memcpy(address->bytes, &in, sizeof(in));
}

int net_bind(int s, const struct net_address *address) {
    sockets[s].port = port_of(address);
    return 0;
}

int net_listen(int s, int backlog) {
    (void)backlog;
    sockets[s].listening = true;
    return 0;
}

int net_shutdown(int s, int how) {
    struct endpoint *e = &sockets[s];

    if (how != SHUT_RD) {
        e->shut = true;
        if (e->peer >= 0) {
            sockets[e->peer].closed_by_peer = true;
            sockets[e->peer].news |= NET_READABLE | NET_READ_HANGUP;
        }
    }
    return 0;
}

int net_local(int s, struct net_address *address) {
    tell(&sockets[s], address);
    return 0;
}

int net_peer(int s, struct net_address *address) {
    if (sockets[s].peer < 0) {
        return -ENOTCONN;
    }
    tell(&sockets[sockets[s].peer], address);
    return 0;
}

int net_available(int s) {
    return (int)sockets[s].length;
}

int net_set_option(int s, int level, int name, const void *value, unsigned length) {
    (void)s, (void)level, (void)name, (void)value, (void)length;
    return 0;
}

int net_get_option(int s, int level, int name, void *value, unsigned length) {
    (void)level;
    if (name != SO_ERROR || length < sizeof(int)) {
        return -ENOPROTOOPT;
    }
    memcpy(value, &sockets[s].error, sizeof(int));
    sockets[s].error = 0;
    return sizeof(int);
}

struct net_result net_accept(int s, struct net_address *peer) {
    struct endpoint *e = &sockets[s];
    int connection;

    loopback_calls++;
    if (!e->waiting) {
        return result(e, -EAGAIN);
    }
    connection = e->backlog[0];
    memmove(e->backlog, e->backlog + 1, sizeof(int) * (size_t)--e->waiting);
    tell(&sockets[sockets[connection].peer], peer);
    sockets[connection].news = state_of(&sockets[connection]);
    return result(e, connection);
}

struct net_result net_connect(int s, const struct net_address *address) {
    uint16_t port = port_of(address);

    for (int i = 0; i < SOCKETS; i++) {
        struct endpoint *l = &sockets[i];

        if (l->used && l->listening && l->port == port && l->waiting < 64) {
            int connection = net_socket(AF_INET, SOCK_STREAM, 0);

            sockets[connection].connected = true;
            sockets[connection].peer = s;
            sockets[connection].port = port;
            l->backlog[l->waiting++] = connection;
            l->news |= NET_READABLE;
            sockets[s].connected = true;
            sockets[s].peer = connection;
            sockets[s].news |= NET_WRITABLE;
            return (struct net_result){-EINPROGRESS, 0};
        }
    }
    sockets[s].error = ECONNREFUSED;
    sockets[s].news |= NET_WRITABLE | NET_ERROR;
    return (struct net_result){-EINPROGRESS, 0};
}

struct net_result net_send(int s, const void *data, size_t length, int flags) {
    struct endpoint *e = &sockets[s], *peer = e->peer >= 0 ? &sockets[e->peer] : NULL;
    size_t room;

    (void)flags;
    loopback_calls++;
    if (!peer || e->shut) {
        return result(e, -EPIPE);
    }
    room = ROOM - peer->length;
    if (!room) {
        return result(e, -EAGAIN);
    }
    length = length < room ? length : room;
    memcpy(peer->data + peer->length, data, length);
    peer->length += length;
    peer->news |= NET_READABLE;
    return (struct net_result){(long)length, state_of(e) | NET_POLL_AGAIN};
}

struct net_result net_recv(int s, void *data, size_t length, int flags) {
    struct endpoint *e = &sockets[s];

    loopback_calls++;
    if (!e->length) {
        return result(e, e->closed_by_peer ? 0 : -EAGAIN);
    }
    if (e->length == ROOM && e->peer >= 0) {
        sockets[e->peer].news |= NET_WRITABLE;
    }
    length = length < e->length ? length : e->length;
    memcpy(data, e->data, length);
    if (!(flags & MSG_PEEK)) {
        memmove(e->data, e->data + length, e->length - length);
        e->length -= length;
    }
    return result(e, (long)length);
}

/* One datagram at a time: a second before the first is read is dropped, as networks do. */
struct net_result net_send_to(int s, const void *data, size_t length, int flags,
                              const struct net_address *to) {
    uint16_t port = port_of(to);

    (void)flags;
    for (int i = 0; i < SOCKETS; i++) {
        struct endpoint *e = &sockets[i];

        if (e->used && e->type == SOCK_DGRAM && e->port == port && !e->length && length <= ROOM) {
            memcpy(e->data, data, length);
            e->length = length;
            e->peer = s;
            e->news |= NET_READABLE;
        }
    }
    return result(&sockets[s], (long)length);
}

struct net_result net_recv_from(int s, void *data, size_t length, int flags,
                                struct net_address *from) {
    struct endpoint *e = &sockets[s];
    size_t whole = e->length;

    if (e->type == SOCK_STREAM) {
        return net_recv(s, data, length, flags);
    }
    if (!whole) {
        return result(e, -EAGAIN);
    }
    tell(&sockets[e->peer], from);
    length = length < whole ? length : whole;
    memcpy(data, e->data, length);
    e->length = 0;
    return result(e, (long)(flags & MSG_TRUNC ? whole : length));
}
