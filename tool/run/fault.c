/* SPDX-License-Identifier: BSD-3-Clause */
/* From a stopped process to the cause of its fault; see fault.h. */
#include "run/fault.h"

#include "core/trap.h"
#include "flexos/published.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *fault_cause_name(enum fault_cause cause) {
    static const char *const names[] = {
        [FAULT_FOREIGN] = "foreign-memory",
        [FAULT_CONSTANT] = "write-to-constant",
        [FAULT_EXECUTE] = "execution-of-data",
        [FAULT_NULL] = "null-pointer",
        [FAULT_OVERFLOW] = "stack-overflow",
        [FAULT_INVALID] = "invalid-address",
        [FAULT_UNMAPPED] = "unmapped-address",
        [FAULT_PRIVILEGED] = "privileged-instruction",
        [FAULT_SYSTEM_CALL] = "system-call",
        [FAULT_GATE] = "gate-check",
        [FAULT_ILLEGAL] = "illegal-instruction",
        [FAULT_ARITHMETIC] = "arithmetic",
        [FAULT_OTHER] = "other",
    };
    return names[cause];
}

__attribute__((format(printf, 2, 3))) static void why(struct fault *fault, const char *format,
                                                      ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->why, sizeof fault->why, format, arguments);
    va_end(arguments);
}

/* By PKRU; in an image without mechanism everything but the TCB is compartment 1. */
static int current_compartment(struct program *program, const struct stopped *stopped) {
    if (!program_isolated(program)) {
        return program->have_layout ? 1 : -1;
    }
    if (!stopped->have_pkru) {
        return -1;
    }
    if (stopped->pkru == FLEXOS_PKRU_TCB) {
        return 0;
    }
    for (int k = 1; k <= FLEXOS_MAX_COMPARTMENTS; k++) {
        if (program->layout.domains[k].name[0] &&
            program->layout.domains[k].pkru == stopped->pkru) {
            return k;
        }
    }
    return -1;
}

static int current_thread(struct program *program, const struct stopped *stopped) {
    uint64_t address;
    uint32_t thread;
    if (!program_symbol(program, "flexos_published", &address) ||
        !stopped_read(stopped, address + FLEXOS_PUBLISHED_CURRENT, &thread, sizeof thread) ||
        thread >= FLEXOS_MAX_THREADS) {
        return -1;
    }
    return (int)thread;
}

/* Whether the owner of the region is somebody else than the compartment that runs. */
static bool is_foreign(const struct fault *fault) {
    int owner = fault->region.owner;
    return owner >= 0 && owner != FLEXOS_DOMAIN_SHARED && owner != fault->compartment;
}

static bool is_overflow(const struct fault *fault) {
    if (fault->region.kind != REGION_GUARD || !fault->stopped->have_registers) {
        return false;
    }
    uint64_t distance = fault->stopped->registers.rsp - fault->access.address;
    return !is_foreign(fault) || distance + FLEXOS_PAGE_SIZE < 2 * FLEXOS_PAGE_SIZE;
}

static void analyse_memory(struct fault *fault) {
    const struct region *region = &fault->region;
    bool isolated = program_isolated(fault->program);
    bool key = fault->stopped->signal == SIGSEGV && fault->stopped->info.si_code == SEGV_PKUERR;
    bool writes = fault->access.kind == ACCESS_WRITE || fault->access.kind == ACCESS_UPDATE;

    if (!fault->access.known_address) {
        fault->cause = fault->access.privileged ? FAULT_PRIVILEGED : FAULT_INVALID;
        fault->violation = isolated && fault->access.privileged;
        why(fault, fault->access.privileged
                       ? "this instruction is reserved for the kernel"
                       : "the processor refused the instruction (general protection fault): an "
                         "address that is none, or operands that are not aligned");
        return;
    }
    if (is_overflow(fault)) {
        fault->cause = FAULT_OVERFLOW;
        why(fault, "the stack of this thread is used up: recursion or large locals; `stack:` in "
                   "the configuration makes it larger");
    } else if (fault->access.kind == ACCESS_EXECUTE) {
        fault->cause = region->kind == REGION_NULL ? FAULT_NULL : FAULT_EXECUTE;
        fault->violation = isolated && region->kind != REGION_NULL && region->owner >= 0;
        why(fault, region->kind == REGION_NULL ? "a call through a null function pointer"
                                               : "what lies there is not code");
    } else if (key && region->owner == 0 && writes) {
        fault->cause = FAULT_CONSTANT;
        fault->violation = true;
        why(fault, "constants, code and what the TCB publishes can be read by all and written by "
                   "none (key 0)");
    } else if (key || (isolated && is_foreign(fault) && region->kind != REGION_CODE &&
                       region->kind != REGION_CONSTANT)) {
        fault->cause = FAULT_FOREIGN;
        fault->violation = isolated;
        why(fault, region->owner < 0
                       ? "the protection key of this memory is closed here"
                       : "it is private to its owner; to share it: flexos_share, `shares:` in "
                         "lib.yaml, flexos_malloc_shared");
    } else if (region->kind == REGION_CODE || region->kind == REGION_CONSTANT) {
        fault->cause = FAULT_CONSTANT;
        fault->violation = isolated;
        why(fault, "code and constants are never writable");
    } else if (region->kind == REGION_NULL) {
        fault->cause = FAULT_NULL;
        why(fault, "a pointer that is null or was never set");
    } else if (region->kind == REGION_INVALID) {
        fault->cause = FAULT_INVALID;
        why(fault, "the pointer was overwritten or never set");
    } else {
        fault->cause = FAULT_UNMAPPED;
        why(fault, "no memory is mapped there");
    }
}

static void analyse_system_call(struct fault *fault) {
    const siginfo_t *info = &fault->stopped->info;
    fault->cause = FAULT_SYSTEM_CALL;
    fault->violation = program_isolated(fault->program);
    if (fault->stopped->dying) {
        why(fault, "the system call filter ended the image");
    } else if (info->si_code == 2 /* SYS_USER_DISPATCH */) {
        why(fault, "only the TCB may make system calls; code of a compartment calls a library");
    } else {
        why(fault, "the system call filter of the platform does not permit it with these "
                   "arguments");
    }
}

static const char *trap_text(int reason) {
    switch (reason) {
#define TRAP_TEXT(number, name, text)                                                              \
    case number:                                                                                   \
        return text;
        FLEXOS_TRAPS(TRAP_TEXT)
#undef TRAP_TEXT
    default:
        return NULL;
    }
}

/* Those that ordinary mistakes cause; all others need somebody who breaks the rules. */
static bool trap_is_mistake(int reason) {
    return reason == FLEXOS_TRAP_STACK || reason == FLEXOS_TRAP_ASSERT ||
           reason == FLEXOS_TRAP_THREAD_RETURNED;
}

/* `ud2` followed by the reason, see core/trap.h. */
static bool analyse_trap(struct fault *fault) {
    const struct stopped *stopped = fault->stopped;
    unsigned char bytes[7];
    if (!fault->program->have_layout || !stopped->have_registers ||
        !stopped_read(stopped, stopped->registers.rip, bytes, sizeof bytes) || bytes[0] != 0x0f ||
        bytes[1] != 0x0b || bytes[2] != FLEXOS_TRAP_MAGIC_0 || bytes[3] != FLEXOS_TRAP_MAGIC_1) {
        return false;
    }
    fault->trap = bytes[4];
    fault->crossing_from = bytes[5] == FLEXOS_TRAP_NONE ? -1 : bytes[5];
    fault->crossing_to = bytes[6] == FLEXOS_TRAP_NONE ? -1 : bytes[6];
    fault->cause = FAULT_GATE;
    fault->violation = program_isolated(fault->program) && !trap_is_mistake(fault->trap);
    const char *text = trap_text(fault->trap);
    why(fault, "%s",
        text ? text : "a check of the TCB failed whose number this tool does not know");
    if (fault->trap == FLEXOS_TRAP_INTERFACE) {
        fault_interface(fault);
    }
    return true;
}

static void analyse(struct fault *fault) {
    switch (fault->stopped->signal) {
    case SIGSEGV:
    case SIGBUS:
        analyse_memory(fault);
        break;
    case SIGSYS:
        analyse_system_call(fault);
        break;
    case SIGFPE:
        fault->cause = FAULT_ARITHMETIC;
        why(fault, "a division by zero, or one whose result is too large");
        break;
    case SIGILL:
        if (analyse_trap(fault)) {
            break;
        }
        fault->cause = fault->access.privileged ? FAULT_PRIVILEGED : FAULT_ILLEGAL;
        why(fault, "an instruction that does not exist, or __builtin_trap (abort, an assertion)");
        break;
    default:
        fault->cause = FAULT_OTHER;
        why(fault, "a breakpoint instruction outside a debugger");
    }
}

void fault_analyse(struct fault *fault, struct program *program, const struct stopped *stopped) {
    *fault = (struct fault){
        .program = program, .stopped = stopped, .crossing_from = -1, .crossing_to = -1};
    fault->compartment = current_compartment(program, stopped);
    fault->thread = current_thread(program, stopped);
    if (stopped->have_registers) {
        program_code(program, stopped->registers.rip, &fault->code);
    }
    int segment = stopped->have_registers ? program_segment(program, stopped->registers.rip) : -1;
    access_decode(&fault->access, stopped, segment >= 0 && segment & PF_X);
    if (fault->access.known_address) {
        region_find(&fault->region, program, fault->access.address);
    }
    if (stopped->have_registers) {
        backtrace_walk(&fault->backtrace, program, stopped);
    }
    if (program_isolated(program)) {
        chain_walk(&fault->chain, program, stopped, fault->compartment, fault->thread);
    }
    analyse(fault);
}

int fault_exit_status(const struct fault *fault) {
    return fault->violation ? FLEXOS_EXIT_VIOLATION : FLEXOS_EXIT_FAULT;
}
