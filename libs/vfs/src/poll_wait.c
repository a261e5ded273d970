/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting for several files once. The first look costs no memory; only a call that must wait hangs
 * a watch on each file. */
#include "poll_wait.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <flexos/platform.h>

#include "fairness.h"
#include "file.h"
#include "network.h"

struct poller {
    bool told;
    unsigned wait_events;
    unsigned sleeping;
};

struct poll_watch {
    struct watch watch;
    struct poller *poller;
    unsigned wanted;
};

static unsigned wanted(const struct pollfd *p) {
    return (unsigned)(unsigned short)p->events | POLLERR | POLLHUP;
}

static long look(struct pollfd *fds, unsigned long count) {
    long ready = 0;

    for (unsigned long i = 0; i < count; i++) {
        struct file *file;

        fds[i].revents = 0;
        if (fds[i].fd < 0) {
            continue;
        }
        file = file_of(fds[i].fd);
        if (!file) {
            fds[i].revents = POLLNVAL;
        } else {
            fds[i].revents = (short)(file_ready(file) & wanted(&fds[i]));
            file_release(file);
        }
        ready += fds[i].revents != 0;
    }
    return ready;
}

static void told(struct watch *watch, unsigned news) {
    struct poll_watch *w = (struct poll_watch *)watch;

    if ((news & w->wanted) && !w->poller->told) {
        w->poller->told = true;
        if (w->poller->sleeping) {
            sched_wake((uintptr_t)w->poller, INT_MAX);
        }
    }
}

static void watch_all(struct poll_watch *watches, const struct pollfd *fds, unsigned long count,
                      struct poller *poller) {
    for (unsigned long i = 0; i < count; i++) {
        struct file *file = file_of(fds[i].fd);

        watches[i].watch.file = NULL;
        if (file) {
            watches[i].poller = poller;
            watches[i].wanted = wanted(&fds[i]);
            watches[i].watch.notify = told;
            poller->wait_events |= file->wait_events;
            watch_add(&watches[i].watch, file); /* the reference is kept until unwatch_all */
        }
    }
}

static void unwatch_all(struct poll_watch *watches, unsigned long count) {
    for (unsigned long i = 0; i < count; i++) {
        if (watches[i].watch.file) {
            watch_remove(&watches[i].watch);
            file_release(watches[i].watch.file);
        }
    }
}

static long sleep_until_told(struct poller *poller, uint64_t deadline_ns) {
    int result;

    poller->told = false;
    poller->sleeping = 1;
    result =
        sched_wait_event((uintptr_t)poller,
                         FLEXOS_EVENT_SIGNAL | poller->wait_events | network_events(), deadline_ns);
    poller->sleeping = 0;
    return result < 0 ? result : 0;
}

long poll_wait(struct pollfd *fds, unsigned long count, uint64_t deadline_ns) {
    struct poll_watch *watches;
    struct poller poller = {0};
    long ready, result = 0;

    network_before_wait();
    ready = look(fds, count);
    if (ready > 0 || deadline_ns == 0) {
        let_others_run();
        return ready;
    }
    watches = malloc((count ? count : 1) * sizeof(*watches));
    if (!watches) {
        return -ENOMEM;
    }
    watch_all(watches, fds, count, &poller);
    while (ready == 0 && result == 0) {
        result = sleep_until_told(&poller, deadline_ns);
        if (result != -EINTR) {
            network_before_wait();
            ready = look(fds, count);
        }
    }
    unwatch_all(watches, count);
    free(watches);
    return ready > 0 ? ready : result == -ETIMEDOUT ? 0 : result;
}
