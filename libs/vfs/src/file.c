/* SPDX-License-Identifier: BSD-3-Clause */
/* Life of open files, readiness, waiting for it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>

#include <flexos/platform.h>
#include <flexos/sched.h>

#include "file.h"
#include "network.h"

void file_init(struct file *file, const struct file_class *class, int flags) {
    *file = (struct file){.class = class, .references = 1, .flags = flags};
}

void file_acquire(struct file *file) {
    file->references++;
}

void file_release(struct file *file) {
    if (--file->references == 0) {
        epoll_file_closed(file);
        file->class->close(file);
    }
}

unsigned file_ready(struct file *file) {
    return file->class->poll ? file->class->poll(file) : file->ready;
}

void file_notify(struct file *file, unsigned news) {
    struct watch *watch, *next;

    for (watch = file->watches; watch; watch = next) {
        next = watch->next;
        watch->notify(watch, news);
    }
    if (file->sleepers) {
        sched_wake((uintptr_t)file, INT_MAX);
    }
}

void file_set_ready(struct file *file, unsigned ready) {
    unsigned news = ready & ~file->ready;

    file->ready = ready;
    if (news) {
        file_notify(file, news);
    }
}

void watch_add(struct watch *watch, struct file *file) {
    watch->file = file;
    watch->next = file->watches;
    watch->previous = &file->watches;
    if (file->watches) {
        file->watches->previous = &watch->next;
    }
    file->watches = watch;
}

void watch_remove(struct watch *watch) {
    if (watch->next) {
        watch->next->previous = watch->previous;
    }
    *watch->previous = watch->next;
}

int file_wait(struct file *file, unsigned events, uint64_t deadline_ns) {
    unsigned wanted = events | POLLERR | POLLHUP, listen;
    int result;

    for (;;) {
        network_before_wait();
        if (file_ready(file) & wanted) {
            return 0;
        }
        listen = FLEXOS_EVENT_SIGNAL | file->wait_events | network_events();
        file->sleepers++;
        result = sched_wait_event((uintptr_t)file, listen, deadline_ns);
        file->sleepers--;
        if (result < 0) {
            return result;
        }
        if ((unsigned)result & file->wait_events) {
            file_notify(file, file_ready(file)); /* the event is told once, others may wait too */
        }
        if (file_ready(file) & wanted) {
            return 0;
        }
    }
}
