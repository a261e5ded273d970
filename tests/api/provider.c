/* SPDX-License-Identifier: BSD-3-Clause */
/* The functions themselves; hooks.c simulates a gate around each. Parameters have other names than
 * in the prototypes here and there, as they may. */
#include "provider.h"

#define SEEN(...) __asm__ volatile("" ::: "memory")

void *seen_pointer;
unsigned long seen_size, seen_sizes, seen_sum;
long answer;

static void sum(const void *at, size_t size) {
    const unsigned char *p = at;
    seen_pointer = (void *)(unsigned long)at;
    seen_size = size;
    seen_sizes += size;
    for (size_t i = 0; i < size; i++) {
        seen_sum = seen_sum * 31 + p[i];
    }
}

static void fill(void *at, size_t size, unsigned char with) {
    unsigned char *p = at;
    for (size_t i = 0; i < size; i++) {
        p[i] = with;
    }
}

long p_write(int fd, const void *bytes, size_t n) {
    sum(bytes, n);
    return fd < 0 ? fd : (long)n;
}

long p_read(int fd, void *buf, size_t count) {
    seen_pointer = buf;
    if (fd < 0) {
        fill(buf, count, 'x'); /* an error, yet it wrote */
        return fd;
    }
    fill(buf, count, 'r');
    return answer;
}

long p_write_part(int fd, const void *buf, size_t count) {
    (void)fd;
    sum(buf, count);
    return (long)count;
}

long p_read_part(int fd, void *buf, size_t count) {
    (void)fd;
    fill(buf, count, 'q');
    return (long)count;
}

int p_stat(const char *path, struct record *record) {
    size_t n = 0;
    while (path[n]) {
        n++;
    }
    sum(path, n);
    if (path[0] == '!') {
        return -2;
    }
    record->a = 7;
    record->b = (long)n;
    return 0;
}

long p_recvfrom(int fd, void *buf, size_t length, int flags, void *address, unsigned *al) {
    (void)fd, (void)flags;
    fill(buf, length, 'd');
    if (address) {
        fill(address, *al < 6 ? *al : 6, 'a');
        seen_size = *al;
        *al = 6;
    }
    return answer;
}

long p_writev(int fd, const struct vector *vectors, int count) {
    long total = 0;
    (void)fd;
    for (int i = 0; i < count; i++) {
        sum(vectors[i].base, vectors[i].length);
        total += (long)vectors[i].length;
    }
    seen_pointer = (void *)(unsigned long)vectors;
    return total;
}

long p_readv(int fd, const struct vector *vectors, int count) {
    (void)fd;
    for (int i = 0; i < count; i++) {
        fill(vectors[i].base, vectors[i].length, (unsigned char)('0' + i));
    }
    return answer;
}

long p_sendmsg(int fd, const struct message *message) {
    sum(message->name, message->name_length);
    sum(message->control, message->control_length);
    return p_writev(fd, message->vectors, (int)message->vector_count);
}

long p_recvmsg(int fd, struct message *message) {
    fill(message->name, 3, 'n');
    message->name_length = 3;
    fill(message->control, 2, 'c');
    message->control_length = 2;
    message->flags = 0x77;
    p_readv(fd, message->vectors, (int)message->vector_count);
    message->name = (void *)1; /* pointers must not come back */
    return answer;
}

int p_poll(struct record *list, unsigned long count) {
    for (unsigned long i = 0; i < count; i++) {
        list[i].b = list[i].a + 1;
    }
    return (int)count;
}

int p_wait(struct event *events, int max) {
    for (int i = 0; i < max; i++) {
        events[i].what = 100 + (unsigned)i;
    }
    return (int)answer;
}

void p_handle(struct object *object) {
    seen_pointer = object;
}

void p_callback(void (*function)(void *), void *cookie) {
    seen_pointer = (void *)function;
    (void)cookie;
}

char *p_copy(const char *text) {
    (void)text;
    return (char *)answer;
}

struct object *p_open(int number) {
    (void)number;
    return (struct object *)answer;
}

void *p_map(size_t length) {
    (void)length;
    return (void *)answer;
}

char *p_gets(char *buf, int size) {
    fill(buf, (size_t)size, 'g');
    return answer ? buf + 1 : NULL;
}

int p_index(int index, int count) {
    return index + count;
}

long p_nine(int a, int b, int c, int d, int e, int f, const void *buf, size_t length, double x) {
    sum(buf, length);
    return a + b + c + d + e + f + (long)x;
}

struct large p_large(int n) {
    struct large result = {{n, n + 1, n + 2, n + 3}};
    return result;
}

long p_shared(void *ring, unsigned n) {
    seen_pointer = ring;
    return n;
}

int p_inferred(const struct record *in, struct object *object, const char *name,
               void (*function)(void), void *anything) {
    (void)in, (void)object, (void)name, (void)function, (void)anything;
    return 0;
}

int p_plain(int a, double b) {
    return a + (int)b;
}
