/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The part of the Linux x86-64 system call interface that the platform uses: numbers, structures,
 * and the one function that enters the kernel. Written down here because the image is compiled
 * without the host's headers. Source: the kernel's user-space API (stable), man-pages section 2.
 */
#ifndef FLEXOS_LINUX_KERNEL_H
#define FLEXOS_LINUX_KERNEL_H

#define LINUX_READ 0
#define LINUX_WRITE 1
#define LINUX_OPEN 2
#define LINUX_CLOSE 3
#define LINUX_MMAP 9
#define LINUX_MPROTECT 10
#define LINUX_MUNMAP 11
#define LINUX_READV 19
#define LINUX_WRITEV 20
#define LINUX_MADVISE 28
#define LINUX_SENDMSG 46
#define LINUX_RECVMSG 47
#define LINUX_CLONE 56
#define LINUX_WAIT4 61
#define LINUX_PRCTL 157
#define LINUX_CLOCK_GETTIME 228
#define LINUX_EXIT_GROUP 231
#define LINUX_PPOLL 271
#define LINUX_PRLIMIT 302
#define LINUX_SECCOMP 317
#define LINUX_GETRANDOM 318
#define LINUX_PKEY_MPROTECT 329
#define LINUX_PKEY_ALLOC 330
#define LINUX_PKEY_FREE 331
#define LINUX_CLOSE_RANGE 436

#define LINUX_EINTR 4
#define LINUX_EAGAIN 11
#define LINUX_EFAULT 14
#define LINUX_ENODEV 19
#define LINUX_EINVAL 22
#define LINUX_ENOSPC 28
#define LINUX_ERANGE 34
#define LINUX_ENOSYS 38
#define LINUX_EMSGSIZE 90

#define LINUX_PROT_NONE 0
#define LINUX_PROT_READ 1
#define LINUX_PROT_WRITE 2
#define LINUX_MAP_SHARED 1
#define LINUX_MAP_PRIVATE 2
#define LINUX_MAP_ANONYMOUS 0x20
#define LINUX_MAP_NORESERVE 0x4000
#define LINUX_MAP_FIXED_NOREPLACE 0x100000
#define LINUX_MADV_DONTNEED 4
#define LINUX_PKEY_DISABLE_ACCESS 1

#define LINUX_CLOCK_REALTIME 0
#define LINUX_CLOCK_MONOTONIC 1

#define LINUX_POLLIN 1
#define LINUX_POLLOUT 4
#define LINUX_MSG_DONTWAIT 0x40
#define LINUX_MSG_NOSIGNAL 0x4000

#define LINUX_AT_PHDR 3
#define LINUX_AT_PHNUM 5
#define LINUX_PT_LOAD 1
#define LINUX_PF_X 1
#define LINUX_PF_W 2

#define LINUX_PR_SET_NO_NEW_PRIVS 38
#define LINUX_PR_SET_SYSCALL_USER_DISPATCH 59
#define LINUX_PR_SYS_DISPATCH_ON 1
#define LINUX_SECCOMP_SET_MODE_FILTER 1
#define LINUX_AUDIT_ARCH_X86_64 0xc000003e
#define LINUX_RLIMIT_CORE 4
#define LINUX_WAIT_ALL 0x40000000 /* __WALL */
#define LINUX_SIGSEGV 11

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct linux_timespec {
    int64_t seconds, nanoseconds;
};

struct linux_pollfd {
    int fd;
    short events, revents;
};

struct linux_iovec {
    const void *base;
    size_t len;
};

struct linux_msghdr {
    void *name;
    uint32_t name_len, pad;
    struct linux_iovec *iov;
    size_t iov_len;
    void *control;
    size_t control_len;
    int flags, pad2;
};

struct linux_rlimit {
    uint64_t soft, hard;
};

struct linux_phdr {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

struct linux_filter {
    uint16_t code;
    uint8_t jump_true, jump_false;
    uint32_t value;
};

struct linux_filter_program {
    uint16_t len;
    const struct linux_filter *filter;
};

/* The only entry to the kernel in an image (syscall.S). Result as the kernel's: negative errno. */
long flexos_linux_call(long number, long a, long b, long c, long d, long e, long f);

/* Address behind its `syscall` instruction; the system call filter accepts no other. */
extern const char flexos_linux_call_return[];

#define linux_call0(n) flexos_linux_call(n, 0, 0, 0, 0, 0, 0)
#define linux_call1(n, a) flexos_linux_call(n, (long)(a), 0, 0, 0, 0, 0)
#define linux_call2(n, a, b) flexos_linux_call(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define linux_call3(n, a, b, c) flexos_linux_call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define linux_call4(n, a, b, c, d)                                                                 \
    flexos_linux_call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define linux_call5(n, a, b, c, d, e)                                                              \
    flexos_linux_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define linux_call6(n, a, b, c, d, e, f)                                                           \
    flexos_linux_call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#endif

#endif
