/* SPDX-License-Identifier: BSD-3-Clause */
/* Where everything lies in the image: the linker script and the layout table (docs/abi.md, section
 * 4). */
#ifndef FLEXOS_TOOL_LINK_LAYOUT_H
#define FLEXOS_TOOL_LINK_LAYOUT_H

#include "link/linker.h"

#include <stdio.h>

void layout_script(struct linker *linker, FILE *out);
void layout_table(struct linker *linker, FILE *out); /* assembly */

/* Values of the configuration for one domain, 0 = the TCB. */
unsigned layout_flavour(const struct linker *linker, unsigned domain);
unsigned layout_stack_domain(const struct linker *linker, unsigned domain);
uint64_t layout_dss_offset(const struct linker *linker, unsigned domain);

#endif
