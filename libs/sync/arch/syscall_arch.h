/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands before musl's own syscall_arch.h: of system calls these functions only make futex, which
 * glue/futex.c answers. */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

__attribute__((__visibility__("hidden"))) long __sync_futex(volatile int *addr, int op, int value,
                                                            unsigned long timeout_or_count,
                                                            volatile int *addr2, int cancellable);

static __inline __attribute__((__always_inline__)) long
__sync_call(long n, long a, long b, long c, long d, long e, int cancellable) {
    return n == SYS_futex ? __sync_futex((volatile int *)a, (int)b, (int)c, (unsigned long)d,
                                         (volatile int *)e, cancellable)
                          : -38; /* -ENOSYS */
}

static __inline __attribute__((__always_inline__)) long
__syscall_cp(long n, long a, long b, long c, long d, long e, long f) {
    (void)f;
    return __sync_call(n, a, b, c, d, e, 1);
}

static __inline long __syscall2(long n, long a, long b) {
    return __sync_call(n, a, b, 0, 0, 0, 0);
}

static __inline long __syscall3(long n, long a, long b, long c) {
    return __sync_call(n, a, b, c, 0, 0, 0);
}

static __inline long __syscall4(long n, long a, long b, long c, long d) {
    return __sync_call(n, a, b, c, d, 0, 0);
}

static __inline long __syscall5(long n, long a, long b, long c, long d, long e) {
    return __sync_call(n, a, b, c, d, e, 0);
}

static __inline long __syscall6(long n, long a, long b, long c, long d, long e, long f) {
    (void)f;
    return __sync_call(n, a, b, c, d, e, 0);
}
