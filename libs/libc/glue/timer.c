/* SPDX-License-Identifier: BSD-3-Clause */
/* alarm and setitimer(ITIMER_REAL): a thread, started with the first timer, sleeps until it is due
 * and raises SIGALRM. Timers of processor time do not exist. */
#define _GNU_SOURCE
#include "internal.h"

#include <signal.h>
#include <sys/time.h>

static uint64_t due = SCHED_FOREVER; /* SCHED_FOREVER: not armed */
static uint64_t interval;            /* 0: once */
static bool started;

static void timer_main(void *unused) {
    (void)unused;
    for (;;) {
        sched_wait((uintptr_t)&due, due);
        if (libc_now() >= due) {
            due = interval != 0 ? due + interval : SCHED_FOREVER;
            libc_signal_raise(SIGALRM);
        }
    }
}

static long arm(uint64_t after, uint64_t every) {
    if (!started && after != 0) {
        int thread = sched_spawn(timer_main, NULL);
        if (thread < 0) {
            return thread;
        }
        started = true;
    }
    interval = every;
    due = after != 0 ? libc_now() + after : SCHED_FOREVER;
    sched_wake((uintptr_t)&due, 1);
    return 0;
}

static uint64_t nanoseconds(const struct timeval *t) {
    return (uint64_t)t->tv_sec * 1000000000U + (uint64_t)t->tv_usec * 1000U;
}

static struct timeval timeval_of(uint64_t ns) {
    return (struct timeval){(time_t)(ns / 1000000000U), (suseconds_t)(ns % 1000000000U / 1000U)};
}

long sys_getitimer(int which, struct itimerval *value) {
    uint64_t now = libc_now();
    if (which != ITIMER_REAL) {
        return -EINVAL;
    }
    value->it_interval = timeval_of(interval);
    value->it_value = timeval_of(due == SCHED_FOREVER ? 0 : due > now ? due - now : 1000);
    return 0;
}

long sys_setitimer(int which, const struct itimerval *value, struct itimerval *old) {
    if (which != ITIMER_REAL ||
        (value && (value->it_value.tv_usec >= 1000000 || value->it_interval.tv_usec >= 1000000 ||
                   value->it_value.tv_sec < 0 || value->it_value.tv_usec < 0))) {
        return -EINVAL;
    }
    if (old) {
        sys_getitimer(which, old);
    }
    return value ? arm(nanoseconds(&value->it_value), nanoseconds(&value->it_interval)) : 0;
}

long sys_alarm(unsigned seconds) {
    struct itimerval old;
    sys_getitimer(ITIMER_REAL, &old);
    long error = arm((uint64_t)seconds * 1000000000U, 0);
    return error < 0 ? error : old.it_value.tv_sec + (old.it_value.tv_usec != 0);
}
