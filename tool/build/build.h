/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From manifests to cached relocatable library objects: sources fetched and verified, compiled once
 * per hardening set, combined by ld -r.
 */
#ifndef FLEXOS_TOOL_BUILD_H
#define FLEXOS_TOOL_BUILD_H

#include "config/plan.h"

/* Fills in object and iface_object of each library of the plan. 0, or -1 after diagnostics. */
int build_libraries(struct image_plan *plan);

#endif
