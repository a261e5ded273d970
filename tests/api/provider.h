/* SPDX-License-Identifier: BSD-3-Clause */
/* A library with every kind of annotation, for the test of the interface hooks. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <flexos/interface.h>
#include <stddef.h>

struct record {
    long a, b;
};
struct vector {
    void *base;
    size_t length;
};
struct message {
    void *name;
    unsigned name_length;
    struct vector *vectors;
    size_t vector_count;
    void *control;
    size_t control_length;
    int flags;
};
struct object; /* of the provider, incomplete for users */
struct event {
    unsigned what;
    void *cookie;
};
struct large {
    long word[4];
};

long p_write(int fd, const void *buf flexos_in(count), size_t count);
long p_read(int fd, void *buf flexos_out_return(count), size_t count);
long p_write_part(int fd, const void *buf flexos_in_part(count), size_t count);
long p_read_part(int fd, void *buf flexos_out_part(count), size_t count);
int p_stat(const char *path flexos_string flexos_nonnull,
           struct record *record flexos_out(sizeof(struct record)));
long p_recvfrom(int fd, void *buf flexos_out_return(length), size_t length, int flags,
                void *address flexos_out(*address_length),
                unsigned *address_length flexos_inout(4));
long p_writev(int fd, const struct vector *vectors flexos_in_each(count, base, length), int count);
long p_readv(int fd, const struct vector *vectors flexos_out_each(count, base, length), int count);
long p_sendmsg(int fd, const struct message *message flexos_in(sizeof(struct message))
                           flexos_member_in(name, name_length)
                               flexos_member_in_each(vectors, vector_count, base, length)
                                   flexos_member_in(control, control_length));
long p_recvmsg(int fd, struct message *message flexos_inout(sizeof(struct message))
                           flexos_member_out(name, name_length)
                               flexos_member_out_each(vectors, vector_count, base, length)
                                   flexos_member_out(control, control_length));
int p_poll(struct record *list flexos_inout(count * sizeof(struct record)), unsigned long count);
int p_wait(struct event *events flexos_out_upto(max * sizeof(struct event),
                                                result * sizeof(struct event)),
           int max);
void p_handle(struct object *object flexos_handle flexos_nonnull);
void p_callback(void (*function)(void *) flexos_callback, void *cookie flexos_opaque);
char *p_copy(const char *text flexos_string) flexos_returns_shared flexos_owned_by_caller;
struct object *p_open(int number) flexos_returns_handle;
void *p_map(size_t length) flexos_returns_own;
char *p_gets(char *buf flexos_out(size), int size);
int p_index(int index, int count) flexos_precondition(index >= 0 && index < count);
long p_nine(int a, int b, int c, int d, int e, int f, const void *buf flexos_in(length),
            size_t length, double x);
struct large p_large(int n);
long p_shared(void *ring flexos_shared(n * 64 + 16), unsigned n);
int p_inferred(const struct record *in, struct object *object, const char *name,
               void (*function)(void), void *anything);
int p_plain(int a, double b);

#endif
