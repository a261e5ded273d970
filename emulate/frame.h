/* Frames: the one message format spoken between the launcher on the host and
 * the agent in the emulated machine, over two virtio-serial ports.
 *
 * A frame is a 32-bit little-endian word, (type << 24) | length, and its
 * payload. Two ports rather than one, so that a command that does not read
 * its input cannot hold up a signal sent to it:
 *   control  host to guest: the command's description, then signals
 *   stream   both ways: standard input in; output, errors and status out
 */
#ifndef EMULATE_FRAME_H
#define EMULATE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_type {
    /* control port, in this order, FRAME_START last */
    FRAME_TIME = 1,   /* struct frame_time: the host's clock, for equal file times */
    FRAME_SHARE,      /* "tag\0path": a directory to mount read-write */
    FRAME_CWD,        /* path */
    FRAME_USER,       /* uint32_t uid, gid, supplementary groups... */
    FRAME_ENV,        /* NAME=VALUE */
    FRAME_ARG,        /* one word of the command */
    FRAME_START,      /* run it */
    /* control port, once started */
    FRAME_SIGNAL,     /* uint32_t signal number */
    FRAME_READER_GONE,/* uint32_t 1 or 2: nobody reads this output any more */
    /* stream port, to the guest */
    FRAME_STDIN,      /* bytes; an empty frame is the end of the input */
    /* stream port, to the host */
    FRAME_READY,      /* the machine is up: send the description */
    FRAME_STARTED,    /* the command is running */
    FRAME_STDOUT,     /* bytes */
    FRAME_STDERR,     /* bytes */
    FRAME_EXIT,       /* uint32_t exit status, 128+n for death by signal n */
    FRAME_FAILURE     /* text: why the machine could not run the command */
};

struct frame_time {
    int64_t seconds;
    int64_t nanoseconds;
};

/* The largest piece of a byte stream put in one frame: with its header it
 * fills the 32 KiB that the guest's virtio_console driver moves at once. */
#define FRAME_CHUNK ((size_t)32 * 1024 - sizeof(uint32_t))

struct frame {
    enum frame_type type;
    size_t length;
    const unsigned char *payload; /* valid until the next frame_read() */
};

/* Bytes received and not yet taken as frames. */
struct frame_reader {
    unsigned char *data;
    size_t start, end, capacity;
};

/* Frames queued and not yet accepted by the port. */
struct frame_writer {
    unsigned char *data;
    size_t start, end, capacity;
};

/* Reads what the non-blocking fd has. False at end of file or on an error. */
bool frame_read(struct frame_reader *reader, int fd);

/* Takes the next complete frame, if there is one. */
bool frame_take(struct frame_reader *reader, struct frame *frame);

/* Queues a frame. */
void frame_put(struct frame_writer *writer, enum frame_type type,
               const void *payload, size_t length);

/* Writes what the non-blocking fd accepts. False on an error. */
bool frame_flush(struct frame_writer *writer, int fd);

static inline bool frame_pending(const struct frame_writer *writer)
{
    return writer->start < writer->end;
}

/* The number in a frame that holds one, 0 if the payload is too short. */
uint32_t frame_number(const struct frame *frame);

#endif
