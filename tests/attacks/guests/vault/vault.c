/* SPDX-License-Identifier: BSD-3-Clause */
#include "vault.h"

#include <stdlib.h>

#include <flexos/flexos.h>

static volatile long in_data = VAULT_SECRET;
static volatile long in_bss;
static _Thread_local volatile long in_thread;
static volatile long in_shared __attribute__((flexos_share));

long vault_open(int place, void (*visit)(unsigned long address)) {
    volatile long on_stack = VAULT_SECRET;
    volatile long *heap = malloc(sizeof *heap);
    volatile long *places[VAULT_PLACES] = {&in_data, &in_bss, heap, &in_thread, &on_stack, &in_shared};

    if (place < 0 || place >= VAULT_PLACES || !heap)
        return -1;
    *places[place] = VAULT_SECRET;
    visit((unsigned long)places[place]);
    long now = *places[place];

    free((void *)heap);
    return now;
}
