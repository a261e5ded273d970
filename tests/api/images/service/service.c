/* SPDX-License-Identifier: BSD-3-Clause */
#include "service.h"
#include <flexos/flexos.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct service_session {
    int next;
};

int service_calls __attribute__((flexos_share));

int service_add(int a, int b) {
    service_calls++;
    return a + b;
}

double service_mean(int count, ...) {
    double sum = 0;
    va_list list;
    service_calls++;
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        sum += i % 2 ? va_arg(list, double) : (double)va_arg(list, long);
    }
    va_end(list);
    return count ? sum / count : 0;
}

void service_reset(void) {
    service_calls = 0;
}

long service_nine(long a, long b, long c, long d, long e, long f, long g, long h, long i) {
    service_calls++;
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}

struct service_point service_mirror(struct service_point point, double at) {
    service_calls++;
    point.x = 2 * at - point.x;
    return point;
}

long service_fill(char *buf, size_t size, int with) {
    service_calls++;
    if (with < 0) {
        return -22;
    }
    memset(buf, with, size / 2);
    return (long)(size / 2);
}

long service_digest(const void *bytes, size_t length) {
    const unsigned char *p = bytes;
    long sum = 7;
    service_calls++;
    for (size_t i = 0; i < length; i++) {
        sum = sum * 31 + p[i];
    }
    return sum;
}

size_t service_length(const char *text) {
    service_calls++;
    return strlen(text);
}

long service_gather(const struct service_buffer *list, int count) {
    long sum = 0;
    service_calls++;
    for (int i = 0; i < count; i++) {
        for (size_t at = 0; at < list[i].length; at++) {
            sum = sum * 31 + ((const unsigned char *)list[i].base)[at];
        }
    }
    return sum;
}

int service_apply(int (*function)(int value), int value) {
    service_calls++;
    return function(function(value));
}

struct service_session *service_open(int start) {
    struct service_session *session = malloc(sizeof *session);
    if (session) {
        session->next = start;
    }
    return session;
}

int service_next(struct service_session *session) {
    return session->next++;
}

char *service_greeting(const char *name) {
    char *text = flexos_malloc_shared(strlen(name) + 8);
    if (text) {
        strcpy(text, "Hello, ");
        strcat(text, name);
    }
    return text;
}

int service_pick(int index) {
    static const int primes[] = {2, 3, 5, 7};
    service_calls++;
    return primes[index];
}

void service_swap(int *a, int *b) {
    service_calls++;
    const int c = *a;
    *a = *b;
    *b = c;
}
