/* SPDX-License-Identifier: BSD-3-Clause */
/* Uses the source interface in every form; prints one line for each. The output is the same in
 * every configuration. With an argument: one wrong call (attacks.c). */
#include <flexos/flexos.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private_objects.h"
#include "service.h"

int attack(const char *name);

static int doubled(int value) {
    return 2 * value;
}

static int recurse(int depth) {
    int here __attribute__((flexos_share)) = depth;
    int there __attribute__((flexos_share)) = 1;
    if (depth > 0) {
        there = recurse(depth - 1);
    }
    flexos_gate(libservice, service_swap, &here, &there);
    return here + there;
}

/* Through pointers: a variable, a member, an element. */
static void pointers(void) {
    int (*variable)(int, int) = service_add;
    struct {
        int (*member)(int, int);
    } object = {service_add}, *at = &object;
    int (*const table[])(int, int) = {service_add, service_add};
    printf("pointers %d %d %d\n", flexos_gate(libservice, variable, 1, 2),
           flexos_gate(libservice, at->member, 3, 4), flexos_gate(libservice, table[1], 5, 6));
    int (*own)(int) = doubled;
    printf("own %d\n", flexos_gate(libcaller, own, 21));
}

static void shared_objects(void) {
    char buf[512] __attribute__((flexos_share));
    int a = 1, b __attribute__((flexos_share)) = 2, c __attribute__((flexos_share)) = 3, *d = &a;
    static char name[] __attribute__((flexos_share)) = "static";
    const struct service_buffer list[2] __attribute__((flexos_share)) = {{name, 6}, {buf, 4}};
    memset(buf, 'x', sizeof buf);
    printf("fill %ld", flexos_gate(libservice, service_fill, buf, 10, 'y'));
    printf(" %.12s\n", buf + 3);
    flexos_gate(libservice, service_swap, &b, &c);
    printf("swap %d %d %d\n", *d, b, c);
    printf("gather %ld\n", flexos_gate(libservice, service_gather, list, 2));
    int sum = 0;
    for (int i = 0; i < 5; i++) {
        int inner __attribute__((flexos_share)) = i, outer __attribute__((flexos_share)) = 10 * i;
        flexos_gate(libservice, service_swap, &inner, &outer);
        sum += inner;
    }
    printf("loop %d, recursion %d\n", sum, recurse(6));
    int *heap = flexos_calloc_shared(2, sizeof *heap);
    heap[1] = 9;
    flexos_gate(libservice, service_swap, &heap[0], &heap[1]);
    printf("heap %d %d\n", heap[0], heap[1]);
    flexos_free_shared(heap);
}

int main(int argc, char **argv) {
    if (argc > 1) {
        return attack(argv[1]);
    }
    flexos_gate(libservice, service_reset);
    printf("add %d\n", flexos_gate(libservice, service_add, 1, 2));
    printf("nested %d\n",
           flexos_gate(libservice, service_add, flexos_gate(service, service_add, 1, 2),
                       flexos_gate(libservice, service_add, 3, service_add(4, 5))));
    printf("mean %.3f\n", flexos_gate(libservice, service_mean, 6, 1L, 2.5, 3L, 4.5, 5L, 6.5));
    printf("many %.3f\n", flexos_gate(libservice, service_mean, 12, 1L, .5, 2L, .5, 3L, .5, 4L, .5,
                                      5L, .5, 6L, .5));
    printf("nine %ld\n", flexos_gate(libservice, service_nine, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    const struct service_point point = {1, 2, 3};
    const struct service_point mirrored = flexos_gate(libservice, service_mirror, point, 5.0);
    printf("mirror %.1f %.1f %ld\n", mirrored.x, mirrored.y, mirrored.tag);
    printf("apply %d\n", flexos_gate(libservice, service_apply, doubled, 5));
    struct service_session *session = flexos_gate(libservice, service_open, 40);
    flexos_gate(libservice, service_next, session);
    printf("session %d\n", flexos_gate(libservice, service_next, session));
    char *greeting = flexos_gate(libservice, service_greeting, "caller");
    printf("%s\n", greeting);
    free(greeting);
    printf("pick %d\n", flexos_gate(libservice, service_pick, 3));
    pointers();
    shared_objects();
    private_objects();
    printf("calls %d\n", service_calls);
    return 0;
}
