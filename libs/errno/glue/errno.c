/* SPDX-License-Identifier: BSD-3-Clause */
/* errno of the running thread in this compartment. The slots lie in the compartment's own data; a
 * gate to a library with `errno: true` copies the callee's slot to the caller's (docs/abi.md). */
#include <flexos/limits.h>
#include <flexos/published.h>

int flexos_errno_slots[FLEXOS_MAX_THREADS];

int *__errno_location(void);
int *__errno_location(void) {
    return &flexos_errno_slots[flexos_published.current];
}
