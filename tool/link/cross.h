/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the crossing step share: one live reference under examination. */
#ifndef FLEXOS_TOOL_LINK_CROSS_H
#define FLEXOS_TOOL_LINK_CROSS_H

#include "link/steps.h"

struct site {
    struct linker *linker;
    struct instance *instance; /* that the reference stands in */
    uint32_t section, relocation;
    const Elf64_Rela *entry;
    struct reference reference;
    struct instance *target; /* NULL: no library defines it */
};

/* The name of the symbol that the relocation of a site refers to. */
const char *site_symbol(const struct site *site);
/* Makes the site refer to another symbol. */
void site_patch(struct site *site, const char *symbol, bool keep_addend);

void cross_data(struct site *site); /* cross_data.c */
void cross_stub(struct site *site); /* stub.c */

#endif
