/* SPDX-License-Identifier: BSD-3-Clause */
/* Tries a protection key in a child process; see keys.h. */
#include "keys.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENFORCED = 1, NO_KEYS, NO_MEMORY, NOT_ENFORCED };

static void caught(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)context;
    _exit(info->si_code == SEGV_PKUERR ? ENFORCED : NOT_ENFORCED);
}

_Noreturn static void try(void) {
    struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    volatile char *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        _exit(NO_MEMORY);
    }
    *page = 1;
    int key = pkey_alloc(0, PKEY_DISABLE_ACCESS);
    if (key < 0 || pkey_mprotect((void *)(uintptr_t)page, 4096, PROT_READ | PROT_WRITE, key)) {
        _exit(NO_KEYS);
    }
    char value = *page; /* must not come back */
    (void)value;
    _exit(NOT_ENFORCED);
}

bool keys_enforced(const char **why) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        try();
    }
    if (pid < 0) {
        *why = "no process could be made to try";
        return false;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    int result = WIFEXITED(status) ? WEXITSTATUS(status) : NOT_ENFORCED;
    *why = result == NO_KEYS     ? "this host has no memory protection keys"
           : result == NO_MEMORY ? "there is no memory to try"
                                 : "this host has memory protection keys but does not enforce them";
    return result == ENFORCED;
}
