/* SPDX-License-Identifier: BSD-3-Clause */
/* Byte channels. Writes of up to CHANNEL_ATOMIC bytes are not split. */
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "descriptor.h"
#include "fifo.h"
#include "node.h"

static uint64_t last_node;

struct channel *channel_new(void) {
    struct channel *c = calloc(1, sizeof(*c));

    if (c) {
        c->capacity = CHANNEL_BYTES;
    }
    return c;
}

static void channel_free_if_unused(struct channel *c) {
    if (!c->readers && !c->writers) {
        free(c->ring);
        free(c);
    }
}

struct end *end_new(struct channel *in, struct channel *out, int flags) {
    struct end *end = calloc(1, sizeof(*end));

    if (!end) {
        return NULL;
    }
    file_init(&end->file, &channel_class, flags);
    end->node = ++last_node;
    end->in = in;
    end->out = out;
    if (in) {
        end->next_reader = in->readers;
        in->readers = end;
        in->reader_opens++;
    }
    if (out) {
        end->next_writer = out->writers;
        out->writers = end;
        out->writer_opens++;
    }
    return end;
}

struct end *end_of(struct file *file) {
    return file->class == &channel_class ? (struct end *)file : NULL;
}

static void tell_readers(struct channel *c, unsigned news) {
    struct end *end, *next;

    for (end = c->readers; end; end = next) {
        next = end->next_reader;
        file_notify(&end->file, news);
    }
}

static void tell_writers(struct channel *c, unsigned news) {
    struct end *end, *next;

    for (end = c->writers; end; end = next) {
        next = end->next_writer;
        file_notify(&end->file, news);
    }
}

void end_stop_reading(struct end *end) {
    struct channel *c = end->in;
    struct end **at;

    if (!c) {
        return;
    }
    for (at = &c->readers; *at != end; at = &(*at)->next_reader) {
    }
    *at = end->next_reader;
    end->in = NULL;
    if (!c->readers) {
        tell_writers(c, POLLERR | POLLOUT);
    }
    channel_free_if_unused(c);
}

void end_stop_writing(struct end *end) {
    struct channel *c = end->out;
    struct end **at;

    if (!c) {
        return;
    }
    for (at = &c->writers; *at != end; at = &(*at)->next_writer) {
    }
    *at = end->next_writer;
    end->out = NULL;
    if (!c->writers) {
        tell_readers(c, POLLHUP | POLLIN | POLLRDHUP);
    }
    channel_free_if_unused(c);
}

size_t channel_peek(const struct channel *c, char *data, size_t length) {
    size_t first = c->capacity - c->start;

    length = length < c->used ? length : c->used;
    first = first < length ? first : length;
    if (length) {
        memcpy(data, c->ring + c->start, first);
        memcpy(data + first, c->ring, length - first);
    }
    return length;
}

static long channel_read(struct file *file, void *data, size_t length, uint64_t offset) {
    struct end *end = (struct end *)file;
    struct channel *c = end->in;
    bool was_full;

    (void)offset;
    if (!c || length == 0) {
        return 0;
    }
    if (c->used == 0) {
        return c->writers ? -EAGAIN : 0;
    }
    was_full = c->capacity - c->used < CHANNEL_ATOMIC;
    length = channel_peek(c, data, length);
    c->used -= length;
    c->start = c->used ? (c->start + length) % c->capacity : 0;
    if (was_full && c->capacity - c->used >= CHANNEL_ATOMIC) {
        tell_writers(c, POLLOUT);
    }
    return (long)length;
}

static long channel_write(struct file *file, const void *data, size_t length, uint64_t offset) {
    struct end *end = (struct end *)file;
    struct channel *c = end->out;
    size_t room, at, first;

    (void)offset;
    if (!c || !c->readers) {
        return -EPIPE;
    }
    if (length == 0) {
        return 0;
    }
    if (!c->ring && !(c->ring = malloc(c->capacity))) {
        return -ENOMEM;
    }
    room = c->capacity - c->used;
    if (room == 0 || (length <= CHANNEL_ATOMIC && room < length)) {
        return -EAGAIN;
    }
    length = length < room ? length : room;
    at = (c->start + c->used) % c->capacity;
    first = c->capacity - at < length ? c->capacity - at : length;
    memcpy(c->ring + at, data, first);
    memcpy(c->ring, (const char *)data + first, length - first);
    c->used += length;
    tell_readers(c, POLLIN);
    return (long)length;
}

static unsigned channel_poll(struct file *file) {
    struct end *end = (struct end *)file;
    unsigned ready = 0;

    if (end->in) {
        ready |= end->in->used ? POLLIN | POLLRDNORM : 0;
        if (!end->in->writers && (end->in->writer_opens || end->socket)) {
            ready |= end->socket ? POLLRDHUP | POLLIN | POLLRDNORM : POLLHUP;
        }
    } else if (end->socket) {
        ready |= POLLIN | POLLRDNORM | POLLRDHUP;
    }
    if (end->out && end->out->readers) {
        size_t room = end->out->capacity - end->out->used;

        ready |= room >= CHANNEL_ATOMIC ? POLLOUT | POLLWRNORM : 0;
    } else if (end->out) {
        ready |= end->socket ? POLLOUT | POLLWRNORM : POLLERR | POLLOUT | POLLWRNORM;
    }
    if (end->socket && (!end->in || !end->in->writers) && (!end->out || !end->out->readers)) {
        ready |= POLLHUP;
    }
    return ready;
}

static long channel_available(struct file *file) {
    struct end *end = (struct end *)file;

    return end->in ? (long)end->in->used : end->out ? (long)end->out->used : 0;
}

static int channel_attributes(struct file *file, struct vfs_attributes *attributes) {
    struct end *end = (struct end *)file;
    struct place place;

    if (fifo_place(file, &place)) {
        return node_get(place, attributes);
    }
    attributes_invent(end->socket ? S_IFSOCK | 0777 : S_IFIFO | 0600, end->node, attributes);
    return 0;
}

static void channel_close(struct file *file) {
    struct end *end = (struct end *)file;

    if (end->fifo) {
        fifo_end_closed(end->fifo, file);
    }
    end_stop_reading(end);
    end_stop_writing(end);
    free(end);
}

const struct file_class channel_class = {
    .name = "pipe",
    .read = channel_read,
    .write = channel_write,
    .poll = channel_poll,
    .available = channel_available,
    .attributes = channel_attributes,
    .close = channel_close,
};

/* The size of a pipe is fixed: it tells it, and grants smaller wishes by what it has. */
long descriptor_pipe_size(struct file *file, long wanted) {
    struct end *end = end_of(file);

    if (!end || end->socket) {
        return -EBADF;
    }
    return wanted > (long)CHANNEL_BYTES ? -EPERM : (long)CHANNEL_BYTES;
}
