/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An image that the kernel has stopped at a fault: what happened, its registers, its memory.
 *
 * Reading is by ptrace and process_vm_readv, which protection keys do not hinder. Everything read
 * here was written by a program that may be hostile: callers bound every length and every loop.
 */
#ifndef PLATFORM_LINUX_STOPPED_H
#define PLATFORM_LINUX_STOPPED_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

struct stopped {
    pid_t pid;
    int signal;
    siginfo_t info;
    bool have_registers;
    struct user_regs_struct registers;
    bool have_pkru;
    uint32_t pkru;
    bool copy;  /* a forked copy of the image, not the image itself */
    bool dying; /* the kernel kills it without a signal (seccomp) */
};

/* Fills everything but `signal`, `copy` and `dying`. 0 or a negative errno. */
int stopped_examine(struct stopped *stopped, pid_t pid);

/* Reads exactly `size` bytes, or returns false. */
bool stopped_read(const struct stopped *stopped, uint64_t address, void *buffer, size_t size);

#endif
