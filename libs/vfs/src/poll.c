/* SPDX-License-Identifier: BSD-3-Clause */
/* poll, ppoll, select, pselect6. Signal masks are libc's business: it applies them around the call.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

#include <flexos/syscalls.h>

#include "deadline.h"
#include "poll_wait.h"

#define POLL_MAX 65536u

long sys_poll(struct pollfd *fds flexos_inout(count * sizeof(struct pollfd)), unsigned long count,
              int timeout_ms) {
    return count > POLL_MAX ? -EINVAL : poll_wait(fds, count, deadline_after_ms(timeout_ms));
}

long sys_ppoll(struct pollfd *fds flexos_inout(count * sizeof(struct pollfd)), unsigned long count,
               const struct timespec *timeout flexos_in(16),
               const void *sigmask flexos_in(sigmask_len), size_t sigmask_len) {
    (void)sigmask;
    (void)sigmask_len;
    if (count > POLL_MAX || (timeout && !timespec_valid(timeout))) {
        return -EINVAL;
    }
    return poll_wait(fds, count, timeout ? deadline_after(ns_of(timeout)) : SCHED_FOREVER);
}

struct sets {
    fd_set *in, *out, *error;
};

static short events_of(const struct sets *sets, int fd) {
    unsigned events = 0;

    events |= sets->in && FD_ISSET(fd, sets->in) ? POLLIN : 0u;
    events |= sets->out && FD_ISSET(fd, sets->out) ? POLLOUT : 0u;
    events |= sets->error && FD_ISSET(fd, sets->error) ? POLLPRI : 0u;
    return (short)events;
}

static long answer(fd_set *set, int fd, short revents, int bits) {
    if (!set || !FD_ISSET(fd, set)) {
        return 0;
    }
    if (revents & bits) {
        return 1;
    }
    FD_CLR(fd, set);
    return 0;
}

static long select_until(int count, struct sets *sets, uint64_t deadline) {
    struct pollfd *fds = malloc((size_t)(count ? count : 1) * sizeof(*fds));
    unsigned long used = 0;
    long result;

    if (!fds) {
        return -ENOMEM;
    }
    for (int fd = 0; fd < count; fd++) {
        short events = events_of(sets, fd);

        if (events) {
            fds[used++] = (struct pollfd){.fd = fd, .events = events};
        }
    }
    result = poll_wait(fds, used, deadline);
    for (unsigned long i = 0; i < used && result >= 0; i++) {
        if (fds[i].revents & POLLNVAL) {
            result = -EBADF;
        }
    }
    if (result >= 0) {
        result = 0;
        for (unsigned long i = 0; i < used; i++) {
            result += answer(sets->in, fds[i].fd, fds[i].revents, POLLIN | POLLHUP | POLLERR);
            result += answer(sets->out, fds[i].fd, fds[i].revents, POLLOUT | POLLERR);
            result += answer(sets->error, fds[i].fd, fds[i].revents, POLLPRI);
        }
    }
    free(fds);
    return result;
}

long sys_select(int count, void *readable flexos_inout(128), void *writable flexos_inout(128),
                void *exceptional flexos_inout(128), struct timeval *timeout flexos_inout(16)) {
    struct sets sets = {readable, writable, exceptional};
    uint64_t deadline = SCHED_FOREVER, now;
    long result;

    if (count < 0 || (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0))) {
        return -EINVAL;
    }
    if (timeout) {
        struct timespec t = {timeout->tv_sec + timeout->tv_usec / 1000000,
                             timeout->tv_usec % 1000000 * 1000};

        deadline = deadline_after(ns_of(&t));
    }
    result = select_until(count < FD_SETSIZE ? count : FD_SETSIZE, &sets, deadline);
    if (timeout) {
        now = flexos_clock_ns();
        now = deadline > now ? deadline - now : 0;
        timeout->tv_sec = (time_t)(now / NS_PER_S);
        timeout->tv_usec = (suseconds_t)(now % NS_PER_S / 1000);
    }
    return result;
}

long sys_pselect6(int count, void *readable flexos_inout(128), void *writable flexos_inout(128),
                  void *exceptional flexos_inout(128), const struct timespec *timeout flexos_in(16),
                  const void *sigmask flexos_in(16)) {
    struct sets sets = {readable, writable, exceptional};

    (void)sigmask;
    if (count < 0 || (timeout && !timespec_valid(timeout))) {
        return -EINVAL;
    }
    return select_until(count < FD_SETSIZE ? count : FD_SETSIZE, &sets,
                        timeout ? deadline_after(ns_of(timeout)) : SCHED_FOREVER);
}
