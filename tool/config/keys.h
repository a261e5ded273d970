/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys of keys.def as arrays, by the block they belong to. */
#ifndef FLEXOS_TOOL_CONFIG_KEYS_H
#define FLEXOS_TOOL_CONFIG_KEYS_H

#include <stddef.h>

enum config_scope { SCOPE_TOP, SCOPE_COMPARTMENT, SCOPE_LIBRARY, SCOPE_COUNT };

struct config_key {
    enum config_scope scope;
    const char *key, *value, *fallback, *meaning;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* The keys of one scope; the array is static. */
const char *const *config_keys_of(enum config_scope scope, size_t *count);

#endif
