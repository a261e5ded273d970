/* SPDX-License-Identifier: BSD-3-Clause */
/* Adds a section that is not loaded to a finished ELF file. */
#ifndef FLEXOS_TOOL_LINK_EMBED_H
#define FLEXOS_TOOL_LINK_EMBED_H

#include <stddef.h>

int embed_section(const char *path, const char *name, const void *data, size_t size);

#endif
