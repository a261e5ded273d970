/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands before musl's own pthread_arch.h: the thread pointer is a word that the TCB publishes,
 * not a segment register, which any code could change. */
#include <flexos/published.h>

static inline uintptr_t __get_tp(void) {
    return (uintptr_t)flexos_published.tp;
}

#define MC_PC gregs[REG_RIP]
