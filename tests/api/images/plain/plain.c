/* SPDX-License-Identifier: BSD-3-Clause */
#include "plain.h"
#include <stdio.h>

struct plain_counter {
    size_t bytes, zeros;
};

static struct plain_counter only;

struct plain_counter *plain_open(void) {
    return &only;
}

size_t plain_add(struct plain_counter *counter, const void *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        counter->zeros += ((const char *)data)[i] == 0;
    }
    counter->bytes += size;
    return counter->bytes * 1000 + counter->zeros;
}

int plain_format(char *out, size_t size, const char *format, va_list list) {
    only.bytes++;
    return vsnprintf(out, size, format, list);
}
