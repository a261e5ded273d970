#include "frame.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE ((size_t)64 * 1024)

/* Makes room for `more` bytes behind *end, moving the content to the front. */
static void make_room(unsigned char **data, size_t *start, size_t *end,
                      size_t *capacity, size_t more)
{
    if (*capacity - *end >= more)
        return;
    if (*start > 0) {
        memmove(*data, *data + *start, *end - *start);
        *end -= *start;
        *start = 0;
    }
    if (*capacity - *end >= more)
        return;
    size_t wanted = *end + more;
    unsigned char *grown = realloc(*data, wanted);
    if (grown == NULL) {
        fprintf(stderr, "emulate: out of memory for %zu bytes of messages\n", wanted);
        abort();
    }
    *data = grown;
    *capacity = wanted;
}

bool frame_read(struct frame_reader *reader, int fd)
{
    make_room(&reader->data, &reader->start, &reader->end, &reader->capacity, READ_SIZE);
    ssize_t got = read(fd, reader->data + reader->end, READ_SIZE);
    if (got > 0) {
        reader->end += (size_t)got;
        return true;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

bool frame_take(struct frame_reader *reader, struct frame *frame)
{
    uint32_t word;
    size_t available = reader->end - reader->start;
    if (available < sizeof word)
        return false;
    memcpy(&word, reader->data + reader->start, sizeof word);
    size_t length = word & 0xffffff;
    if (available < sizeof word + length)
        return false;
    frame->type = (enum frame_type)(word >> 24);
    frame->length = length;
    frame->payload = reader->data + reader->start + sizeof word;
    reader->start += sizeof word + length;
    return true;
}

void frame_put(struct frame_writer *writer, enum frame_type type,
               const void *payload, size_t length)
{
    uint32_t word = (uint32_t)type << 24 | (uint32_t)length;
    make_room(&writer->data, &writer->start, &writer->end, &writer->capacity,
              sizeof word + length);
    memcpy(writer->data + writer->end, &word, sizeof word);
    if (length > 0)
        memcpy(writer->data + writer->end + sizeof word, payload, length);
    writer->end += sizeof word + length;
}

bool frame_flush(struct frame_writer *writer, int fd)
{
    while (frame_pending(writer)) {
        ssize_t put = write(fd, writer->data + writer->start, writer->end - writer->start);
        if (put < 0)
            return errno == EAGAIN || errno == EINTR;
        writer->start += (size_t)put;
    }
    writer->start = writer->end = 0;
    return true;
}

uint32_t frame_number(const struct frame *frame)
{
    uint32_t number = 0;
    if (frame->length >= sizeof number)
        memcpy(&number, frame->payload, sizeof number);
    return number;
}
