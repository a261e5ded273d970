/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stand-ins for the interface hooks of core: they count, and change an argument or result where the
 * protocol of core/regs.h says that the gate passes on what they leave.
 */
#include "common.h"
#include "core/regs.h"

struct entry {
    uint32_t caller_frame, callee_frame, rest[4];
};
_Static_assert(sizeof(struct entry) == FLEXOS_IFACE_ENTRY, "table of the hooks");
const struct entry flexos_iface_table[2] = {{256, 256, {0}}, {512, 768, {0}}};

shared volatile unsigned hook_calls[4], hook_from[4];

uint64_t flexos_iface_enter(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    hook_calls[0] += index == 1 && to == 2;
    hook_from[0] = from;
    regs->gpr[0] += 1;
    regs->stack[2] += 100;
    regs->scratch[0] = 77;
    return 4096;
}

void flexos_iface_check(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    hook_calls[1] += index == 1 && to == 2 && regs->gpr[2] == 0;
    hook_from[1] = from;
    regs->gpr[1] += 10;
    regs->scratch[0] = 78;
}

void flexos_iface_result(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    hook_calls[2] += index == 1 && to == 2 && regs->scratch[0] == 78;
    hook_from[2] = from;
    regs->result[0] += 1000;
}

void flexos_iface_leave(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    hook_calls[3] += index == 1 && to == 2 && regs->scratch[0] == 77;
    hook_from[3] = from;
    regs->result[0] += 10000;
}
