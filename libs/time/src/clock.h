/* SPDX-License-Identifier: BSD-3-Clause */
/* Internal to library time. */
#ifndef TIME_CLOCK_H
#define TIME_CLOCK_H

#include <stdint.h>

#define NS_PER_S 1000000000u

int clock_read(int clock, uint64_t *ns); /* 0 or -EINVAL */

#endif
