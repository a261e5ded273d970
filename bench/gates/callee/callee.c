/* SPDX-License-Identifier: BSD-3-Clause */
#include "callee.h"

static long count;
static long (*taken)(char *, long, long, long);

long callee_four(char *buffer, long a, long b, long c) {
    count += a;
    buffer[1] = (char)b;
    return count + c;
}

long callee_sixteen(long a, long b, long c, long d, long e, long f, long s0, long s1, long s2,
                    long s3, long s4, long s5, long s6, long s7, long s8, long s9, long s10,
                    long s11, long s12, long s13, long s14, long s15) {
    count += a + b + c + d + e + f + s0;
    return count + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11 + s12 + s13 + s14 + s15;
}

void callee_take(long (*function)(char *, long, long, long)) {
    taken = function;
}
