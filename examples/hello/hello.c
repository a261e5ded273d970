/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest image: one line on the console. */
#include <stdio.h>

int main(void) {
    puts("Hello from FlexOS");
    return 0;
}
