/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The address space of an image: the arenas, and what must not be in it.
 *
 * Arenas are reserved without commitment; memory comes with the first touch. An image without
 * mechanism has the same addresses with one compartment, 1.
 */
#include "linux.h"

static void map(uintptr_t addr, size_t len) {
    const long flags =
        LINUX_MAP_PRIVATE | LINUX_MAP_ANONYMOUS | LINUX_MAP_NORESERVE | LINUX_MAP_FIXED_NOREPLACE;
    const long at =
        linux_call6(LINUX_MMAP, addr, len, LINUX_PROT_READ | LINUX_PROT_WRITE, flags, -1, 0);
    if (at != (long)addr) {
        flexos_refuse("the host does not give the address space for an arena",
                      "lift the limit on address space (`ulimit -v unlimited`) and do not use "
                      "vm.overcommit_memory = 2");
    }
}

void linux_memory_map(void) {
    struct flexos_published *p = &flexos_published;
    const uint64_t limit = flexos_layout.memory;
    p->stack_slot = flexos_layout.stack_slot;
    p->threads = (uint32_t)(FLEXOS_STACKS_SIZE / p->stack_slot);
    if (p->threads > FLEXOS_MAX_THREADS) {
        p->threads = FLEXOS_MAX_THREADS;
    }
    p->heap_size = limit == 0 || limit > FLEXOS_HEAP_MAX
                       ? FLEXOS_HEAP_MAX
                       : (limit + FLEXOS_PAGE_SIZE - 1) & ~(FLEXOS_PAGE_SIZE - 1);

    const unsigned n = flexos_layout.compartments;
    for (unsigned k = n == 0 ? 1 : 0; k <= (n == 0 ? 1 : n); k++) {
        const uintptr_t arena = (uintptr_t)flexos_arena(k);
        map(arena, FLEXOS_STACKS_SIZE);
        map(arena + FLEXOS_STACKS_SHARED, FLEXOS_STACKS_SIZE);
        if (k > 0) {
            map(arena + FLEXOS_HEAP_OFFSET, p->heap_size);
        }
    }
    map((uintptr_t)flexos_arena(FLEXOS_DOMAIN_SHARED) + FLEXOS_HEAP_OFFSET, p->heap_size);
}

int flexos_host_guard(uintptr_t addr, size_t len) {
    return (int)linux_call3(LINUX_MPROTECT, addr, len, LINUX_PROT_NONE);
}

int flexos_host_release(uintptr_t addr, size_t len) {
    return (int)linux_call3(LINUX_MADVISE, addr, len, LINUX_MADV_DONTNEED);
}

static uintptr_t hex(const char **text) {
    uintptr_t value = 0;
    for (;; (*text)++) {
        const char c = **text;
        if (c >= '0' && c <= '9') {
            value = value << 4 | (uintptr_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            value = value << 4 | (uintptr_t)(c - 'a' + 10);
        } else {
            return value;
        }
    }
}

/* One line of /proc/self/maps. The kernel's own code in the process (vDSO) holds system call
   instructions and its data tells the time of other processes' activity: both are unmapped. */
static void inspect_line(const char *line) {
    const uintptr_t start = hex(&line);
    line++;
    const uintptr_t end = hex(&line);
    if (line[2] == 'w' && line[3] == 'x') {
        flexos_refuse("a part of its memory is writable and executable",
                      "start it directly, not under a tool that changes its memory");
    }
    while (*line != '\0' && *line != '[') {
        line++;
    }
    const bool kernels = line[0] == '[' && line[1] == 'v' && (line[2] == 'd' || line[2] == 'v');
    if (kernels && linux_call2(LINUX_MUNMAP, start, end - start) < 0) {
        flexos_refuse("the vDSO cannot be unmapped", "report this kernel version");
    }
}

void linux_memory_inspect(void) {
    static char buffer[4096];
    const long fd = linux_call3(LINUX_OPEN, "/proc/self/maps", 0, 0);
    if (fd < 0) {
        flexos_refuse("/proc/self/maps cannot be read", "mount /proc");
    }
    size_t have = 0;
    for (;;) {
        const long n = linux_call3(LINUX_READ, fd, buffer + have, sizeof buffer - 1 - have);
        if (n <= 0) {
            break;
        }
        have += (size_t)n;
        size_t line = 0;
        for (size_t i = 0; i < have; i++) {
            if (buffer[i] == '\n') {
                buffer[i] = '\0';
                inspect_line(buffer + line);
                line = i + 1;
            }
        }
        for (size_t i = line; i < have; i++) {
            buffer[i - line] = buffer[i];
        }
        have -= line;
    }
    linux_call1(LINUX_CLOSE, fd);
}
