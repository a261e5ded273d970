/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mechanism `none`: one compartment, plain calls. There is nothing to switch on; threads have one
 * stack each, in arena 1, and the TCB runs on it like everybody else.
 */
#include "core/tcb.h"

void flexos_mechanism_start(void) {
    flexos_assert(flexos_layout.mechanism == FLEXOS_MECHANISM_NONE &&
                  flexos_layout.compartments == 0);
}

unsigned flexos_mechanism_switch_arena(void) {
    return 1;
}

void flexos_mechanism_thread_made(unsigned tid, uintptr_t top) {
    (void)tid;
    (void)top;
}

void flexos_mechanism_thread_switch(unsigned from, unsigned to) {
    (void)from;
    (void)to;
}

void flexos_mechanism_thread_gone(unsigned tid) {
    (void)tid;
}

bool flexos_mechanism_entry(uintptr_t entry, unsigned k) {
    (void)k;
    return entry != 0;
}
