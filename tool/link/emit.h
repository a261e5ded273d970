/* SPDX-License-Identifier: BSD-3-Clause */
/* What the link step writes in assembly: gates.S (docs/abi.md, section 5) and stubs. */
#ifndef FLEXOS_TOOL_LINK_EMIT_H
#define FLEXOS_TOOL_LINK_EMIT_H

#include "link/linker.h"

#include <stdio.h>

void emit_gates(struct linker *linker, FILE *out);
void emit_stubs(struct linker *linker, FILE *out);

#endif
