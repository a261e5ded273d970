/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mechanism `intel-mpk`: switches protection on and keeps the gates' data in order: keys from the
 * layout table, secrets, saved stack pointers of threads. The gates themselves are in x86_64/.
 *
 * The start runs with PKRU 0 (the kernel opens each key that it hands out), before any compartment.
 */
#include "mpk.h"

static void key(uintptr_t start, uintptr_t end, int key_number) {
    if (start != end && flexos_host_key_protect(start, end - start, key_number) < 0) {
        flexos_refuse("the kernel does not set the protection key of a part of its memory",
                      "report this kernel version; or choose `mechanism: none`");
    }
}

/* Key 15 for stacks that others may read, else the compartment's own. */
static int stack_key(unsigned k) {
    const struct flexos_layout_domain *d = &flexos_layout.domains[k];
    const bool shared =
        d->flavour == FLEXOS_GATE_LIGHT || d->sharing == FLEXOS_SHARING_SHARED_STACK;
    return shared ? FLEXOS_DOMAIN_SHARED : (int)k;
}

static void set_keys(void) {
    for (unsigned k = 1; k < FLEXOS_DOMAINS; k++) {
        key(flexos_layout.domains[k].start, flexos_layout.domains[k].end, (int)k);
    }
    const uintptr_t tcb = (uintptr_t)flexos_arena(0);
    key(tcb, tcb + FLEXOS_STACKS_SHARED + FLEXOS_STACKS_SIZE, FLEXOS_DOMAIN_TCB);
    for (unsigned k = 1; k <= flexos_layout.compartments; k++) {
        const uintptr_t arena = (uintptr_t)flexos_arena(k);
        const uintptr_t heap = arena + FLEXOS_HEAP_OFFSET;
        key(arena, arena + FLEXOS_STACKS_SIZE, stack_key(k));
        key(arena + FLEXOS_STACKS_SHARED, arena + FLEXOS_STACKS_SHARED + FLEXOS_STACKS_SIZE,
            FLEXOS_DOMAIN_SHARED);
        key(heap, heap + flexos_published.heap_size, (int)k);
    }
    const uintptr_t shared = (uintptr_t)flexos_arena(FLEXOS_DOMAIN_SHARED) + FLEXOS_HEAP_OFFSET;
    key(shared, shared + flexos_published.heap_size, FLEXOS_DOMAIN_SHARED);
}

static void take_keys(void) {
    for (int expected = 1; expected < FLEXOS_DOMAINS; expected++) {
        const int got = flexos_host_key_allocate();
        if (got < 0) {
            flexos_refuse("this machine or its kernel has no protection keys (intel-mpk)",
                          "run `flexos doctor`; use a CPU with `pku` and `ospke` in /proc/cpuinfo, "
                          "the emulated machine of `flexos run`, or `mechanism: none`");
        }
        if (got != expected) {
            flexos_refuse("some protection keys of the process are already in use",
                          "start the image directly, not inside a process that allocates keys");
        }
    }
}

static void fill_secrets(void) {
    for (uint64_t i = 0; i < flexos_secret_count; i++) {
        uint64_t secret = 0;
        while (secret == 0) {
            flexos_host_random(&secret, sizeof secret);
        }
        *flexos_secret_table[i].of_caller = secret;
        *flexos_secret_table[i].of_callee = secret;
    }
}

void flexos_mechanism_start(void) {
    flexos_assert(flexos_layout.mechanism == FLEXOS_MECHANISM_INTEL_MPK);
    flexos_assert(flexos_layout.compartments >= 1 &&
                  flexos_layout.compartments <= FLEXOS_MAX_COMPARTMENTS);
    take_keys();
    if (!flexos_host_key_enforced(1)) {
        flexos_refuse("protection keys are not enforced here: a denied access did not fault",
                      "run `flexos doctor`; use a CPU with `pku` and `ospke` in /proc/cpuinfo, the "
                      "emulated machine of `flexos run`, or `mechanism: none`");
    }
    set_keys();
    fill_secrets();
}

unsigned flexos_mechanism_switch_arena(void) {
    return 0;
}

void flexos_mechanism_thread_made(unsigned tid, uintptr_t top) {
    if (tid == flexos_published.current) {
        *flexos_sp_now_table[0] = top; /* the first thread, which makes itself */
    } else {
        flexos_sp_table[0][tid] = top;
    }
}

void flexos_mechanism_thread_switch(unsigned from, unsigned to) {
    for (unsigned k = 0; k <= flexos_layout.compartments; k++) {
        if (flexos_layout.domains[k].stack_domain == k) {
            uint64_t *now = flexos_sp_now_table[k];
            flexos_sp_table[k][from] = *now;
            *now = flexos_sp_table[k][to];
        }
    }
}

void flexos_mechanism_thread_gone(unsigned tid) {
    flexos_sp_table[0][tid] = 0;
    for (unsigned k = 1; k <= flexos_layout.compartments; k++) {
        if (flexos_layout.domains[k].stack_domain == k && flexos_sp_table[k][tid] != 0) {
            flexos_sp_table[k][tid] = 0;
            flexos_stack_free(k, tid);
        }
    }
}

bool flexos_mechanism_entry(uintptr_t entry, unsigned k) {
    const uintptr_t first = (uintptr_t)__flexos_thunks_start + FLEXOS_THUNK_ENTRY;
    if (entry < first || entry >= (uintptr_t)__flexos_thunks_end ||
        (entry - first) % FLEXOS_THUNK_STRIDE != 0) {
        return false;
    }
    const struct flexos_thunk *t = &flexos_thunk_table[(entry - first) / FLEXOS_THUNK_STRIDE];
    /* A stateless function has no home: the thread would run it with the rights of the TCB. */
    return t->home >= 1 && t->home <= flexos_layout.compartments && (t->users >> k & 1) != 0;
}

uintptr_t flexos_thread_stack(void) {
    const unsigned k = flexos_layout.domains[flexos_caller].stack_domain;
    return flexos_stack_make(k, flexos_published.current);
}
