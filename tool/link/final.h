/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the assembler and the linker on what the link step wrote. */
#ifndef FLEXOS_TOOL_LINK_FINAL_H
#define FLEXOS_TOOL_LINK_FINAL_H

#include "link/linker.h"

/*
 * Writes the objects, generated files and the linker's response file OUT.link, and links IMAGE. 0,
 * or -1 after diagnostics.
 */
int final_link(struct linker *linker, const char *image);

/* The same again with another linker->shift: only the linker script changes. */
int final_link_again(struct linker *linker, const char *image);

#endif
