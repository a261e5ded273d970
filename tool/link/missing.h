/* SPDX-License-Identifier: BSD-3-Clause */
/* Diagnostics of symbols that nobody provides. */
#ifndef FLEXOS_TOOL_LINK_MISSING_H
#define FLEXOS_TOOL_LINK_MISSING_H

#include "link/linker.h"

/* Says, once for each library and symbol, why NAME was not found and what to do. PROVIDER: the
 * library that a flexos_gate names, which lacks the function, else NULL. */
void link_missing(struct linker *linker, const struct instance *instance, uint32_t section,
                  uint64_t offset, const char *name, const struct library *provider);

#endif
