/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Typed reading of tree nodes. Each function reports a wrong value with its place and returns
 * false; the target is then unchanged.
 */
#ifndef FLEXOS_TOOL_YAML_READ_H
#define FLEXOS_TOOL_YAML_READ_H

#include "yaml/tree.h"

#include <stdint.h>

/* "one of a, b or c", from the arena. */
const char *word_list(struct arena *arena, const char *const *words, size_t count);

/* Every key of MAP is one of KEYS, else a diagnostic ("unknown key in WHERE"). */
bool read_keys(struct arena *arena, const struct node *map, const char *where,
               const char *const *keys, size_t count);

/* The scalar's text. EXPECTED describes what was wanted, such as "a path". */
bool read_text(struct arena *arena, const struct node *node, const char *key, const char *expected,
               const char **text);
bool read_bool(struct arena *arena, const struct node *node, const char *key, bool *value);
bool read_size(struct arena *arena, const struct node *node, const char *key, uint64_t *value);

/* The index of the word among WORDS. */
bool read_word(struct arena *arena, const struct node *node, const char *key,
               const char *const *words, size_t count, unsigned *index);

/* A valid name of a compartment or library, without reporting. */
bool is_name(const char *text);

#endif
