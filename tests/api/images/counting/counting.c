/* SPDX-License-Identifier: BSD-3-Clause */
/* A plain program with a plain library: only interface.c says what crosses. */
#include <stdio.h>
#include <string.h>

#include "plain.h"

int main(int argc, char **argv) {
    char zeros[50] = "abc";
    struct plain_counter *counter = plain_open();
    plain_add(counter, zeros, sizeof zeros);
    printf("counted %zu\n", plain_add(counter, "constant", 9));
    if (argc > 1 && strcmp(argv[1], "forge") == 0) {
        plain_add((struct plain_counter *)(void *)zeros, zeros, 1);
        printf("survived\n");
    }
    return 0;
}
