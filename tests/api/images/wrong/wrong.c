/* SPDX-License-Identifier: BSD-3-Clause */
/* The gate names a library that does not export the function: a build error. */
#include <flexos/flexos.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    (void)argc;
    return flexos_gate(libservice, atoi, argv[0]);
}
