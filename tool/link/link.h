/* SPDX-License-Identifier: BSD-3-Clause */
/* From library objects to an image: resolve, gates, thunks, layout, audit. */
#ifndef FLEXOS_TOOL_LINK_H
#define FLEXOS_TOOL_LINK_H

#include "config/plan.h"

/* Writes the image OUT and its report OUT.audit.json (docs/audit.md has the format). 0, or -1 after
 * diagnostics. */
int link_image(struct image_plan *plan, const char *out);

#endif
