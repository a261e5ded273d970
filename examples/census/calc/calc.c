/* SPDX-License-Identifier: BSD-3-Clause */
#include "calc.h"

static unsigned long calls;

struct calc_summary calc_summarize(const double *values, size_t count) {
    struct calc_summary summary = {.count = (long)count};
    double sum = 0;

    calls++;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || values[i] < summary.least)
            summary.least = values[i];
        if (i == 0 || values[i] > summary.most)
            summary.most = values[i];
        sum += values[i];
    }
    summary.mean = count ? sum / (double)count : 0;
    return summary;
}

struct calc_point calc_turn(struct calc_point point, int quarters) {
    calls++;
    for (; quarters > 0; quarters--)
        point = (struct calc_point){.x = -point.y, .y = point.x};
    return point;
}

struct calc_ratio calc_ratio(long part, long whole) {
    calls++;
    return (struct calc_ratio){.value = whole ? (double)part / (double)whole : 0, .count = whole};
}

long calc_weigh(long a, long b, long c, long d, long e, long f, long g, long h, struct calc_summary summary) {
    calls++;
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * summary.count;
}

long double calc_power(long double base, int exponent) {
    long double result = 1;

    calls++;
    for (; exponent > 0; exponent--)
        result *= base;
    return result;
}

unsigned long calc_calls(void) {
    return calls;
}
