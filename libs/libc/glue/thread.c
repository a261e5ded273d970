/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads of musl on the scheduler: start, end, thread pointer. musl's struct pthread and thread
 * local data lie where musl puts them; the stack that it allocates is only used for that, a
 * thread runs on stacks that the TCB makes for each compartment. */
#define _GNU_SOURCE
#include "internal.h"

#include <sched.h>
#include <stdarg.h>

#include "pthread_impl.h"

/* What a thread clears and wakes at its end; doubles as the list of living threads. */
static struct life {
    int *clear;
    bool alive;
} life[FLEXOS_MAX_THREADS];

static unsigned end = 1;

struct birth {
    int (*func)(void *);
    void *arg;
};

LIBC_HIDDEN bool libc_thread_alive(unsigned thread) {
    return thread == 0 || life[thread].alive;
}

LIBC_HIDDEN unsigned libc_threads_end(void) {
    return end;
}

static void thread_main(void *argument) {
    struct birth birth = *(struct birth *)argument;
    sys_exit(birth.func(birth.arg));
}

/* Only threads can be cloned. `stack` is memory below which nothing is used yet: the start
 * parameters go there, and the scheduler runs the thread not before the caller waits. */
int __clone(int (*func)(void *), void *stack, int flags, void *arg, ...) {
    struct birth *birth = (struct birth *)((uintptr_t)stack & ~(uintptr_t)15) - 1;
    va_list rest;
    if ((flags & (CLONE_VM | CLONE_THREAD)) != (CLONE_VM | CLONE_THREAD)) {
        return -ENOSYS;
    }
    va_start(rest, arg);
    int *parent_tid = va_arg(rest, int *);
    void *tp = va_arg(rest, void *);
    int *clear = va_arg(rest, int *);
    va_end(rest);
    *birth = (struct birth){func, arg};
    int thread = sched_spawn(thread_main, birth);
    if (thread < 0) {
        return thread;
    }
    int error = flags & CLONE_SETTLS ? flexos_thread_set_tp(thread, tp) : 0;
    if (error < 0) {
        return error;
    }
    life[thread] = (struct life){flags & CLONE_CHILD_CLEARTID ? clear : NULL, true};
    end = (unsigned)thread >= end ? (unsigned)thread + 1 : end;
    libc_signal_inherit((unsigned)thread);
    if (flags & CLONE_PARENT_SETTID) {
        *parent_tid = thread + 1;
    }
    return thread + 1;
}

int __set_thread_area(void *tp) {
    return flexos_thread_set_tp((int)libc_thread(), tp);
}

long sys_set_tid_address(int *addr) {
    life[libc_thread()] = (struct life){addr, true};
    return (long)libc_thread() + 1;
}

long sys_gettid(void) {
    return (long)libc_thread() + 1;
}

long sys_exit(int status) {
    struct life *own = &life[libc_thread()];
    int *clear = own->clear;
    (void)status;
    *own = (struct life){NULL, false};
    if (clear) {
        *clear = 0;
        sched_wake((uintptr_t)clear, 1);
    }
    sched_exit();
}

long sys_exit_group(int status) {
    flexos_exit(status);
}

/* A detached thread frees the memory in which its struct pthread lies, and ends. It stands on a
 * stack of the TCB, so nothing is pulled away under it; but from here on it has no thread pointer.
 */
_Noreturn void __unmapself(void *base, size_t size) {
    struct life *own = &life[libc_thread()];
    int *clear = own->clear;
    *own = (struct life){NULL, false};
    sys_munmap(base, size);
    if (clear) {
        *clear = 0;
        sched_wake((uintptr_t)clear, 1);
    }
    sched_exit();
}

/* Functions that Linux would run in every thread concern state that exists once here. */
void __synccall(void (*func)(void *), void *context) {
    func(context);
}

long sys_set_robust_list(void *head, size_t len) {
    (void)head; /* robust mutexes are released by __pthread_exit; no thread ends otherwise */
    return len == 3 * sizeof(long) ? 0 : -EINVAL;
}

long sys_get_robust_list(int pid, void **head, size_t *len) {
    (void)pid;
    (void)head;
    (void)len;
    return -EPERM;
}

long sys_membarrier(int cmd, int flags) {
    (void)cmd; /* one kernel thread: memory is in order for all */
    return flags ? -EINVAL : 0;
}
