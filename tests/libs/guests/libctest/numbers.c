/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int less(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/* Formatting, parsing, sorting, and what the compiler calls for wide and complex numbers. */
void test_numbers(void) {
    char text[100];
    int list[200], sorted = 1;
    volatile unsigned __int128 wide = ((unsigned __int128)0x0123456789abcdef << 64) + 12345;
    volatile unsigned __int128 divisor = 1000000007;
    volatile double _Complex a = 3 + 4 * I, b = 1 - 2 * I;
    volatile long double large = 1e30L;
    snprintf(text, sizeof text, "%d %s %.3f %Lg %zu", -5, "five", 3.14159, 2.5L, sizeof text);
    CHECK(strcmp(text, "-5 five 3.142 2.5 100") == 0);
    CHECK(strtod("1e-3x", NULL) == 0.001 && strtol("0x7f", NULL, 0) == 127);
    for (int i = 0; i < 200; i++) {
        list[i] = (i * 7919) % 200;
    }
    qsort(list, 200, sizeof *list, less);
    for (int i = 0; i < 200; i++) {
        sorted = sorted && list[i] == i;
    }
    CHECK(sorted);
    CHECK(wide / divisor * divisor + wide % divisor == wide);
    CHECK((double)(unsigned __int128)large == 1e30);
    CHECK(creal(a * b) == 11 && cimag(a * b) == -2);
    CHECK(creal(a / b) == -1 && cimag(a / b) == 2);
    CHECK(fabs(sin(1) - 0.8414709848078965) < 1e-15 && sqrt(2) > 1.414);
}
