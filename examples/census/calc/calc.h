/* SPDX-License-Identifier: BSD-3-Clause */
/* Arithmetic whose arguments and results take every way that the calling convention has. */
#ifndef CALC_H
#define CALC_H

#include <stddef.h>

#include <flexos/interface.h>

struct calc_point { /* returned in two vector registers */
    double x, y;
};

struct calc_ratio { /* returned in a vector and a general register */
    double value;
    long count;
};

struct calc_summary { /* returned in memory */
    double least, most, mean;
    long count;
};

struct calc_summary calc_summarize(const double *values flexos_in(count * sizeof(double)), size_t count);
struct calc_point calc_turn(struct calc_point point, int quarters);
struct calc_ratio calc_ratio(long part, long whole);
/* By value on the stack, behind more numbers than there are registers. */
long calc_weigh(long a, long b, long c, long d, long e, long f, long g, long h, struct calc_summary summary);
long double calc_power(long double base, int exponent);
/* How often any function of this library was called. */
unsigned long calc_calls(void);

#endif
