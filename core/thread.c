/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads of the image: numbers, the stacks on which the TCB switches, and nothing else. The
 * scheduler decides who runs; this file validates the number and switches.
 *
 * Invariants: threads[flexos_published.current] is ALIVE; `sp` of every other ALIVE thread is the
 * stack pointer that flexos_stack_switch or flexos_stack_prepare left; FREE numbers are linked
 * through `next_free`. The stack of a thread that has ended is freed by the thread that runs next
 * (`leaving`), because nobody can free the stack under himself.
 */
#include "core/tcb.h"
#include "flexos/core.h"

#define EAGAIN 11
#define ENOMEM 12
#define EINVAL 22
#define ESRCH 3
#define NOBODY UINT32_MAX

enum state { FREE, ALIVE };

static struct thread {
    uintptr_t sp; /* of its switching stack, while it does not run */
    void *tp;
    uint64_t serial;
    uint32_t state;
    uint32_t next_free;
} threads[FLEXOS_MAX_THREADS];

static uint32_t first_free = NOBODY; /* numbers that were used before */
static uint32_t never_used;          /* numbers from here on never were */
static uint32_t leaving = NOBODY;
static uint64_t born; /* threads made so far */

static bool alive(int tid) {
    return tid >= 0 && (uint32_t)tid < flexos_published.threads && threads[tid].state == ALIVE;
}

static uint32_t take_number(void) {
    uint32_t tid = first_free;
    if (tid != NOBODY) {
        first_free = threads[tid].next_free;
    } else if (never_used < flexos_published.threads) {
        tid = never_used++;
    }
    return tid;
}

static void give_number(uint32_t tid) {
    threads[tid].state = FREE;
    threads[tid].next_free = first_free;
    first_free = tid;
}

/* Runs first on every stack that has just been switched to. */
static void arrived(void) {
    if (leaving != NOBODY) {
        const uint32_t gone = leaving;
        leaving = NOBODY;
        flexos_mechanism_thread_gone(gone);
        flexos_stack_free(flexos_mechanism_switch_arena(), gone);
        give_number(gone);
    }
}

_Noreturn void flexos_thread_first(void (*entry)(void *), void *arg) {
    arrived();
    entry(arg);
    flexos_panic(__FILE__, __LINE__, "the first function of a thread returned");
}

_Noreturn void flexos_boot(void (*next)(void)) {
    const uint32_t tid = take_number();
    flexos_assert(tid == 0);
    const uintptr_t top = flexos_stack_make(flexos_mechanism_switch_arena(), tid);
    flexos_assert(top != 0);
    threads[tid].state = ALIVE;
    flexos_published.serial = threads[tid].serial = ++born;
    flexos_mechanism_thread_made(tid, top);
    flexos_stack_enter(top, next);
}

int flexos_thread_create(void (*entry)(void *), void *arg) {
    if (!flexos_mechanism_entry((uintptr_t)entry, flexos_caller)) {
        return -EINVAL;
    }
    const uint32_t tid = take_number();
    if (tid == NOBODY) {
        return -EAGAIN;
    }
    const uintptr_t top = flexos_stack_make(flexos_mechanism_switch_arena(), tid);
    if (top == 0) {
        give_number(tid);
        return -ENOMEM;
    }
    threads[tid].sp = flexos_stack_prepare(top, entry, arg);
    threads[tid].tp = NULL;
    threads[tid].serial = ++born;
    threads[tid].state = ALIVE;
    flexos_mechanism_thread_made(tid, top);
    return (int)tid;
}

static void switch_to(uint32_t tid) {
    struct thread *from = &threads[flexos_published.current];
    flexos_mechanism_thread_switch(flexos_published.current, tid);
    flexos_published.current = tid;
    flexos_published.tp = threads[tid].tp;
    flexos_published.serial = threads[tid].serial;
    flexos_stack_switch(&from->sp, threads[tid].sp);
    arrived();
}

int flexos_thread_switch(int tid) {
    if (!alive(tid)) {
        return -ESRCH;
    }
    if ((uint32_t)tid != flexos_published.current) {
        switch_to((uint32_t)tid);
    }
    return 0;
}

_Noreturn void flexos_thread_exit(int next) {
    const uint32_t self = flexos_published.current;
    if (!alive(next) || (uint32_t)next == self) {
        flexos_panic(__FILE__, __LINE__, "flexos_thread_exit: no such next thread");
    }
    leaving = self;
    switch_to((uint32_t)next);
    flexos_panic(__FILE__, __LINE__, "a thread that has ended runs again");
}

int flexos_thread_set_tp(int tid, void *tp) {
    if (!alive(tid)) {
        return -ESRCH;
    }
    threads[tid].tp = tp;
    if ((uint32_t)tid == flexos_published.current) {
        flexos_published.tp = tp;
    }
    return 0;
}
