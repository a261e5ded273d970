/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One shape for all ways of writing: after shape_file the root is a map, `compartments` a map from
 * names to maps of keys, and `libraries` a map from names to maps of keys. Places are kept.
 */
#ifndef FLEXOS_TOOL_CONFIG_SHAPE_H
#define FLEXOS_TOOL_CONFIG_SHAPE_H

#include "config/config.h"
#include "yaml/tree.h"

bool shape_file(struct arena *arena, struct node *root);

/*
 * Adds --set KEY=VALUE and --platform VALUE to a shaped tree. What the file says already is
 * replaced with a note; lists grow. The INDEX-th option has the place `--set:INDEX:COLUMN`.
 */
bool shape_option(struct arena *arena, struct node *root, const struct config_option *option,
                  unsigned index);

#endif
