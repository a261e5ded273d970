/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules inside one manifest that go across keys. */
#ifndef FLEXOS_TOOL_MANIFEST_CHECK_H
#define FLEXOS_TOOL_MANIFEST_CHECK_H

#include "manifest/manifest.h"
#include "yaml/tree.h"

/* Whether an item of this list twice is a mistake (flags may repeat). */
bool manifest_key_is_set(const char *key);

bool manifest_check(const struct manifest *manifest, const struct node *root);

#endif
