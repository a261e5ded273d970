/* SPDX-License-Identifier: BSD-3-Clause */
/* Signals. They arrive as bits: from the host (flexos_published.signals), from kill, raise and
 * timers of this image. They are delivered at one kind of place only, when a system call of libc
 * returns (arch/syscall_arch.h), so a handler never interrupts code that is not prepared for it.
 * A thread that computes without system calls sees no signal.
 *
 * What is pending for the process goes to the thread that finds it and does not block it; if it
 * blocks it, a thread that does not is woken. Real-time signals are not queued: one bit each. */
#define _GNU_SOURCE
#include "internal.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include <flexos/flexos.h>

#include "ksigaction.h"

enum { SIGNALS = 64 };

#define BIT(sig) (1UL << ((sig) - 1))
#define UNBLOCKABLE (BIT(SIGKILL) | BIT(SIGSTOP))
#define IGNORED_BY_DEFAULT                                                                         \
    (BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH) | BIT(SIGCONT) | BIT(SIGSTOP) | BIT(SIGTSTP) |     \
     BIT(SIGTTIN) | BIT(SIGTTOU))

struct thread_signals {
    uint64_t mask, pending;
};

/* The bits that may still be deliverable: of the process, or of any thread. Only a hint for the
 * inline test; the truth is in `process` and `threads`. */
unsigned long __flexos_pending;

static struct k_sigaction actions[SIGNALS + 1];
static struct thread_signals threads[FLEXOS_MAX_THREADS];
static uint64_t process;

static unsigned long mask_of(const struct k_sigaction *action) {
    unsigned long mask;
    memcpy(&mask, action->mask, sizeof mask);
    return mask;
}

static bool ignored(int sig) {
    void (*handler)(int) = actions[sig].handler;
    return handler == SIG_IGN || (handler == SIG_DFL && (BIT(sig) & IGNORED_BY_DEFAULT) != 0);
}

/* What every thread blocks is left out, or each system call would look at it in vain; unblocking
 * brings it back. */
static void update_hint(void) {
    unsigned long hint = 0;
    for (unsigned i = 0; i < libc_threads_end(); i++) {
        hint |= libc_thread_alive(i) ? (process | threads[i].pending) & ~threads[i].mask : 0;
    }
    __flexos_pending = hint;
}

/* Somebody must take what this thread blocks. */
static void wake_taker(uint64_t bits) {
    for (unsigned i = 0; i < libc_threads_end(); i++) {
        if (libc_thread_alive(i) && i != libc_thread() && (bits & ~threads[i].mask) != 0) {
            sched_interrupt((int)i);
            return;
        }
    }
}

static void run_handler(int sig, const struct k_sigaction *action, uint64_t *mask) {
    siginfo_t info __attribute__((flexos_share)) = {.si_signo = sig};
    ucontext_t context __attribute__((flexos_share));
    const uint64_t old = *mask;
    info.si_code = SI_USER;
    info.si_pid = LIBC_PID;
    memset(&context, 0, sizeof context);
    memcpy(&context.uc_sigmask, &old, sizeof old);
    *mask = old | mask_of(action) | (action->flags & SA_NODEFER ? 0 : BIT(sig));
    *mask &= ~UNBLOCKABLE;
    int saved = errno;
    void (*handler)(int, siginfo_t *, void *);
    memcpy(&handler, &action->handler, sizeof handler); /* plain handlers ignore the rest */
    handler(sig, &info, &context);
    errno = saved;
    memcpy(mask, &context.uc_sigmask, sizeof *mask);
    *mask &= ~UNBLOCKABLE;
}

/* One signal. Whether a call that it interrupted is to be repeated. */
static bool deliver_one(int sig, uint64_t *mask) {
    struct k_sigaction action = actions[sig];
    if (ignored(sig)) {
        return true;
    }
    if (action.handler == SIG_DFL) {
        flexos_exit(128 + sig);
    }
    if (action.flags & SA_RESETHAND) {
        actions[sig].handler = SIG_DFL;
    }
    run_handler(sig, &action, mask);
    return (action.flags & SA_RESTART) != 0;
}

LIBC_HIDDEN int __flexos_deliver(long result) {
    struct thread_signals *own = &threads[libc_thread()];
    bool repeat = true;
    uint64_t bits;
    if (*flexos_published.signals != 0) {
        process |= flexos_signals_take();
    }
    while ((bits = (process | own->pending) & ~own->mask) != 0) {
        int sig = __builtin_ctzl(bits) + 1;
        if (own->pending & BIT(sig)) {
            own->pending &= ~BIT(sig);
        } else {
            process &= ~BIT(sig);
        }
        repeat = deliver_one(sig, &own->mask) && repeat;
    }
    update_hint();
    if (process != 0) {
        wake_taker(process);
    }
    return result == -EINTR && repeat;
}

LIBC_HIDDEN void libc_signal_inherit(unsigned child) {
    threads[child] = (struct thread_signals){threads[libc_thread()].mask, 0};
}

LIBC_HIDDEN void libc_signal_raise(int sig) {
    process |= BIT(sig);
    __flexos_pending |= BIT(sig);
    if (threads[libc_thread()].mask & BIT(sig)) {
        wake_taker(BIT(sig));
    }
}

long sys_rt_sigaction(int sig, const struct k_sigaction *action, struct k_sigaction *old,
                      size_t mask_len) {
    if (sig < 1 || sig > SIGNALS || mask_len != sizeof(uint64_t) ||
        (action && (BIT(sig) & UNBLOCKABLE) != 0)) {
        return -EINVAL;
    }
    if (old) {
        *old = actions[sig];
    }
    if (action) {
        actions[sig] = *action;
        if (ignored(sig)) {
            process &= ~BIT(sig);
        }
    }
    return 0;
}

long sys_rt_sigprocmask(int how, const void *set, void *old, size_t len) {
    uint64_t *mask = &threads[libc_thread()].mask, bits = 0;
    if (len != sizeof *mask) {
        return -EINVAL;
    }
    if (set) {
        memcpy(&bits, set, sizeof bits);
    }
    if (old) {
        memcpy(old, mask, sizeof *mask);
    }
    if (!set) {
        return 0;
    }
    switch (how) {
    case SIG_BLOCK:
        *mask |= bits;
        break;
    case SIG_UNBLOCK:
        *mask &= ~bits;
        break;
    case SIG_SETMASK:
        *mask = bits;
        break;
    default:
        return -EINVAL;
    }
    *mask &= ~UNBLOCKABLE;
    __flexos_pending |= process | threads[libc_thread()].pending;
    return 0;
}

long sys_rt_sigpending(void *set, size_t len) {
    const struct thread_signals *own = &threads[libc_thread()];
    uint64_t bits = (process | own->pending) & own->mask;
    if (len > sizeof bits) {
        return -EINVAL;
    }
    memcpy(set, &bits, len);
    return 0;
}

/* Waits with another mask until a signal has been handled. */
long sys_rt_sigsuspend(const void *set, size_t len) {
    struct thread_signals *own = &threads[libc_thread()];
    const uint64_t old = own->mask;
    if (len != sizeof own->mask) {
        return -EINVAL;
    }
    memcpy(&own->mask, set, sizeof own->mask);
    own->mask &= ~UNBLOCKABLE;
    for (;;) {
        uint64_t ready;
        if (*flexos_published.signals != 0) {
            process |= flexos_signals_take();
        }
        ready = (process | own->pending) & ~own->mask;
        if (ready != 0) {
            bool all_ignored = true;
            for (uint64_t bits = ready; bits != 0; bits &= bits - 1) {
                all_ignored = all_ignored && ignored(__builtin_ctzl(bits) + 1);
            }
            __flexos_deliver(0);
            if (!all_ignored) {
                break;
            }
        } else {
            sched_wait_event(0, FLEXOS_EVENT_SIGNAL, SCHED_FOREVER);
        }
    }
    own->mask = old;
    __flexos_pending |= process | own->pending;
    return -EINTR;
}

long sys_pause(void) {
    return sys_rt_sigsuspend(&threads[libc_thread()].mask, sizeof(uint64_t));
}

long sys_rt_sigtimedwait(const void *set, void *info, const struct timespec *timeout, size_t len) {
    struct thread_signals *own = &threads[libc_thread()];
    uint64_t wanted, deadline;
    if (len != sizeof wanted || !libc_deadline(timeout, false, &deadline)) {
        return -EINVAL;
    }
    memcpy(&wanted, set, sizeof wanted);
    for (;;) {
        uint64_t bits;
        if (*flexos_published.signals != 0) {
            process |= flexos_signals_take();
        }
        bits = (process | own->pending) & wanted;
        if (bits != 0) {
            int sig = __builtin_ctzl(bits) + 1;
            process &= ~BIT(sig);
            own->pending &= ~BIT(sig);
            update_hint();
            if (info) {
                siginfo_t told = {.si_signo = sig, .si_code = SI_USER};
                memcpy(info, &told, sizeof told);
            }
            return sig;
        }
        if (sched_wait_event(0, FLEXOS_EVENT_SIGNAL, deadline) == -ETIMEDOUT) {
            return -EAGAIN;
        }
        if (((process | own->pending) & ~own->mask) != 0) {
            return -EINTR;
        }
    }
}

long sys_kill(int pid, int sig) {
    if (sig < 0 || sig > SIGNALS) {
        return -EINVAL;
    }
    if (pid != LIBC_PID && pid != 0 && pid != -1 && pid != -LIBC_PID) {
        return -ESRCH;
    }
    if (sig != 0) {
        libc_signal_raise(sig);
    }
    return 0;
}

long sys_tkill(int tid, int sig) {
    unsigned thread = (unsigned)tid - 1;
    if (sig < 0 || sig > SIGNALS || tid <= 0) {
        return -EINVAL;
    }
    if (thread >= flexos_published.threads || !libc_thread_alive(thread)) {
        return -ESRCH;
    }
    if (sig != 0) {
        threads[thread].pending |= BIT(sig);
        __flexos_pending |= BIT(sig);
        if (thread != libc_thread()) {
            sched_interrupt((int)thread);
        }
    }
    return 0;
}

long sys_rt_sigqueueinfo(int pid, int sig, void *info) {
    (void)info; /* values of queued signals are not kept */
    return sys_kill(pid, sig);
}

/* Handlers run on the stack of the thread; a second one has no use but is accepted. */
long sys_sigaltstack(const void *stack, void *old) {
    (void)stack;
    if (old) {
        stack_t none = {.ss_flags = SS_DISABLE};
        memcpy(old, &none, sizeof none);
    }
    return 0;
}

/* The kernel's return point of handlers: never reached, handlers are plain calls here. */
void __restore_rt(void);
void __restore_rt(void) {
}
