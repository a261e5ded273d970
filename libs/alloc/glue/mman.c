/* SPDX-License-Identifier: BSD-3-Clause */
/* mmap and its relatives for the programs of this compartment. Anonymous memory is page runs of the
 * heap. A private mapping of a file is a copy of it, made when it is mapped; shared mappings of
 * files do not exist. Page protections are not changed: compartments are the unit of protection;
 * PROT_EXEC is refused. */
#define _GNU_SOURCE
#include "pages.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static void *fail(int error) {
    errno = error;
    return MAP_FAILED;
}

static void *map_file(size_t len, int fd, off_t offset) {
    char *pages = pages_map(len);
    if (!pages) {
        return fail(ENOMEM);
    }
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(fd, pages + done, len - done, offset + (off_t)done);
        if (n < 0) {
            int error = errno;
            pages_unmap(pages, len);
            return fail(error);
        }
        if (n == 0) {
            break; /* behind the end of the file: zeroes */
        }
        done += (size_t)n;
    }
    return pages;
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset) {
    (void)addr;
    if (len == 0 || len > PTRDIFF_MAX || offset % 4096 != 0) {
        return fail(EINVAL);
    }
    if ((flags & MAP_FIXED) != 0) {
        return fail(EINVAL);
    }
    if ((prot & PROT_EXEC) != 0) {
        return fail(EACCES);
    }
    if ((flags & MAP_ANON) == 0) {
        return (flags & MAP_TYPE) == MAP_PRIVATE ? map_file(len, fd, offset) : fail(ENODEV);
    }
    void *pages = pages_map(len);
    return pages ? pages : fail(ENOMEM);
}

static int result(int error) {
    if (error != 0) {
        errno = -error;
        return -1;
    }
    return 0;
}

int munmap(void *addr, size_t len) {
    return result(pages_unmap(addr, len));
}

void *mremap(void *addr, size_t old_len, size_t new_len, int flags, ...) {
    if ((flags & ~MREMAP_MAYMOVE) != 0) {
        return fail(EINVAL);
    }
    void *pages = pages_remap(addr, old_len, new_len, (flags & MREMAP_MAYMOVE) != 0);
    return pages ? pages : fail(ENOMEM);
}

int mprotect(void *addr, size_t len, int prot) {
    (void)addr;
    (void)len;
    return (prot & PROT_EXEC) != 0 ? result(-EACCES) : 0;
}

int madvise(void *addr, size_t len, int advice) {
    return advice == MADV_DONTNEED ? result(pages_drop(addr, len)) : 0;
}

int posix_madvise(void *addr, size_t len, int advice) {
    (void)addr;
    (void)len;
    (void)advice;
    return 0;
}

int msync(void *addr, size_t len, int flags) {
    (void)addr;
    (void)len;
    (void)flags;
    return 0;
}

/* The image never pages its memory out. */
int mlock(const void *addr, size_t len) {
    (void)addr;
    (void)len;
    return 0;
}

int munlock(const void *addr, size_t len) {
    (void)addr;
    (void)len;
    return 0;
}

int mlockall(int flags) {
    (void)flags;
    return 0;
}

int munlockall(void) {
    return 0;
}
