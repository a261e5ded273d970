/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands before musl's own pthread_arch.h. In libc's compartment the thread pointer is libc's; in
 * another one that memory cannot be read, and all threads look like one in the C locale. */
#include <flexos/published.h>

extern __attribute__((__visibility__("hidden"))) const struct __pthread *__format_thread;

static inline uintptr_t __get_tp(void) {
    return __format_thread ? (uintptr_t)__format_thread : (uintptr_t)flexos_published.tp;
}

#define MC_PC gregs[REG_RIP]
