/* SPDX-License-Identifier: BSD-3-Clause */
/* What a refused argument or result was: core/iface.h says which registers hold it at the trap. The
 * texts lie in constants of the image, which nobody in it can write. */
#include "core/iface.h"
#include "run/fault.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Reads a string byte by byte, as it may end right before unmapped memory. */
static void text_at(const struct stopped *stopped, uint64_t address, char *text, size_t size) {
    size_t n = 0;
    while (n + 1 < size && stopped_read(stopped, address + n, &text[n], 1) && text[n]) {
        n++;
    }
    text[n] = '\0';
}

void fault_interface(struct fault *fault) {
    const struct stopped *stopped = fault->stopped;
    const struct user_regs_struct *regs = &stopped->registers;
    char function[80], parameter[80], rule[180], of[160] = "";
    text_at(stopped, regs->rdi, function, sizeof function);
    text_at(stopped, regs->rsi, parameter, sizeof parameter);
    text_at(stopped, regs->r8, rule, sizeof rule);
    fault->crossing_from = (int)(regs->r9 >> 8 & 0xff);
    fault->crossing_to = (int)(regs->r9 & 0xff);
    if (parameter[0]) {
        snprintf(of, sizeof of, "parameter '%s' (0x%" PRIx64 ", length %" PRIu64 ") of ", parameter,
                 (uint64_t)regs->rdx, (uint64_t)regs->rcx);
    } else if (regs->rdx != 0) {
        snprintf(of, sizeof of, "the result 0x%" PRIx64 " of ", (uint64_t)regs->rdx);
    }
    snprintf(fault->why, sizeof fault->why, "%s%s(): %s", of, function, rule);
}
