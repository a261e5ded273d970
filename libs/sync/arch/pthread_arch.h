/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands before musl's own pthread_arch.h: glue/self.c knows what this compartment may see of the
 * running thread. */
#include <stdint.h>

struct __pthread;
__attribute__((__visibility__("hidden"))) struct __pthread *__sync_self(void);

static inline uintptr_t __get_tp(void) {
    return (uintptr_t)__sync_self();
}

#define MC_PC gregs[REG_RIP]
