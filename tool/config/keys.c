/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/keys.h"

const struct config_key config_keys[] = {
#define CONFIG_KEY(scope, id, key, value, fallback, meaning)                                       \
    {SCOPE_##scope, key, value, fallback, meaning},
#include "config/keys.def"
#undef CONFIG_KEY
};

enum { KEYS = sizeof config_keys / sizeof *config_keys };
const size_t config_key_count = KEYS;

const char *const *config_keys_of(enum config_scope scope, size_t *count) {
    static const char *names[SCOPE_COUNT][KEYS];
    *count = 0;
    for (size_t i = 0; i < KEYS; i++) {
        if (config_keys[i].scope == scope) {
            names[scope][(*count)++] = config_keys[i].key;
        }
    }
    return names[scope];
}
