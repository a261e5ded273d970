/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

extern char flexos_dss_offset[]
    __attribute__((weak)); /* 0 in an image without isolation; weak, or the compiler takes
                               it for an address, which is never 0 */

static volatile int got, code, nested;
static sigjmp_buf jump;

static void note(int sig) {
    got = got * 100 + sig;
}

static void note_info(int sig, siginfo_t *info, void *context) {
    got = sig;
    code = info->si_signo + (context != NULL);
}

static void raise_other(int sig) {
    raise(SIGUSR2);
    nested = got; /* 0: SIGUSR2 is blocked meanwhile */
    got = got * 100 + sig;
}

static void leave(int sig) {
    siglongjmp(jump, sig);
}

static void set(int sig, void (*handler)(int), int flags, int blocked) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    if (blocked) {
        sigaddset(&action.sa_mask, blocked);
    }
    sigaction(sig, &action, NULL);
}

static void *send_later(void *target) {
    usleep(10000);
    pthread_kill(*(pthread_t *)target, SIGUSR1);
    return NULL;
}

static void interrupted_sleep(int flags) {
    pthread_t self = pthread_self(), other;
    struct timespec request = {20, 0}, left = {0, 0};
    set(SIGUSR1, note, flags, 0);
    got = 0;
    pthread_create(&other, NULL, send_later, &self);
    int result = nanosleep(&request, &left);
    pthread_join(other, NULL);
    CHECK(got == SIGUSR1);
    CHECK(result == -1 && errno == EINTR && left.tv_sec > 0);
}

static void alarms(void) {
    struct itimerval value = {{0, 5000}, {0, 5000}};
    set(SIGALRM, note, 0, 0);
    got = 0;
    setitimer(ITIMER_REAL, &value, NULL);
    pause();
    CHECK(got == SIGALRM);
    pause();
    memset(&value, 0, sizeof value);
    setitimer(ITIMER_REAL, &value, NULL);
    CHECK(got == SIGALRM * 101);
    alarm(100);
    CHECK(alarm(0) >= 99);
}

void test_signals(void) {
    sigset_t set_, old;
    struct sigaction action;
    set(SIGUSR1, note, 0, 0);
    raise(SIGUSR1);
    CHECK(got == SIGUSR1);
    got = 0;
    sigemptyset(&set_);
    sigaddset(&set_, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set_, &old);
    kill(getpid(), SIGUSR1);
    CHECK(got == 0);
    sigpending(&old);
    CHECK(sigismember(&old, SIGUSR1) == 1);
    sigprocmask(SIG_UNBLOCK, &set_, NULL);
    CHECK(got == SIGUSR1);
    memset(&action, 0, sizeof action);
    action.sa_sigaction = note_info;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK(got == SIGUSR1 && code == SIGUSR1 + 1);
    sigaction(SIGUSR1, NULL, &action);
    CHECK(action.sa_handler == SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    raise(SIGCHLD);
    set(SIGUSR1, raise_other, 0, SIGUSR2);
    set(SIGUSR2, note, 0, 0);
    got = 0;
    raise(SIGUSR1);
    CHECK(nested == 0 && got == SIGUSR1 * 100 + SIGUSR2);
    set(SIGUSR1, leave, 0, 0);
    if (sigsetjmp(jump, 1) == 0) {
        raise(SIGUSR1);
        CHECK(!"raise came back");
    }
    sigprocmask(SIG_BLOCK, NULL, &old);
    if ((uintptr_t)flexos_dss_offset == 0) { /* isolated images do not save the mask (jump.inc) */
        CHECK(sigismember(&old, SIGUSR1) == 0);
    }
    sigprocmask(SIG_BLOCK, &set_, NULL);
    raise(SIGUSR1);
    struct timespec none = {0, 0};
    CHECK(sigtimedwait(&set_, NULL, &none) == SIGUSR1);
    CHECK(sigtimedwait(&set_, NULL, &none) == -1 && errno == EAGAIN);
    sigprocmask(SIG_UNBLOCK, &set_, NULL);
    interrupted_sleep(0);
    interrupted_sleep(SA_RESTART); /* sleeping is never repeated */
    alarms();
}
