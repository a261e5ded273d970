/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands before musl's own syscall_arch.h on the include path: an inline system call becomes a
 * plain call of the function that implements it. The number is a constant at nearly every place
 * that makes a call, so the switch below folds to one case and leaves one undefined symbol.
 *
 * Signals are delivered here and nowhere else: when a call returns and a signal is pending. A
 * cancellation point does the same for pthread_cancel. `__syscall_cp` is defined before musl
 * declares it, so that its number stays constant too.
 *
 * VDSO_USEFUL stays undefined: nothing goes behind the back of the library that owns time. */
#include <flexos/published.h>
#include <flexos/syscalls.h>

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)
#define IPC_64 0

/* Signals that libc itself keeps pending (raise, kill, alarm); glue/signal.c. */
extern __attribute__((__visibility__("hidden"))) unsigned long __flexos_pending;
/* pthread_cancel was called at least once; glue/cancel.c. */
extern __attribute__((__visibility__("hidden"))) int __flexos_cancels;
/* Deliver what the thread's mask allows. Non-zero: the call gave -EINTR and must be repeated. */
__attribute__((__visibility__("hidden"))) int __flexos_deliver(long result);
__attribute__((__visibility__("hidden"))) long __flexos_cancel_before(long n);
__attribute__((__visibility__("hidden"))) long __flexos_cancel_after(long n, long result);

#define FLEXOS_CALL0(n)
#define FLEXOS_CALL1(n, A)
#define FLEXOS_CALL2(n, A, B)
#define FLEXOS_CALL3(n, A, B, C)
#define FLEXOS_CALL4(n, A, B, C, D)
#define FLEXOS_CALL5(n, A, B, C, D, E)
#define FLEXOS_CALL6(n, A, B, C, D, E, F)
#define FLEXOS_CALL_ANY(n) long sys_##n(long, long, long, long, long, long);
#include "syscall_table.h"
#undef FLEXOS_CALL0
#undef FLEXOS_CALL1
#undef FLEXOS_CALL2
#undef FLEXOS_CALL3
#undef FLEXOS_CALL4
#undef FLEXOS_CALL5
#undef FLEXOS_CALL6
#undef FLEXOS_CALL_ANY

/* No number of the table: refused like an unknown call in Linux. */
#define FLEXOS_CALL0(n)                                                                            \
    case SYS_##n:                                                                                  \
        return sys_##n();
#define FLEXOS_CALL1(n, A)                                                                         \
    case SYS_##n:                                                                                  \
        return sys_##n((A)a);
#define FLEXOS_CALL2(n, A, B)                                                                      \
    case SYS_##n:                                                                                  \
        return sys_##n((A)a, (B)b);
#define FLEXOS_CALL3(n, A, B, C)                                                                   \
    case SYS_##n:                                                                                  \
        return sys_##n((A)a, (B)b, (C)c);
#define FLEXOS_CALL4(n, A, B, C, D)                                                                \
    case SYS_##n:                                                                                  \
        return sys_##n((A)a, (B)b, (C)c, (D)d);
#define FLEXOS_CALL5(n, A, B, C, D, E)                                                             \
    case SYS_##n:                                                                                  \
        return sys_##n((A)a, (B)b, (C)c, (D)d, (E)e);
#define FLEXOS_CALL6(n, A, B, C, D, E, F)                                                          \
    case SYS_##n:                                                                                  \
        return sys_##n((A)a, (B)b, (C)c, (D)d, (E)e, (F)f);
#define FLEXOS_CALL_ANY(n)                                                                         \
    case SYS_##n:                                                                                  \
        return sys_##n(a, b, c, d, e, f);

static __inline __attribute__((__always_inline__)) long
__flexos_dispatch(long n, long a, long b, long c, long d, long e, long f) {
    switch (n) {
#include "syscall_table.h"
    default:
        return -38; /* -ENOSYS */
    }
}

#undef FLEXOS_CALL0
#undef FLEXOS_CALL1
#undef FLEXOS_CALL2
#undef FLEXOS_CALL3
#undef FLEXOS_CALL4
#undef FLEXOS_CALL5
#undef FLEXOS_CALL6
#undef FLEXOS_CALL_ANY

static __inline __attribute__((__always_inline__)) int __flexos_signalled(void) {
    return __builtin_expect((*flexos_published.signals | __flexos_pending) != 0, 0);
}

/* Calls that tell of an interruption even if the handler asks for restarts (signal(7)). */
static __inline __attribute__((__always_inline__)) int __flexos_repeatable(long n) {
    switch (n) {
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
    case SYS_poll:
    case SYS_ppoll:
    case SYS_select:
    case SYS_pselect6:
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
    case SYS_pause:
    case SYS_rt_sigsuspend:
    case SYS_rt_sigtimedwait:
        return 0;
    default:
        return 1;
    }
}

static __inline __attribute__((__always_inline__)) long __syscall6(long n, long a, long b, long c,
                                                                   long d, long e, long f) {
    long result = __flexos_dispatch(n, a, b, c, d, e, f);
    if (__flexos_signalled())
        __flexos_deliver(0);
    return result;
}

static __inline __attribute__((__always_inline__)) long __syscall_cp(long n, long a, long b, long c,
                                                                     long d, long e, long f) {
    long result;
    if (__builtin_expect(__flexos_cancels, 0) && (result = __flexos_cancel_before(n)) != 0)
        return result;
    do
        result = __flexos_dispatch(n, a, b, c, d, e, f);
    while (__flexos_signalled() && __flexos_deliver(result) && __flexos_repeatable(n));
    if (__builtin_expect(__flexos_cancels, 0))
        result = __flexos_cancel_after(n, result);
    return result;
}

static __inline __attribute__((__always_inline__)) long __syscall0(long n) {
    return __syscall6(n, 0, 0, 0, 0, 0, 0);
}

static __inline __attribute__((__always_inline__)) long __syscall1(long n, long a) {
    return __syscall6(n, a, 0, 0, 0, 0, 0);
}

static __inline __attribute__((__always_inline__)) long __syscall2(long n, long a, long b) {
    return __syscall6(n, a, b, 0, 0, 0, 0);
}

static __inline __attribute__((__always_inline__)) long __syscall3(long n, long a, long b, long c) {
    return __syscall6(n, a, b, c, 0, 0, 0);
}

static __inline __attribute__((__always_inline__)) long __syscall4(long n, long a, long b, long c,
                                                                   long d) {
    return __syscall6(n, a, b, c, d, 0, 0);
}

static __inline __attribute__((__always_inline__)) long __syscall5(long n, long a, long b, long c,
                                                                   long d, long e) {
    return __syscall6(n, a, b, c, d, e, 0);
}
