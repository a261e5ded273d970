/* SPDX-License-Identifier: BSD-3-Clause */
/* Anonymous memory for libc itself, from the heap of libc's compartment (library alloc). Programs
 * get mmap from their own compartment's instance of alloc, not from here.
 *
 * Page protections are not changed: compartments are the unit of protection. So PROT_NONE and
 * PROT_READ are accepted and not enforced; PROT_EXEC is refused, no memory is ever executable. */
#define _GNU_SOURCE
#include "internal.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "pages.h"

long sys_mmap(void *addr, size_t len, int prot, int flags, int fd, long offset) {
    (void)addr;
    (void)fd;
    (void)offset;
    if (len == 0 || (flags & MAP_FIXED) != 0) {
        return -EINVAL;
    }
    if ((prot & PROT_EXEC) != 0) {
        return -EACCES;
    }
    if ((flags & MAP_ANON) == 0) {
        return -ENODEV;
    }
    void *pages = pages_map(len);
    return pages ? (long)pages : -ENOMEM;
}

long sys_munmap(void *addr, size_t len) {
    return pages_unmap(addr, len);
}

long sys_mremap(void *addr, size_t old_len, size_t new_len, int flags, void *new_addr) {
    (void)new_addr;
    if ((flags & ~MREMAP_MAYMOVE) != 0) {
        return -EINVAL;
    }
    void *pages = pages_remap(addr, old_len, new_len, (flags & MREMAP_MAYMOVE) != 0);
    return pages ? (long)pages : -ENOMEM;
}

long sys_mprotect(void *addr, size_t len, int prot) {
    (void)addr;
    (void)len;
    return (prot & PROT_EXEC) != 0 ? -EACCES : 0;
}

long sys_madvise(void *addr, size_t len, int advice) {
    return advice == MADV_DONTNEED ? pages_drop(addr, len) : 0;
}

/* All memory stays where it is: nothing is ever paged out by the image. */
long sys_mlock(const void *addr, size_t len) {
    (void)addr;
    (void)len;
    return 0;
}

long sys_munlock(const void *addr, size_t len) {
    (void)addr;
    (void)len;
    return 0;
}

long sys_mlockall(int flags) {
    (void)flags;
    return 0;
}

long sys_munlockall(void) {
    return 0;
}

/* There is no break. */
long sys_brk(void *addr) {
    (void)addr;
    return -ENOMEM;
}

static long returned(long result) {
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

/* The names under which the rest of musl maps memory. */
LIBC_HIDDEN void *__mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset) {
    return (void *)returned(sys_mmap(addr, len, prot, flags, fd, offset));
}

LIBC_HIDDEN int __munmap(void *addr, size_t len) {
    return (int)returned(sys_munmap(addr, len));
}

LIBC_HIDDEN void *__mremap(void *addr, size_t old_len, size_t new_len, int flags, ...) {
    return (void *)returned(sys_mremap(addr, old_len, new_len, flags, NULL));
}

LIBC_HIDDEN int __mprotect(void *addr, size_t len, int prot) {
    return (int)returned(sys_mprotect(addr, len, prot));
}

LIBC_HIDDEN int __madvise(void *addr, size_t len, int advice) {
    return (int)returned(sys_madvise(addr, len, advice));
}

/* Names for malloc inside musl, where a program may replace the public ones. */
LIBC_HIDDEN void *__libc_malloc(size_t size) {
    return malloc(size);
}

LIBC_HIDDEN void *__libc_calloc(size_t count, size_t size) {
    return calloc(count, size);
}

LIBC_HIDDEN void *__libc_realloc(void *object, size_t size) {
    return realloc(object, size);
}

LIBC_HIDDEN void __libc_free(void *object) {
    free(object);
}
