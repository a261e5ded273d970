/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Leaves only the system calls that devices need, for ever.
 *
 * Two fences. The filter (seccomp) accepts a short list, from the one `syscall` instruction of the
 * image, with arguments checked: memory calls only with the one harmless argument, inside the
 * arenas. Syscall User Dispatch stops all calls while the selector is 1, and only the TCB can write
 * the selector. A refused call is a SIGSYS, which the launcher reports as a violation.
 *
 * An image without mechanism has the filter only: there, all code is equally trusted.
 */
#include "linux.h"

/* Classic BPF (linux/filter.h, linux/bpf_common.h). */
#define LOAD 0x20          /* BPF_LD | BPF_W | BPF_ABS */
#define JUMP_EQUAL 0x15    /* BPF_JMP | BPF_JEQ | BPF_K */
#define JUMP_GREATER 0x25  /* BPF_JMP | BPF_JGT | BPF_K */
#define JUMP_NOT_LESS 0x35 /* BPF_JMP | BPF_JGE | BPF_K */
#define RETURN 0x06
#define ALLOW 0x7fff0000u
#define TRAP 0x00030000u

/* Offsets in struct seccomp_data. */
#define NUMBER 0
#define ARCHITECTURE 4
#define ADDRESS_LOW 8
#define ADDRESS_HIGH 12
#define ARGUMENT_LOW(i) (16 + 8 * (i))
#define ARGUMENT_HIGH(i) (20 + 8 * (i))

static struct linux_filter program[96];
static uint16_t length;

static void add(uint16_t code, uint8_t jump_true, uint8_t jump_false, uint32_t value) {
    flexos_assert(length < sizeof program / sizeof *program);
    program[length].code = code;
    program[length].jump_true = jump_true;
    program[length].jump_false = jump_false;
    program[length].value = value;
    length++;
}

/* Goes on if the word at `offset` has the value, else refuses. */
static void require(uint32_t offset, uint32_t value) {
    add(LOAD, 0, 0, offset);
    add(JUMP_EQUAL, 1, 0, value);
    add(RETURN, 0, 0, TRAP);
}

/* Goes on if low <= word < high. */
static void require_range(uint32_t offset, uint32_t low, uint32_t high) {
    add(LOAD, 0, 0, offset);
    add(JUMP_NOT_LESS, 0, 1, low);
    add(JUMP_NOT_LESS, 0, 1, high);
    add(RETURN, 0, 0, TRAP);
}

static void allow(uint32_t number) {
    add(JUMP_EQUAL, 0, 1, number);
    add(RETURN, 0, 0, ALLOW);
}

/* A call whose first two arguments are a range inside the arenas and whose third is `third`. The
   instructions that follow end with a decision, so the number is loaded again behind them. */
static void allow_on_arena(uint32_t number, uint32_t third) {
    add(LOAD, 0, 0, NUMBER);
    add(JUMP_EQUAL, 1, 0, number);
    const uint16_t skip = length;
    add(0x05, 0, 0, 0); /* BPF_JMP | BPF_JA, filled in below */
    require_range(ARGUMENT_HIGH(0), (uint32_t)(FLEXOS_ARENA_BASE >> 32),
                  (uint32_t)(FLEXOS_ARENA_END >> 32));
    require_range(ARGUMENT_HIGH(1), 0, (uint32_t)(FLEXOS_ARENA_SIZE >> 32));
    require(ARGUMENT_LOW(2), third);
    require(ARGUMENT_HIGH(2), 0);
    add(RETURN, 0, 0, ALLOW);
    program[skip].value = (uint32_t)(length - skip - 1);
}

static void write_program(void) {
    static const uint16_t plain[] = {
        LINUX_READV,   LINUX_WRITEV,  LINUX_PPOLL,      LINUX_READ,      LINUX_WRITE,
        LINUX_SENDMSG, LINUX_RECVMSG, LINUX_EXIT_GROUP, LINUX_GETRANDOM, LINUX_CLOCK_GETTIME,
    };
    const uintptr_t site = (uintptr_t)flexos_linux_call_return;
    require(ARCHITECTURE, LINUX_AUDIT_ARCH_X86_64);
    require(ADDRESS_LOW, (uint32_t)site);
    require(ADDRESS_HIGH, (uint32_t)(site >> 32));
    add(LOAD, 0, 0, NUMBER);
    for (unsigned i = 0; i < sizeof plain / sizeof *plain; i++) {
        allow(plain[i]);
    }
    allow_on_arena(LINUX_MADVISE, LINUX_MADV_DONTNEED);
    allow_on_arena(LINUX_MPROTECT, LINUX_PROT_NONE);
    add(RETURN, 0, 0, TRAP);
}

void linux_seal(void) {
    write_program();
    const struct linux_filter_program p = {length, program};
    if (linux_call5(LINUX_PRCTL, LINUX_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        linux_call5(LINUX_PRCTL, LINUX_PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0) < 0) {
        flexos_refuse("the kernel has no Syscall User Dispatch", "use Linux 5.11 or later");
    }
    if (flexos_layout.compartments > 0 &&
        linux_call5(LINUX_PRCTL, LINUX_PR_SET_SYSCALL_USER_DISPATCH, LINUX_PR_SYS_DISPATCH_ON, 0, 0,
                    &flexos_published.selector) < 0) {
        flexos_refuse("Syscall User Dispatch cannot be switched on", "use Linux 5.11 or later");
    }
    if (linux_call3(LINUX_SECCOMP, LINUX_SECCOMP_SET_MODE_FILTER, 0, &p) < 0) {
        flexos_refuse("the system call filter cannot be installed",
                      "use a kernel with seccomp filters");
    }
}
