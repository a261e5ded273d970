/* SPDX-License-Identifier: BSD-3-Clause */
/* Hands a va_list to another compartment: refused. */
#include <stdio.h>

#include "plain.h"

static int format(char *out, size_t size, const char *text, ...) {
    va_list list;
    va_start(list, text);
    const int n = plain_format(out, size, text, list);
    va_end(list);
    return n;
}

int main(void) {
    char out[20];
    return format(out, sizeof out, "%d", 3) == 1 ? puts(out) : 1;
}
