/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Services of the TCB that are independent of the platform: threads and memory.
 *
 * They are plain functions of compartment 0 and are reached through ordinary gates, so that a
 * compartment can call exactly those that its libraries refer to. Errors are negative errno
 * values. Every pointer argument must lie in memory of the caller (its arena, its linked data) or
 * in shared memory, else the call fails with -EFAULT. None of them blocks and none of them
 * schedules: the scheduler (libs/sched) decides, flexos_thread_switch switches.
 */
#ifndef FLEXOS_CORE_H
#define FLEXOS_CORE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes a thread that will run entry(arg) when it is first switched to. `entry` must be the start
 * of an entry thunk that the caller may use; the thread starts in the thunk's home. It must not
 * return: the last thing a thread does is flexos_thread_exit. Returns the thread's number, or
 * -EAGAIN (no number free), -EINVAL (not an entry), -ENOMEM.
 */
int flexos_thread_create(void (*entry)(void *), void *arg);

/* Continues thread `tid`; returns 0 when somebody switches back, -ESRCH for no such thread. */
int flexos_thread_switch(int tid);

/* Ends the current thread, frees its number and its stacks, continues thread `next`. */
_Noreturn void flexos_thread_exit(int next);

/* Sets the value that flexos_published.tp has while `tid` runs. */
int flexos_thread_set_tp(int tid, void *tp);

/* Gives the pages of [addr, addr + len) of the caller's heap back to the host; they read as zero
   afterwards. Both must be multiples of the page size. */
int flexos_memory_release(void *addr, size_t len);

#endif
