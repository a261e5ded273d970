/* SPDX-License-Identifier: BSD-3-Clause */
/* pthread_cancel without signals: the request is a flag that cancellation points look at before and
 * after their call (arch/syscall_arch.h); a thread that waits is woken with -EINTR. Asynchronous
 * cancellation of another thread happens at its next cancellation point. */
#define _GNU_SOURCE
#include "internal.h"

#include "pthread_impl.h"
#include <sys/syscall.h>

int __flexos_cancels;

LIBC_HIDDEN long __cancel(void);

long __cancel(void) {
    pthread_t self = __pthread_self();
    if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync) {
        pthread_exit(PTHREAD_CANCELED);
    }
    self->canceldisable = PTHREAD_CANCEL_DISABLE; /* masked: the caller sees ECANCELED once */
    return -ECANCELED;
}

/* close() must not be given up half way: its descriptor would leak. */
LIBC_HIDDEN long __flexos_cancel_before(long n) {
    pthread_t self = __pthread_self();
    if (!self->cancel || self->canceldisable == PTHREAD_CANCEL_DISABLE ||
        (self->canceldisable && n == SYS_close)) {
        return 0;
    }
    return __cancel();
}

LIBC_HIDDEN long __flexos_cancel_after(long n, long result) {
    pthread_t self = __pthread_self();
    if (result == -EINTR && n != SYS_close && self->cancel &&
        self->canceldisable != PTHREAD_CANCEL_DISABLE) {
        return __cancel();
    }
    return result;
}

void __testcancel(void) {
    pthread_t self = __pthread_self();
    if (self->cancel && !self->canceldisable) {
        __cancel();
    }
}

int pthread_cancel(pthread_t thread) {
    __flexos_cancels = 1;
    a_store(&thread->cancel, 1);
    if (thread == pthread_self()) {
        if (thread->canceldisable == PTHREAD_CANCEL_ENABLE && thread->cancelasync) {
            pthread_exit(PTHREAD_CANCELED);
        }
        return 0;
    }
    return thread->tid > 0 ? -sched_interrupt(thread->tid - 1) : ESRCH;
}
