/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the network library: before each wait, and in a thread of its own for timers and for packets
 * that arrive when no thread waits for the network. That thread begins to wait first and is
 * therefore asked last (sched_wait_event), so a server that waits in epoll_wait handles its packets
 * without a switch. Nothing here runs before the first socket is made. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include <flexos/flexos.h>
#include <flexos/platform.h>
#include <flexos/sched.h>
#include <flexos/time.h>

#include "network.h"

#define EVENTS 64
#define SPIN_NS 20000u /* a caller that asks in a loop runs the stack this often */
#define BUSY_NS 20000u /* polling before sleeping */

#define ALL_DEVICES                                                                                \
    (FLEXOS_EVENT_NET(0) | FLEXOS_EVENT_NET(1) | FLEXOS_EVENT_NET(2) | FLEXOS_EVENT_NET(3))
_Static_assert(FLEXOS_NET_MAX == 4, "ALL_DEVICES names them all");

_Static_assert(NET_READABLE == POLLIN && NET_WRITABLE == POLLOUT && NET_ERROR == POLLERR &&
                   NET_HANGUP == POLLHUP && NET_READ_HANGUP == 0x2000,
               "states of sockets are poll bits");

static struct net_event events[EVENTS] __attribute__((flexos_share)); /* so no gate copies it */
static struct socket **sockets;                                       /* by handle */
static size_t capacity;
static bool running; /* the network thread exists */
static bool polling; /* net_poll is on the stack of some thread: do not enter twice */
static uint64_t deadline, sleeps_until, last_poll;

static void dispatch(const struct net_event *event) {
    struct socket *socket;
    unsigned news = event->news;

    if (event->socket < 0 || (size_t)event->socket >= capacity || !sockets[event->socket]) {
        return; /* closed since */
    }
    socket = sockets[event->socket];
    socket->asked = true;
    socket->file.ready = event->state & ~NET_POLL_AGAIN;
    if (news) {
        file_notify(&socket->file, news);
    }
}

void network_poll(void) {
    struct net_polled polled;

    if (polling) {
        return;
    }
    polling = true;
    do {
        polled = net_poll(events, EVENTS);
        for (long i = 0; i < polled.count && i < EVENTS; i++) {
            struct net_event event = events[i]; /* shared memory: read once */

            dispatch(&event);
        }
    } while (polled.count >= EVENTS);
    polling = false;
    deadline = polled.deadline_ns;
    if (deadline < sleeps_until) {
        sched_wake((uintptr_t)&sleeps_until, 1);
        sleeps_until = 0;
    }
}

void network_before_wait(void) {
    if (running) {
        network_poll();
    }
}

void network_spin(void) {
    uint64_t now;

    if (running) {
        now = flexos_clock_ns();
        if (now - last_poll > SPIN_NS) {
            last_poll = now;
            network_poll();
        }
    }
}

/* An answer often comes within microseconds; sleeping and waking would cost more than asking again.
 * Only while nobody else could run. */
bool network_wait_busily(struct file *file, uint64_t deadline_ns) {
    uint64_t until;

    if (!running) {
        return false;
    }
    until = flexos_clock_ns() + BUSY_NS;
    while (!sched_ready && flexos_clock_ns() < until && until < deadline_ns) {
        network_poll();
        if (file_ready(file)) {
            return true;
        }
    }
    return false;
}

unsigned network_events(void) {
    return running ? ALL_DEVICES : 0;
}

static void network_thread(void *unused) {
    (void)unused;
    for (;;) {
        sleeps_until = 0;
        network_poll();
        sleeps_until = deadline;
        sched_wait_event((uintptr_t)&sleeps_until, ALL_DEVICES, deadline);
    }
}

int network_attach(struct socket *socket) {
    size_t handle = (size_t)socket->handle;

    if (!running) {
        int tid = sched_spawn(network_thread, NULL);

        if (tid < 0) {
            return tid;
        }
        running = true;
    }
    if (handle >= capacity) {
        size_t wanted = capacity ? capacity : 64;
        struct socket **larger;

        while (wanted <= handle) {
            wanted *= 2;
        }
        larger = realloc(sockets, wanted * sizeof(*sockets));
        if (!larger) {
            return -ENOMEM;
        }
        for (size_t i = capacity; i < wanted; i++) {
            larger[i] = NULL;
        }
        sockets = larger;
        capacity = wanted;
    }
    sockets[handle] = socket;
    return 0;
}

void network_detach(struct socket *socket) {
    if ((size_t)socket->handle < capacity && sockets[socket->handle] == socket) {
        sockets[socket->handle] = NULL;
    }
}

long network_result(struct socket *socket, struct net_result result) {
    socket->asked = true;
    file_set_ready(&socket->file, (unsigned)result.state & ~NET_POLL_AGAIN);
    if (result.state & NET_POLL_AGAIN) {
        socket->local = true;
        network_poll();
    }
    return result.value;
}
