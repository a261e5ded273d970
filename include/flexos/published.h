/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The page that the TCB publishes: every compartment may read it, only the TCB writes it (key 0).
 * It is how a compartment learns the current thread, libc's thread pointer, the time, and its
 * arguments without a gate. Gates read `current` by absolute address.
 *
 * Monotonic time in ns = mono_base_ns + (((rdtsc - tsc_base) * tsc_mult) >> tsc_shift), the product
 * in 128 bits; wall time likewise from wall_base_ns. tsc_mult is 0 when the host's TSC cannot be
 * used: then flexos_clock() of platform.h must be called.
 */
#ifndef FLEXOS_PUBLISHED_H
#define FLEXOS_PUBLISHED_H

#include "flexos/limits.h"

/* Offsets for assembly; core/published.c asserts them. */
#define FLEXOS_PUBLISHED_CURRENT 0
#define FLEXOS_PUBLISHED_SELECTOR 4
#define FLEXOS_PUBLISHED_TP 8

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct flexos_published {
    volatile uint32_t current;        /* number of the running thread */
    volatile uint8_t selector;        /* Syscall User Dispatch: 0 allow, 1 block */
    uint8_t reserved[3];              /* zero */
    void *volatile tp;                /* libc's thread pointer of the running thread */
    const volatile uint64_t *signals; /* pending signals, bit (n - 1) for signal n; never NULL.
                                    flexos_signals_take() fetches and clears them */
    uint64_t tsc_mult;
    uint32_t tsc_shift;
    uint32_t threads; /* thread numbers are below this */
    uint64_t tsc_base;
    int64_t wall_base_ns; /* since 1970 */
    uint64_t mono_base_ns;
    uint64_t stack_slot; /* bytes */
    uint64_t heap_size;  /* bytes at FLEXOS_HEAP_OFFSET of each arena that may be used */
    int argc;
    char **argv;              /* NULL-terminated, strings readable by all, writable by none */
    char **envp;              /* without FLEXOS_BOOT */
    volatile uint64_t serial; /* of the running thread: never given again, unlike `current` */
};

extern struct flexos_published flexos_published;

/* Address of the arena of domain `k`. */
static inline char *flexos_arena(unsigned k) {
    return (char *)(FLEXOS_ARENA_BASE + k * FLEXOS_ARENA_SIZE);
}
#endif

#endif
