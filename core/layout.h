/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The layout table: what the link step tells the image, the launcher and the fault report about the
 * image. The link step emits one `const struct flexos_layout flexos_layout` in .rodata; its bytes
 * are part of the file format of an image, so fields are only appended and `version` counts.
 *
 * Start-up sets protection keys from this table and from nothing else.
 */
#ifndef FLEXOS_CORE_LAYOUT_H
#define FLEXOS_CORE_LAYOUT_H

#include <stdint.h>

#include "flexos/limits.h"

#define FLEXOS_LAYOUT_MAGIC 0x74756f79614c7846 /* "FxLayout" */
#define FLEXOS_LAYOUT_VERSION 1

enum flexos_mechanism { FLEXOS_MECHANISM_NONE = 0, FLEXOS_MECHANISM_INTEL_MPK = 1 };
enum flexos_flavour { FLEXOS_GATE_FULL = 0, FLEXOS_GATE_LIGHT = 1 };
enum flexos_sharing {
    FLEXOS_SHARING_DSS = 0,          /* stacks private, with a shared half above */
    FLEXOS_SHARING_SHARED_STACK = 1, /* stacks lie in shared memory */
    FLEXOS_SHARING_HEAP = 2,         /* stacks private, marked locals on the shared heap */
    FLEXOS_SHARING_COPY = 3,         /* stacks private, gates copy annotated buffers */
};

#define FLEXOS_LAYOUT_CHECKS 1u /* flags: interface checks are on */

struct flexos_layout_domain {
    char name[32];        /* of the compartment, NUL-padded; empty: domain not used */
    uint64_t start, end;  /* linked data, page-aligned; start == end: none */
    uint32_t pkru;        /* value of PKRU while the compartment runs */
    uint8_t flavour;      /* enum flexos_flavour */
    uint8_t sharing;      /* enum flexos_sharing */
    uint8_t stack_domain; /* the compartment whose stacks this one runs on; itself with full gates,
                             the lowest of the group with light ones */
    uint8_t reserved;
};

struct flexos_layout {
    uint64_t magic;
    uint32_t version;
    uint32_t mechanism;    /* enum flexos_mechanism */
    uint32_t compartments; /* besides the TCB; 0 in an image without mechanism */
    uint32_t flags;
    uint64_t stack_slot; /* bytes, a power of two */
    uint64_t memory;     /* bytes of heap for each arena; 0: no limit */
    struct flexos_layout_domain domains[FLEXOS_DOMAINS]; /* index = protection key; 0 = constants
                            and what the TCB publishes, 14 = private data of the TCB, 15 = shared */
};

_Static_assert(sizeof(struct flexos_layout_domain) == 56, "layout table format");
_Static_assert(sizeof(struct flexos_layout) == 40 + 16 * 56, "layout table format");

extern const struct flexos_layout flexos_layout;

#endif
