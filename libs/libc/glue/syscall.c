/* SPDX-License-Identifier: BSD-3-Clause */
/* syscall(2) with a number that is only known at run time. It reaches the calls for which a program
 * has no libc function, or uses the number on purpose; the others are refused, so that an image
 * does not contain every system call for the sake of this function. */
#define _GNU_SOURCE
#include "internal.h"

#include <stdarg.h>
#include <sys/syscall.h>

long syscall(long n, ...);
long syscall(long n, ...) {
    long a[6], result;
    va_list list;
    va_start(list, n);
    for (int i = 0; i < 6; i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    switch (n) {
    case SYS_gettid:
        result = sys_gettid();
        break;
    case SYS_getpid:
        result = sys_getpid();
        break;
    case SYS_futex:
        result = sys_futex((volatile int *)a[0], (int)a[1], (int)a[2], (const void *)a[3],
                           (volatile int *)a[4], (int)a[5]);
        break;
    case SYS_getrandom:
        result = sys_getrandom((void *)a[0], (size_t)a[1], (unsigned)a[2]);
        break;
    case SYS_tkill:
        result = sys_tkill((int)a[0], (int)a[1]);
        break;
    case SYS_tgkill:
        result = sys_tkill((int)a[1], (int)a[2]);
        break;
    case SYS_exit_group:
        result = sys_exit_group((int)a[0]);
        break;
    case SYS_membarrier:
        result = sys_membarrier((int)a[0], (int)a[1]);
        break;
    default:
        result = -ENOSYS;
    }
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return result;
}
