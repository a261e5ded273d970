/* SPDX-License-Identifier: BSD-3-Clause */
/* timerfd: a file that becomes readable when a timer expires. One thread, started with the first
 * timer, sleeps until the earliest of the armed timers, which stand in a list (there are few). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#include <flexos/syscalls.h>

#include "deadline.h"
#include "file.h"

struct timerfd {
    struct file file;
    struct timerfd *next; /* in the list of armed timers */
    uint64_t expires;     /* monotonic ns, 0 = disarmed */
    uint64_t interval;
    uint64_t expirations; /* since the last read */
    bool wall;
};

static struct timerfd *armed;
static bool running;

static void disarm(struct timerfd *t) {
    struct timerfd **at;

    for (at = &armed; *at; at = &(*at)->next) {
        if (*at == t) {
            *at = t->next;
            break;
        }
    }
    t->expires = 0;
}

static void arm(struct timerfd *t, uint64_t expires) {
    t->expires = expires;
    t->next = armed;
    armed = t;
    sched_wake((uintptr_t)&armed, 1);
}

static void expire(struct timerfd *t, uint64_t now) {
    uint64_t count = 1, next = 0;

    if (t->interval) {
        count += (now - t->expires) / t->interval;
        next = t->expires + count * t->interval;
    }
    disarm(t);
    t->expirations += count;
    t->file.ready = POLLIN;
    if (next) {
        arm(t, next);
    }
    file_notify(&t->file, POLLIN);
}

static void timer_thread(void *unused) {
    (void)unused;
    for (;;) {
        uint64_t now = flexos_clock_ns(), first = SCHED_FOREVER;
        struct timerfd *t = armed;

        while (t) {
            if (t->expires <= now) {
                expire(t, now);
                t = armed; /* the list has changed */
                continue;
            }
            first = t->expires < first ? t->expires : first;
            t = t->next;
        }
        sched_wait((uintptr_t)&armed, first);
    }
}

static long timerfd_read(struct file *file, void *data, size_t length, uint64_t offset) {
    struct timerfd *t = (struct timerfd *)file;

    (void)offset;
    if (length < sizeof(t->expirations)) {
        return -EINVAL;
    }
    if (!t->expirations) {
        return -EAGAIN;
    }
    memcpy(data, &t->expirations, sizeof(t->expirations));
    t->expirations = 0;
    file->ready = 0;
    return sizeof(t->expirations);
}

static void timerfd_close(struct file *file) {
    disarm((struct timerfd *)file);
    free(file);
}

static const struct file_class timerfd_class = {
    .name = "anon_inode:[timerfd]",
    .read = timerfd_read,
    .close = timerfd_close,
};

long sys_timerfd_create(int clock, int flags) {
    struct timerfd *t;

    if (flags & ~(O_CLOEXEC | O_NONBLOCK)) {
        return -EINVAL;
    }
    if (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) {
        return -EINVAL;
    }
    if (!running) {
        int tid = sched_spawn(timer_thread, NULL);

        if (tid < 0) {
            return tid;
        }
        running = true;
    }
    t = calloc(1, sizeof(*t));
    if (!t) {
        return -ENOMEM;
    }
    file_init(&t->file, &timerfd_class, O_RDWR | (flags & O_NONBLOCK));
    t->wall = clock == CLOCK_REALTIME;
    return descriptor_open(&t->file, flags);
}

static struct timerfd *timer_of(int fd, long *error) {
    struct file *file = file_of(fd);

    *error = file ? -EINVAL : -EBADF;
    if (file && file->class != &timerfd_class) {
        file_release(file);
        return NULL;
    }
    return (struct timerfd *)file;
}

static struct timespec spec_of(uint64_t ns) {
    return (struct timespec){(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
}

static void tell(const struct timerfd *t, struct itimerspec *value) {
    uint64_t now = flexos_clock_ns(), left = t->expires > now ? t->expires - now
                                             : t->expires     ? 1
                                                              : 0;

    *value = (struct itimerspec){.it_interval = spec_of(t->interval), .it_value = spec_of(left)};
}

long sys_timerfd_gettime(int fd, struct itimerspec *value flexos_out(32)) {
    long error;
    struct timerfd *t = timer_of(fd, &error);

    if (!t) {
        return error;
    }
    tell(t, value);
    file_release(&t->file);
    return 0;
}

long sys_timerfd_settime(int fd, int flags, const struct itimerspec *value flexos_in(32),
                         struct itimerspec *old flexos_out(32)) {
    long error;
    struct timerfd *t;
    uint64_t now, wanted;

    if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) ||
        !timespec_valid(&value->it_value) || !timespec_valid(&value->it_interval)) {
        return -EINVAL;
    }
    if (!(t = timer_of(fd, &error))) {
        return error;
    }
    if (old) {
        tell(t, old);
    }
    disarm(t);
    t->expirations = 0;
    t->file.ready = 0;
    t->interval = ns_of(&value->it_interval);
    wanted = ns_of(&value->it_value);
    if (wanted) {
        now = flexos_clock_ns();
        if (!(flags & TFD_TIMER_ABSTIME)) {
            wanted += now;
        } else if (t->wall) {
            uint64_t wall = flexos_wall_ns();

            wanted = wanted > wall ? now + (wanted - wall) : now;
        }
        arm(t, wanted ? wanted : 1);
    }
    file_release(&t->file);
    return 0;
}
