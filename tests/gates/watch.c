/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs an image under ptrace and says in one line how it ended: "exit STATUS", "trap REASON FROM
 * TO" (core/trap.h), or "signal NAME [key K] at SYMBOLIC-ADDRESS". `watch --alignment` says whether
 * this machine has the alignment check (exit status 0).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static int alignment(void) {
    const pid_t child = fork();
    int status;
    if (child == 0) {
        __asm__ volatile("pushfq; orl $0x40000, (%%rsp); popfq; mov 1(%%rsp), %%eax; pushfq;"
                         "andl $~0x40000, (%%rsp); popfq" ::
                             : "rax", "memory", "cc");
        _exit(0);
    }
    waitpid(child, &status, 0);
    return !(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static void report(pid_t child, int signal_number) {
    struct user_regs_struct regs;
    siginfo_t info;
    ptrace(PTRACE_GETREGS, child, 0, &regs);
    ptrace(PTRACE_GETSIGINFO, child, 0, &info);
    errno = 0;
    const long word = ptrace(PTRACE_PEEKTEXT, child, regs.rip, 0);
    const unsigned char *b = (const unsigned char *)&word;
    if (signal_number == SIGILL && errno == 0 &&
        memcmp(b,
               "\x0f\x0b"
               "Fx",
               4) == 0) {
        printf("trap %d %d %d\n", b[4], b[5], b[6]);
    } else if (signal_number == SIGSEGV && info.si_code == SEGV_PKUERR) {
        printf("signal SEGV key %u address %p at %llx\n", (unsigned)info.si_pkey, info.si_addr,
               regs.rip);
    } else {
        printf("signal %s code %d address %p at %llx\n", sigabbrev_np(signal_number), info.si_code,
               info.si_addr, regs.rip);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: watch IMAGE [ARGUMENT...] | watch --alignment\n");
        return 2;
    }
    if (strcmp(argv[1], "--alignment") == 0) {
        return alignment();
    }
    const pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        execv(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    for (int status; waitpid(child, &status, 0) == child;) {
        if (WIFEXITED(status)) {
            printf("exit %d\n", WEXITSTATUS(status));
            return 0;
        }
        if (WIFSIGNALED(status)) {
            printf("killed by %s\n", sigabbrev_np(WTERMSIG(status)));
            return 0;
        }
        if (WSTOPSIG(status) == SIGTRAP) {
            ptrace(PTRACE_CONT, child, 0, 0);
            continue;
        }
        report(child, WSTOPSIG(status));
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return 0;
    }
    return 2;
}
