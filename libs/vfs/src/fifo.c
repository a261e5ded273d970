/* SPDX-License-Identifier: BSD-3-Clause */
/* Named pipes: a node of kind fifo leads to one channel while somebody has it open. */
#include "fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

#include <flexos/platform.h>
#include <flexos/sched.h>

#include "channel.h"

struct fifo {
    struct fifo *next;
    struct place place;
    struct channel *channel;
    unsigned ends;
};

static struct fifo *fifos;

bool fifo_place(const struct file *file, struct place *place) {
    const struct fifo *fifo =
        file->class == &channel_class ? ((const struct end *)file)->fifo : NULL;

    if (fifo) {
        *place = fifo->place;
    }
    return fifo;
}

static struct fifo *fifo_at(struct place place) {
    struct fifo *f;

    for (f = fifos; f; f = f->next) {
        if (place_equal(&f->place, &place)) {
            return f;
        }
    }
    f = malloc(sizeof(*f));
    if (!f) {
        return NULL;
    }
    *f = (struct fifo){fifos, place, channel_new(), 0};
    if (!f->channel) {
        free(f);
        return NULL;
    }
    node_open(place, 0);
    fifos = f;
    return f;
}

static void fifo_free(struct fifo *fifo) {
    struct fifo **at;

    for (at = &fifos; *at != fifo; at = &(*at)->next) {
    }
    *at = fifo->next;
    node_close(fifo->place);
    free(fifo);
}

void fifo_end_closed(struct fifo *fifo, struct file *file) {
    (void)file;
    if (--fifo->ends == 0) {
        fifo_free(fifo); /* the channel goes with its last end */
    }
}

/* Waits until the other side has been opened since. */
static int wait_for(struct fifo *fifo, const unsigned *opens, struct end *const *others) {
    unsigned before = *opens;

    while (!*others && *opens == before) {
        int result = sched_wait_event((uintptr_t)fifo, FLEXOS_EVENT_SIGNAL, SCHED_FOREVER);

        if (result < 0) {
            return result;
        }
    }
    return 0;
}

int fifo_open(struct place place, int flags, struct file **file) {
    int access = flags & O_ACCMODE, error = 0;
    struct fifo *fifo = fifo_at(place);
    struct channel *c;
    struct end *end;

    if (!fifo) {
        return -ENOMEM;
    }
    c = fifo->channel;
    if (access == O_WRONLY && (flags & O_NONBLOCK) && !c->readers) {
        if (fifo->ends == 0) {
            free(c);
            fifo_free(fifo);
        }
        return -ENXIO;
    }
    end = end_new(access == O_WRONLY ? NULL : c, access == O_RDONLY ? NULL : c, flags);
    if (!end) {
        if (fifo->ends == 0) {
            free(c);
            fifo_free(fifo);
        }
        return -ENOMEM;
    }
    end->fifo = fifo;
    fifo->ends++;
    sched_wake((uintptr_t)fifo, INT_MAX);
    if (!(flags & O_NONBLOCK) && access == O_RDONLY) {
        error = wait_for(fifo, &c->writer_opens, &c->writers);
    } else if (!(flags & O_NONBLOCK) && access == O_WRONLY) {
        error = wait_for(fifo, &c->reader_opens, &c->readers);
    }
    if (error < 0) {
        file_release(&end->file);
        return error;
    }
    *file = &end->file;
    return 0;
}
