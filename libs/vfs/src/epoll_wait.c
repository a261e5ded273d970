/* SPDX-License-Identifier: BSD-3-Clause */
/* epoll_wait: collects ready items; if there are none, waits for the queue, events, the deadline.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>

#include <flexos/platform.h>
#include <flexos/syscalls.h>

#include "deadline.h"
#include "epoll.h"
#include "fairness.h"
#include "network.h"

static int collect(struct epoll *e, struct epoll_event *events, int max) {
    size_t left = e->ready_count; /* items that are queued again are not looked at again */
    int count = 0;

    while (left-- > 0 && count < max) {
        struct item *item = e->first_ready;
        unsigned ready = file_ready(item->watch.file) & epoll_wanted(item);

        epoll_dequeue_item(item);
        if (!ready) {
            continue;
        }
        events[count].events = ready;
        events[count++].data.u64 = item->data;
        if (item->events & EPOLLONESHOT) {
            item->events = 0;
        } else if (!(item->events & EPOLLET)) {
            epoll_queue_item(item);
        }
    }
    return count;
}

/* Asks the network once; then, if nothing is ready, waits for the queue, events, the deadline. */
static long wait_ready(struct epoll *e, struct epoll_event *events, int max, uint64_t deadline) {
    for (;;) {
        int count, result;

        network_before_wait();
        epoll_look_at_polled(e);
        count = collect(e, events, max);
        if (count > 0) {
            let_others_run();
            return count;
        }
        if (deadline == 0) {
            let_others_run();
            return 0;
        }
        if (network_wait_busily(&e->file, deadline)) {
            continue;
        }
        e->file.sleepers++;
        result = sched_wait_event(
            (uintptr_t)&e->file, FLEXOS_EVENT_SIGNAL | e->wait_events | network_events(), deadline);
        e->file.sleepers--;
        if (result == -ETIMEDOUT) {
            deadline = 0; /* one more look */
        } else if (result < 0) {
            return result;
        }
    }
}

static long epoll_wait_ns(int epfd, struct epoll_event *events, int max, uint64_t timeout_ns) {
    struct file *file = file_of(epfd);
    long result;

    if (!file) {
        return -EBADF;
    }
    if (!is_epoll(file) || max <= 0) {
        result = -EINVAL;
    } else {
        result = wait_ready((struct epoll *)file, events, max, deadline_after(timeout_ns));
    }
    file_release(file);
    return result;
}

long sys_epoll_wait(int epfd,
                    struct epoll_event *events flexos_out_upto(max * sizeof(struct epoll_event),
                                                               result * sizeof(struct epoll_event)),
                    int max, int timeout_ms) {
    return epoll_wait_ns(epfd, events, max,
                         timeout_ms < 0 ? SCHED_FOREVER : (uint64_t)timeout_ms * 1000000u);
}

/* The signal mask is libc's business: it applies it around the call. */
long sys_epoll_pwait(int epfd,
                     struct epoll_event *events flexos_out_upto(max * sizeof(struct epoll_event),
                                                                result *
                                                                    sizeof(struct epoll_event)),
                     int max, int timeout_ms, const void *sigmask flexos_in(sigmask_len),
                     size_t sigmask_len) {
    (void)sigmask;
    (void)sigmask_len;
    return sys_epoll_wait(epfd, events, max, timeout_ms);
}
