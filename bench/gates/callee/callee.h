/* SPDX-License-Identifier: BSD-3-Clause */
/* The other side of the gates that bench/gates measures. */
#ifndef BENCH_GATES_CALLEE_H
#define BENCH_GATES_CALLEE_H

#include <flexos/flexos.h>
#include <flexos/interface.h>

long callee_four(char *buffer flexos_inout(2), long a, long b, long c);
long callee_sixteen(long a, long b, long c, long d, long e, long f, long s0, long s1, long s2,
                    long s3, long s4, long s5, long s6, long s7, long s8, long s9, long s10,
                    long s11, long s12, long s13, long s14, long s15);
void callee_take(long (*function)(char *, long, long, long) flexos_callback);

#endif
