/* SPDX-License-Identifier: BSD-3-Clause */
/* Byte channels: what pipes, fifos and socket pairs are made of. Internal to library vfs.
 *
 * A channel is a ring of bytes with a list of ends that read and a list of ends that write. An end
 * is an open file; it reads one channel, writes one, or both. The channel lives until its last end
 * is gone. */
#ifndef VFS_CHANNEL_H
#define VFS_CHANNEL_H

#include "file.h"

#define CHANNEL_BYTES 65536u
#define CHANNEL_ATOMIC 4096u /* PIPE_BUF */

struct channel {
    struct end *readers, *writers;
    unsigned reader_opens, writer_opens; /* ever, for fifos that wait for the other side */
    char *ring;                          /* made by the first write */
    size_t capacity, start, used;
};

struct end {
    struct file file;
    struct channel *in, *out; /* NULL: does not read, does not write */
    struct end *next_reader, *next_writer;
    bool socket;       /* one of a socket pair */
    uint64_t node;     /* as st_ino */
    struct fifo *fifo; /* if opened by name */
};

extern const struct file_class channel_class;

struct channel *channel_new(void);
struct end *end_new(struct channel *in, struct channel *out, int flags); /* NULL = no memory */
void end_stop_reading(struct end *end);
void end_stop_writing(struct end *end);
size_t channel_peek(const struct channel *channel, char *data, size_t length); /* bytes copied */
struct end *end_of(struct file *file);                                         /* NULL: is none */

#endif
