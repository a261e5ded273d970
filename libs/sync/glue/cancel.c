/* SPDX-License-Identifier: BSD-3-Clause */
/* Cancellation and cleanup handlers. */
#include "internal.h"

void pthread_testcancel(void) {
    if (sync_home.test_cancel)
        sync_home.test_cancel();
}

void __pthread_testcancel(void) __attribute__((alias("pthread_testcancel")));

void __do_cleanup_push(struct __ptcb *handler) {
    struct pthread *self = __pthread_self();
    handler->__next = self->cancelbuf;
    self->cancelbuf = handler;
}

void __do_cleanup_pop(struct __ptcb *handler) {
    __pthread_self()->cancelbuf = handler->__next;
}
