/* SPDX-License-Identifier: BSD-3-Clause */
/* Walks the calls inside a compartment with libdwfl; see backtrace.h. */
#include "run/backtrace.h"

#include <elf.h>
#include <elfutils/libdwfl.h>
#include <string.h>

struct walk {
    struct backtrace *backtrace;
    struct program *program;
    const struct stopped *stopped;
    struct user_regs_struct registers; /* where the walk starts */
    bool lost;                         /* the thread stands outside code: its caller is the first */
    bool started;
};

static pid_t next_thread(Dwfl *dwfl, void *context, void **thread) {
    (void)dwfl;
    struct walk *walk = context;
    if (*thread) {
        return 0;
    }
    *thread = walk;
    return walk->stopped->pid;
}

static bool get_thread(Dwfl *dwfl, pid_t pid, void *context, void **thread) {
    (void)dwfl;
    (void)pid;
    *thread = context;
    return true;
}

static bool read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *context) {
    (void)dwfl;
    const struct walk *walk = context;
    return stopped_read(walk->stopped, address, word, sizeof *word);
}

/* In the order of DWARF's register numbers for x86-64. */
static bool set_registers(Dwfl_Thread *thread, void *context) {
    const struct user_regs_struct *r = &((const struct walk *)context)->registers;
    const Dwarf_Word values[] = {r->rax, r->rdx, r->rcx, r->rbx, r->rsi, r->rdi,
                                 r->rbp, r->rsp, r->r8,  r->r9,  r->r10, r->r11,
                                 r->r12, r->r13, r->r14, r->r15, r->rip};
    return dwfl_thread_state_registers(thread, 0, sizeof values / sizeof *values, values);
}

static const Dwfl_Thread_Callbacks callbacks = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_word,
    .set_initial_registers = set_registers,
};

static int add_frame(Dwfl_Frame *frame, void *context) {
    struct walk *walk = context;
    Dwarf_Addr address;
    bool activation;
    if (!dwfl_frame_pc(frame, &address, &activation)) {
        return DWARF_CB_ABORT;
    }
    bool first = !walk->started;
    walk->started = true;
    if (first && !walk->lost) {
        return DWARF_CB_OK;
    }
    address -= activation && !first ? 0 : 1;
    int flags = program_segment(walk->program, address);
    struct program_code code;
    program_code(walk->program, address, &code);
    if (flags < 0 || !(flags & PF_X) || !code.file || walk->backtrace->count == BACKTRACE_MAX) {
        return DWARF_CB_ABORT; /* a gate, or the end */
    }
    walk->backtrace->calls[walk->backtrace->count++] = address;
    return DWARF_CB_OK;
}

void backtrace_walk(struct backtrace *backtrace, struct program *program,
                    const struct stopped *stopped) {
    struct walk walk = {backtrace, program, stopped, stopped->registers, false, false};
    backtrace->count = 0;
    int flags = program_segment(program, walk.registers.rip);
    if (flags < 0 || !(flags & PF_X)) {
        uint64_t caller;
        if (!stopped_read(stopped, walk.registers.rsp, &caller, sizeof caller)) {
            return;
        }
        walk.registers.rip = caller;
        walk.registers.rsp += 8;
        walk.lost = true;
    }
    /* A second report of the same run finds the state attached already. */
    static struct walk attached;
    attached = walk;
    static struct program *attached_to;
    if (attached_to != program) {
        if (!dwfl_attach_state(program->dwfl, NULL, stopped->pid, &callbacks, &attached)) {
            return;
        }
        attached_to = program;
    }
    dwfl_getthread_frames(program->dwfl, stopped->pid, add_frame, &attached);
}
