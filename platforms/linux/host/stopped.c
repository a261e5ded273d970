/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads the state of a stopped image; see stopped.h. */
#include "stopped.h"

#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#ifndef NT_X86_XSTATE
#define NT_X86_XSTATE 0x202
#endif

#define XSTATE_PKRU 9    /* component number, Intel SDM volume 1 section 13.1 */
#define XSTATE_MAX 16384 /* AMX states reach about 11 KiB */

/* The kernel gives the state in the standard format, whose offsets are the processor's. */
static bool read_pkru(pid_t pid, uint32_t *pkru) {
    unsigned size, offset, c, d;
    if (!__get_cpuid_count(0xd, XSTATE_PKRU, &size, &offset, &c, &d) || size < 4) {
        return false;
    }

    static unsigned char state[XSTATE_MAX];
    struct iovec area = {state, sizeof state};
    if (ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &area) || area.iov_len < offset + 4) {
        return false;
    }

    memcpy(pkru, state + offset, sizeof *pkru); /* zeros when in its initial state, which is 0 */
    return true;
}

int stopped_examine(struct stopped *stopped, pid_t pid) {
    stopped->pid = pid;
    stopped->have_registers = false;
    stopped->have_pkru = read_pkru(pid, &stopped->pkru);
    if (ptrace(PTRACE_GETSIGINFO, pid, NULL, &stopped->info)) {
        memset(&stopped->info, 0, sizeof stopped->info);
    }
    struct iovec area = {&stopped->registers, sizeof stopped->registers};
    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &area)) {
        return -errno;
    }
    stopped->have_registers = true;
    return 0;
}

bool stopped_read(const struct stopped *stopped, uint64_t address, void *buffer, size_t size) {
    struct iovec local = {buffer, size};
    struct iovec remote = {(void *)(uintptr_t)address, size};
    return process_vm_readv(stopped->pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}
