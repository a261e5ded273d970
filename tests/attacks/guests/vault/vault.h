/* SPDX-License-Identifier: BSD-3-Clause */
/* The victim: a library that keeps one secret number in each kind of memory. */
#ifndef VAULT_H
#define VAULT_H

#include <flexos/interface.h>

enum vault_place { VAULT_STATIC, VAULT_ZEROED, VAULT_HEAP, VAULT_THREAD, VAULT_STACK, VAULT_SHARED, VAULT_PLACES };

#define VAULT_SECRET 4711

/* Calls `visit` with the address of the secret, as a number; afterwards returns what the secret is now. */
long vault_open(int place, void (*visit)(unsigned long address) flexos_callback);

#endif
