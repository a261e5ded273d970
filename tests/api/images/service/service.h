/* SPDX-License-Identifier: BSD-3-Clause */
/* A library with every kind of parameter, for the tests of gates and annotations. */
#ifndef SERVICE_H
#define SERVICE_H

#include <flexos/interface.h>
#include <stddef.h>

struct service_buffer {
    void *base;
    size_t length;
};
struct service_point {
    double x, y;
    long tag;
};
struct service_session; /* the service's own */

extern int service_calls; /* shared */

int service_add(int a, int b);
double service_mean(int count, ...);
void service_reset(void);
long service_nine(long a, long b, long c, long d, long e, long f, long g, long h, long i);
struct service_point service_mirror(struct service_point point, double at);

/* Fills the first half of buf and returns its size; -22 for a negative `with`. */
long service_fill(char *buf flexos_out_return(size), size_t size, int with);
long service_digest(const void *data flexos_in(size), size_t size);
size_t service_length(const char *text flexos_string flexos_nonnull);
long service_gather(const struct service_buffer *list flexos_in_each(count, base, length),
                    int count);
int service_apply(int (*function)(int value) flexos_callback flexos_nonnull, int value);
struct service_session *service_open(int start) flexos_returns_handle;
int service_next(struct service_session *session flexos_handle flexos_nonnull);
char *service_greeting(const char *name flexos_string) flexos_returns_shared flexos_owned_by_caller;
int service_pick(int index) flexos_precondition(index >= 0 && index < 4);
/* Without annotations, writes through both pointers. */
void service_swap(int *a, int *b);

#endif
