/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of sockets, their readiness, and the list of those with news for net_poll. */
#include "socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/netif.h"
#include "lwip/timeouts.h"

#include <flexos/time.h>

static struct socket **table;
static int table_size, first_free;
static struct socket *news_first, **news_end = &news_first;

struct socket *socket_new(enum socket_kind kind, int family) {
    while (first_free < table_size && table[first_free])
        first_free++;
    if (first_free == table_size) {
        int size = table_size ? table_size * 2 : 64;
        struct socket **grown = realloc(table, (size_t)size * sizeof *grown);

        if (!grown)
            return NULL;
        memset(grown + table_size, 0, (size_t)(size - table_size) * sizeof *grown);
        table = grown;
        table_size = size;
    }
    struct socket *socket = calloc(1, sizeof *socket);

    if (!socket)
        return NULL;
    socket->kind = kind;
    socket->family = family;
    socket->handle = first_free;
    table[first_free++] = socket;
    return socket;
}

struct socket *socket_of(int handle) {
    return handle >= 0 && handle < table_size ? table[handle] : NULL;
}

static void news_remove(struct socket *socket) {
    if (!socket->news)
        return;
    *socket->news_link = socket->next_news;
    if (socket->next_news)
        socket->next_news->news_link = socket->news_link;
    else
        news_end = socket->news_link;
    socket->news = 0;
}

void socket_free(struct socket *socket) {
    news_remove(socket);
    table[socket->handle] = NULL;
    if (socket->handle < first_free)
        first_free = socket->handle;
    free(socket);
}

void socket_tell(struct socket *socket, unsigned news) {
    if (!socket->news) {
        socket->next_news = NULL;
        socket->news_link = news_end;
        *news_end = socket;
        news_end = &socket->next_news;
    }
    socket->news = (uint16_t)(socket->news | news);
}

/* How much room a stream must have before a waiting writer is told; a write itself takes any room. */
static bool stream_writable(const struct socket *socket) {
    return socket->tcp && socket->connected && !socket->write_end && tcp_sndbuf(socket->tcp) > 0 &&
           tcp_sndqueuelen(socket->tcp) < TCP_SND_QUEUELEN - 4;
}

unsigned socket_state(struct socket *socket) {
    unsigned state = socket->error ? NET_ERROR | NET_READABLE | NET_WRITABLE : 0;

    switch (socket->kind) {
    case KIND_LISTENER:
        return state | (socket->accept_first ? NET_READABLE : 0);
    case KIND_DATAGRAM:
        return state | NET_WRITABLE | (socket->queue_first ? NET_READABLE : 0);
    case KIND_STREAM:
        if (socket->bytes)
            state |= NET_READABLE;
        if (socket->read_end)
            state |= NET_READABLE | NET_READ_HANGUP;
        if (stream_writable(socket) || (socket->connected && (socket->write_end || !socket->tcp)))
            state |= NET_WRITABLE;
        if ((socket->read_end && socket->write_end) || (!socket->connected && !socket->connecting))
            state |= NET_HANGUP;
        return state;
    default:
        return state;
    }
}

struct net_result socket_result(struct socket *socket, long value) {
    return (struct net_result){.value = value, .state = socket_state(socket)};
}

/* Takes up to `max` events from the news list. */
static long news_take(struct net_event *events, unsigned long max) {
    unsigned long count = 0;

    while (count < max && news_first) {
        struct socket *socket = news_first;

        events[count++] = (struct net_event){.socket = socket->handle,
                                             .news = socket->news,
                                             .state = (uint16_t)socket_state(socket)};
        news_remove(socket);
    }
    return (long)count;
}

struct net_polled net_poll(struct net_event *events, unsigned long max) {
    device_start();
    device_resume(); /* answers leave first: the other side works on them meanwhile */
    sys_check_timeouts();
    for (int batches = 0; batches < 8 && device_poll(); batches++)
        ;
    netif_poll_all();
    device_flush();

    uint32_t sleep = sys_timeouts_sleeptime();
    uint64_t deadline = UINT64_MAX;

    if (sleep != SYS_TIMEOUTS_SLEEPTIME_INFINITE)
        deadline = flexos_clock_ns() + (uint64_t)sleep * 1000000u;
    return (struct net_polled){.count = news_take(events, max), .deadline_ns = deadline};
}
