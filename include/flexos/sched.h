/* SPDX-License-Identifier: BSD-3-Clause */
/* Cooperative threads: the interface of library `sched`.
 *
 * One kernel thread runs all threads of the image; a thread runs until it waits, passes or exits.
 * So code that calls nothing of this file is atomic towards other threads and needs no lock. The
 * scheduler decides who runs, the trusted computing base
 * (<flexos/core.h>) switches.
 *
 * A wait is for a key: any number but 0, chosen by the caller (usually the address of what is
 * waited for) and never dereferenced here. Wakes can be spurious (another library may use the same
 * key): check the condition again after each wait. Between the check of a condition and sched_wait
 * nothing else runs, so no wake is lost.
 *
 * Deadlines are absolute, in nanoseconds of the monotonic clock (<flexos/time.h>); SCHED_FOREVER is
 * no deadline, 0 is past. Results are >= 0 or a negative errno. When no thread can ever run again,
 * the scheduler reports all waits and ends the image. */
#ifndef FLEXOS_SCHED_H
#define FLEXOS_SCHED_H

#include <stdint.h>

#include <flexos/interface.h>

#define SCHED_FOREVER UINT64_MAX

/* Number of threads that could run now, besides the current one. In shared memory, so that a loop
 * which finds its work without waiting can see for free whether it should pass. Only a hint: any
 * compartment can write it. */
extern volatile unsigned sched_ready;

/* Starts a thread that calls entry(arg), at the end of the run queue. Returns its id (never 0),
 * -EAGAIN or -ENOMEM. */
int sched_spawn(void (*entry)(void *) flexos_callback, void *arg flexos_opaque);

/* Ends the calling thread; its id and stacks are free afterwards. Ending the last thread ends the
 * image with status 0. */
_Noreturn void sched_exit(void);

/* Lets the other runnable threads run once. (POSIX owns the name sched_yield.) */
void sched_pass(void);

/* Id of the calling thread. */
int sched_self(void);

/* Waits until a wake of `key` (0) or the deadline (-ETIMEDOUT). Not interrupted by signals. */
int sched_wait(uintptr_t key, uint64_t deadline_ns);

/* Waits until a wake of `key` (0; key 0 = none), an event in `events` (FLEXOS_EVENT_* bits of
 * <flexos/platform.h>; returns those that happened) or the deadline (-ETIMEDOUT). With
 * FLEXOS_EVENT_SIGNAL in `events` a pending signal ends the wait with -EINTR. Each event is told to
 * one thread only, the one that began to wait last: it must handle the event, wake others by their
 * keys, and if it cannot, let another thread look (as vfs does with its network thread). Signals go
 * to the first thread of the image if it waits for them, else to any that does. */
int sched_wait_event(uintptr_t key, unsigned events, uint64_t deadline_ns);

/* Sleeps until the deadline (0), or until a signal is pending (-EINTR). */
int sched_sleep_until(uint64_t deadline_ns);

/* Wakes up to `count` threads that wait for `key`, longest waiting first (INT_MAX = all). Returns
 * how many. */
int sched_wake(uintptr_t key, int count);

/* Wakes up to `wake` waiters of `key`, lets up to `move` others wait for `to` instead, with their
 * deadlines (condition variables). Returns the sum. */
int sched_requeue(uintptr_t key, int wake, uintptr_t to, int move);

/* Ends the wait of one thread with -EINTR if it waits with FLEXOS_EVENT_SIGNAL (pthread_kill,
 * pthread_cancel). 0, or -ESRCH when there is no such thread. A thread that does not wait so is
 * left alone. */
int sched_interrupt(int tid);

#endif
