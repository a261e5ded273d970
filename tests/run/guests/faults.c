/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands for an image without mechanism and dies as its argument says. */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "core/layout.h"
#include "core/trap.h"
#include "flexos/published.h"

const struct flexos_layout flexos_layout = {
    .magic = FLEXOS_LAYOUT_MAGIC,
    .version = FLEXOS_LAYOUT_VERSION,
    .mechanism = FLEXOS_MECHANISM_NONE,
    .stack_slot = FLEXOS_STACK_SLOT,
    .domains[1] = {.name = "main"},
};
struct flexos_published flexos_published = {.current = 3};

static int table[10] = {1};
static const int fixed[10] = {1, 2, 3};

__attribute__((noinline)) void write_to(volatile int *where) {
    *where = 5;
}

__attribute__((noinline)) int read_from(const volatile int *where) {
    return *where;
}

__attribute__((noinline)) int recurse(int n) {
    volatile char block[512];
    block[0] = (char)n;
    return recurse(n + 1) + block[0];
}

/* Runs on a stack of thread 3, whose lowest page is the guard. */
static void overflow(void) {
    char *arena = (char *)(FLEXOS_ARENA_BASE + FLEXOS_ARENA_SIZE + 3 * FLEXOS_STACK_SLOT);
    char *slot = mmap(arena, FLEXOS_STACK_SLOT, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mprotect(slot, FLEXOS_PAGE_SIZE, PROT_NONE);
    char *top = slot + FLEXOS_STACK_SLOT;
    __asm__ volatile("mov %0, %%rsp\n\tcall *%1" ::"r"(top), "r"(recurse) : "memory");
}

static void filter(uint32_t verdict) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, verdict),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    syscall(SYS_getppid);
}

static void map_and(uintptr_t where, void (*use)(volatile int *)) {
    mmap((void *)where, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    use((volatile int *)where);
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "";
    volatile int zero = 0;
    if (!strcmp(how, "null-write")) {
        write_to((int *)16);
    } else if (!strcmp(how, "null-read")) {
        read_from((int *)24);
    } else if (!strcmp(how, "null-call")) {
        ((void (*)(void))(uintptr_t)zero)();
    } else if (!strcmp(how, "constant")) {
        write_to((int *)(uintptr_t)&fixed[2]);
    } else if (!strcmp(how, "code")) {
        write_to((int *)(uintptr_t)write_to);
    } else if (!strcmp(how, "execute")) {
        ((void (*)(void))(uintptr_t)table)();
    } else if (!strcmp(how, "invalid")) {
        write_to((int *)0x8000000000000000);
    } else if (!strcmp(how, "unmapped")) {
        write_to((int *)0x600000000000);
    } else if (!strcmp(how, "heap")) {
        map_and(FLEXOS_ARENA_BASE + FLEXOS_ARENA_SIZE + FLEXOS_HEAP_OFFSET + 0x1000, write_to);
    } else if (!strcmp(how, "overflow")) {
        overflow();
    } else if (!strcmp(how, "divide")) {
        return 7 / zero;
    } else if (!strcmp(how, "trap")) {
        __builtin_trap();
    } else if (!strcmp(how, "gate")) {
        __asm__ volatile("ud2\n\t.byte 'F', 'x', %c0, 1, 255" ::"i"(FLEXOS_TRAP_ASSERT));
    } else if (!strcmp(how, "privileged")) {
        __asm__ volatile("hlt");
    } else if (!strcmp(how, "breakpoint")) {
        __asm__ volatile("int3");
    } else if (!strcmp(how, "seccomp-trap")) {
        filter(SECCOMP_RET_TRAP);
    } else if (!strcmp(how, "seccomp-kill")) {
        filter(SECCOMP_RET_KILL_PROCESS);
    } else if (!strcmp(how, "abort")) {
        kill(getpid(), SIGKILL);
    } else if (!strcmp(how, "live")) {
        write_to(&table[1]);
        return read_from(&table[1]) == 5 ? 0 : 1;
    }
    return 1;
}
