/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls that break the rules of the interface; without a mechanism nothing stops most of them. */
#include <flexos/flexos.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "service.h"

int attack(const char *name);

static int secret = 4711;

static int private_function(int value) {
    return value + secret;
}

int attack(const char *name) {
    struct service_session *session = service_open(1);
    char shared[16] __attribute__((flexos_share)) = "shared";
    int value = 0, other = 0;
    long result = 0;
    if (strcmp(name, "wrap") == 0) {
        result = service_digest(shared, (size_t)-8);
    } else if (strcmp(name, "huge") == 0) {
        result = service_digest(shared, (size_t)1 << 40);
    } else if (strcmp(name, "foreign") == 0) {
        result = service_digest(session, 4);
    } else if (strcmp(name, "null") == 0) {
        result = (long)service_length(NULL);
    } else if (strcmp(name, "handle") == 0) {
        result = service_next((struct service_session *)(void *)&secret);
    } else if (strcmp(name, "callback") == 0) {
        int (*function)(int) = private_function;
        result = service_apply((int (*)(int))((uintptr_t)function + 2), 1);
    } else if (strcmp(name, "precondition") == 0) {
        result = service_pick(4);
    } else if (strcmp(name, "private") == 0) {
        service_swap(&value, &other);
    } else if (strcmp(name, "honest") == 0) {
        result = service_digest(shared, 8) != 0 && service_next(session) == 1 &&
                 service_apply(private_function, 1) == 2 * secret + 1 && service_pick(3) == 7;
    }
    printf("survived %s %ld\n", name, result);
    return 0;
}
