/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The plan of an image: the closed, ordered list of its libraries, each with its compartment.
 *
 * Order: the application, then everything it needs, nearest first and breadth first, then libraries
 * that the configuration names but nobody needs, then the TCB (core, mechanism, platform and their
 * needs). The order is the same for the same folders and configuration.
 */
#ifndef FLEXOS_TOOL_CONFIG_PLAN_H
#define FLEXOS_TOOL_CONFIG_PLAN_H

#include "config/config.h"
#include "manifest/manifest.h"

struct plan_library {
    struct manifest *manifest;
    const char *name;     /* manifest->name */
    unsigned compartment; /* 0 for the TCB, else 1..; replicated libraries: the first that has it */
    uint32_t compartments; /* bit k: an instance lies in compartment k; one bit unless replicated */
    bool replicated;
    hardening_set hardening;
    struct plan_library *
        *needs; /* resolved, nearest first: `needs`, then `uses` that are present */
    size_t need_count;

    /* filled in by build_libraries */
    const char *object;       /* cached relocatable library object */
    const char *iface_object; /* annotated prototypes (DWARF only), or NULL */
};

struct image_plan {
    struct arena arena;
    const struct config *config;
    struct plan_library *lib; /* [0..lib_count); lib[0] is the application */
    size_t lib_count;
    bool isolated; /* false: mechanism none, everything outside the TCB is compartment 1 */
    unsigned compartment_count; /* 1 when not isolated */
};

/* NULL after diagnostics. The configuration must outlive the plan. */
struct image_plan *plan_make(const struct config *config);
void plan_free(struct image_plan *plan);
struct plan_library *plan_library(const struct image_plan *plan, const char *name);

#endif
