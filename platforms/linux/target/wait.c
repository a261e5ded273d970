/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flexos_wait: the one place where an image sleeps. It waits for the launcher's wake-up and for
 * those devices that returned -EAGAIN since their last event, so a device that nobody reads (an
 * ended console input, say) keeps nobody awake.
 */
#include "linux.h"

unsigned linux_armed;
unsigned linux_armed_send;

#define MAX_FDS (2 + 1 + FLEXOS_VOLUME_MAX)

struct wait_set {
    struct linux_pollfd fds[MAX_FDS];
    unsigned events[MAX_FDS];
    unsigned count;
};

static void add(struct wait_set *set, int fd, unsigned event, bool always) {
    const short in = (linux_armed & event) || always ? LINUX_POLLIN : 0;
    const short out = (linux_armed_send & event) ? LINUX_POLLOUT : 0;
    if (fd >= 0 && (in | out) != 0) {
        set->fds[set->count].fd = fd;
        set->fds[set->count].events = (short)(in | out);
        set->fds[set->count].revents = 0;
        set->events[set->count++] = event;
    }
}

static void sleep_until(struct wait_set *set, uint64_t deadline) {
    struct linux_timespec rest = {0, 0};
    if (deadline != 0 && deadline != FLEXOS_FOREVER) {
        const uint64_t now = linux_now(LINUX_CLOCK_MONOTONIC);
        if (deadline > now) {
            rest.seconds = (int64_t)((deadline - now) / 1000000000);
            rest.nanoseconds = (int64_t)((deadline - now) % 1000000000);
        }
    }
    const long n = linux_call5(LINUX_PPOLL, set->fds, set->count,
                               deadline == FLEXOS_FOREVER ? NULL : &rest, 0, 0);
    if (n < 0) {
        for (unsigned i = 0; i < set->count; i++) {
            set->fds[i].revents = 0;
        }
    }
}

unsigned flexos_wait(uint64_t deadline_ns) {
    struct wait_set set;
    set.count = 0;
    add(&set, linux_boot.wake, FLEXOS_EVENT_SIGNAL, true);
    add(&set, 0, FLEXOS_EVENT_CONSOLE, false);
    add(&set, linux_boot.net, FLEXOS_EVENT_NET(0), false);
    for (unsigned i = 0; i < linux_boot.volumes; i++) {
        add(&set, linux_boot.volume[i].fd, FLEXOS_EVENT_VOLUME(i), false);
    }
    if (*flexos_published.signals != 0) {
        deadline_ns = 0;
    }
    sleep_until(&set, deadline_ns);
    linux_clock_refine();

    unsigned events = 0;
    for (unsigned i = 0; i < set.count; i++) {
        if (set.fds[i].revents == 0) {
            continue;
        }
        if (set.events[i] == FLEXOS_EVENT_SIGNAL) {
            uint64_t count;
            linux_call3(LINUX_READ, linux_boot.wake, &count, sizeof count);
        } else {
            events |= set.events[i];
        }
    }
    linux_armed &= ~events;
    linux_armed_send &= ~events;
    return events | (*flexos_published.signals != 0 ? FLEXOS_EVENT_SIGNAL : 0);
}
