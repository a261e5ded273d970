/* SPDX-License-Identifier: BSD-3-Clause */
/* Stacks belong to the TCB: one for each thread and compartment, of the size that the configuration
 * says. What musl would use as a stack only holds the thread's own data, so by default it is small;
 * and the attributes of a thread tell of its stack in libc's compartment. */
#define _GNU_SOURCE
#include "internal.h"

#include <pthread.h>

#include "pthread_impl.h"

extern char flexos_compartment_id[]; /* absolute */

LIBC_HIDDEN unsigned __default_stacksize = PTHREAD_STACK_MIN;
LIBC_HIDDEN unsigned __default_guardsize = 0;

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr) {
    const uintptr_t slot = flexos_published.stack_slot;
    const uintptr_t arena =
        FLEXOS_ARENA_BASE + (uintptr_t)flexos_compartment_id * FLEXOS_ARENA_SIZE;
    *attr = (pthread_attr_t){0};
    attr->_a_detach = thread->detach_state >= DT_DETACHED;
    attr->_a_guardsize = FLEXOS_PAGE_SIZE;
    attr->_a_stackaddr = arena + (uintptr_t)thread->tid * slot; /* the end: tid counts from 1 */
    attr->_a_stacksize = slot - FLEXOS_PAGE_SIZE;
    return 0;
}
