/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of the service in which nothing is shared: the gate copies what is annotated. */
#ifndef PRIVATE_OBJECTS_H
#define PRIVATE_OBJECTS_H

#include <flexos/flexos.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service.h"

static void private_objects(void) {
    char buf[100], text[] = "private", more[5000];
    struct service_buffer list[2] = {{text, 7}, {buf, 3}};
    memset(buf, '-', sizeof buf);
    memset(more, 'm', sizeof more);
    const long made = flexos_gate(libservice, service_fill, buf, 40, '+');
    printf("private %ld %.24s\n", made, buf);
    printf("error %ld %.3s\n", flexos_gate(libservice, service_fill, buf, 40, -1), buf + 30);
    printf("digest %ld %ld\n", flexos_gate(libservice, service_digest, text, sizeof text),
           flexos_gate(libservice, service_digest, more, sizeof more));
    printf("length %zu %zu\n", flexos_gate(libservice, service_length, text),
           flexos_gate(libservice, service_length, "literal"));
    printf("gather %ld\n", flexos_gate(libservice, service_gather, list, 2));

    static char here[300];
    char *heap = malloc(70000);
    memset(heap, 'h', 70000);
    printf("static %ld %.3s\n", flexos_gate(libservice, service_fill, here, sizeof here, 's'),
           here);
    printf("heap %ld", flexos_gate(libservice, service_fill, heap, 70000, 'H'));
    printf(" %.2s %ld\n", heap + 34999, flexos_gate(libservice, service_digest, heap, 70000));
    free(heap);
}

#endif
