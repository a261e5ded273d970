/* SPDX-License-Identifier: BSD-3-Clause */
/* Protection keys of the host kernel, for mechanisms that use them. Only during the start. */
#include "linux.h"

int flexos_host_key_allocate(void) {
    return (int)linux_call2(LINUX_PKEY_ALLOC, 0, 0); /* rights 0: open for us from now on */
}

int flexos_host_key_protect(uintptr_t addr, size_t len, int key) {
    return (int)linux_call4(LINUX_PKEY_MPROTECT, addr, len, LINUX_PROT_READ | LINUX_PROT_WRITE,
                            key);
}

/* In the child: reads a page whose key is closed; must die of that. The kernel closes the key when
   it hands it out again, so no PKRU write of our own is needed. */
static _Noreturn void try_denied(int key) {
    const struct linux_rlimit none = {0, 0};
    linux_call4(LINUX_PRLIMIT, 0, LINUX_RLIMIT_CORE, &none, 0);
    const long page =
        linux_call6(LINUX_MMAP, 0, FLEXOS_PAGE_SIZE, LINUX_PROT_READ | LINUX_PROT_WRITE,
                    LINUX_MAP_PRIVATE | LINUX_MAP_ANONYMOUS, -1, 0);
    *(volatile char *)page = 1;
    linux_call1(LINUX_PKEY_FREE, key);
    if (linux_call2(LINUX_PKEY_ALLOC, 0, LINUX_PKEY_DISABLE_ACCESS) != key ||
        flexos_host_key_protect((uintptr_t)page, FLEXOS_PAGE_SIZE, key) < 0) {
        flexos_host_exit(2);
    }
    flexos_host_exit(*(volatile char *)page != 1);
}

bool flexos_host_key_enforced(int key) {
    int status = 0;
    const long child = linux_call0(LINUX_CLONE); /* a fork whose end sends no signal */
    if (child == 0) {
        try_denied(key);
    }
    return child > 0 && linux_call4(LINUX_WAIT4, child, &status, LINUX_WAIT_ALL, 0) == child &&
           (status & 0x7f) == LINUX_SIGSEGV;
}
