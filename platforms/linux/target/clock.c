/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time without a system call: the time-stamp counter, calibrated against the host's monotonic
 * clock at the start and again about once a second, so that the error stays below a microsecond or
 * so. If the counter is not invariant (CPUID 0x80000007), tsc_mult stays 0 and flexos_clock is the
 * only way. The monotonic time that is published never goes back.
 */
#include "linux.h"

#define SHIFT 32
#define SECOND 1000000000
#define FIRST_NS 1000000 /* time of the first measurement */

static struct {
    uint64_t tsc, ns;
} first;

static uint64_t rdtsc(void) {
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

uint64_t linux_now(int clock) {
    struct linux_timespec t = {0, 0};
    linux_call2(LINUX_CLOCK_GETTIME, clock, &t);
    return (uint64_t)t.seconds * SECOND + (uint64_t)t.nanoseconds;
}

/* Reads both clocks at the same time: the tightest of some attempts. */
static uint64_t read_pair(uint64_t *tsc) {
    uint64_t best = UINT64_MAX, ns = 0;
    for (unsigned i = 0; i < 5; i++) {
        const uint64_t before = rdtsc();
        const uint64_t now = linux_now(LINUX_CLOCK_MONOTONIC);
        const uint64_t after = rdtsc();
        if (after - before < best) {
            best = after - before;
            *tsc = before + best / 2;
            ns = now;
        }
    }
    return ns;
}

static uint64_t computed(uint64_t tsc) {
    const struct flexos_published *p = &flexos_published;
    if (tsc <= p->tsc_base) {
        return p->mono_base_ns;
    }
    return p->mono_base_ns +
           (uint64_t)((unsigned __int128)(tsc - p->tsc_base) * p->tsc_mult >> p->tsc_shift);
}

/* (a << SHIFT) / b, b below 2^63. */
static uint64_t ratio(uint64_t a, uint64_t b) {
    uint64_t quotient = a / b, rest = a % b;
    for (unsigned i = 0; i < SHIFT; i++) {
        rest <<= 1;
        quotient <<= 1;
        if (rest >= b) {
            rest -= b;
            quotient |= 1;
        }
    }
    return quotient;
}

static void publish(uint64_t tsc, uint64_t ns) {
    struct flexos_published *p = &flexos_published;
    const uint64_t now = computed(tsc);
    p->tsc_mult = ratio(ns - first.ns, tsc - first.tsc);
    p->tsc_shift = SHIFT;
    p->tsc_base = tsc;
    p->mono_base_ns = ns > now ? ns : now;
    p->wall_base_ns = (int64_t)linux_now(LINUX_CLOCK_REALTIME);
}

static bool invariant(void) {
    uint32_t a = 0x80000000, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (a < 0x80000007) {
        return false;
    }
    a = 0x80000007;
    c = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (d >> 8 & 1) != 0;
}

void linux_clock_start(void) {
    if (!invariant()) {
        return;
    }
    first.ns = read_pair(&first.tsc);
    uint64_t tsc, ns;
    do {
        ns = read_pair(&tsc);
    } while (ns - first.ns < FIRST_NS);
    publish(tsc, ns);
}

void linux_clock_refine(void) {
    const struct flexos_published *p = &flexos_published;
    if (p->tsc_mult == 0) {
        return;
    }
    uint64_t tsc = rdtsc();
    if (computed(tsc) - p->mono_base_ns < SECOND) {
        return;
    }
    const uint64_t ns = read_pair(&tsc);
    publish(tsc, ns);
}

int64_t flexos_clock(int clock) {
    if (clock != FLEXOS_CLOCK_WALL && clock != FLEXOS_CLOCK_MONOTONIC) {
        return -LINUX_EINVAL;
    }
    return (int64_t)linux_now(clock == FLEXOS_CLOCK_WALL ? LINUX_CLOCK_REALTIME
                                                         : LINUX_CLOCK_MONOTONIC);
}
