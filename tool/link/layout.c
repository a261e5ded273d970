/* SPDX-License-Identifier: BSD-3-Clause */
/* The layout table: see layout.h and core/layout.h, which defines its format. */
#include "link/layout.h"

#include "core/layout.h"

#include <inttypes.h>
#include <string.h>

static const struct config_compartment *compartment(const struct linker *linker, unsigned domain) {
    return config_compartment(linker->plan->config, domain);
}

unsigned layout_flavour(const struct linker *linker, unsigned domain) {
    if (domain == DOMAIN_TCB)
        return FLEXOS_GATE_FULL;
    return compartment(linker, domain)->gate == GATE_LIGHT ? FLEXOS_GATE_LIGHT : FLEXOS_GATE_FULL;
}

/* All light compartments run on the stacks of the lowest of them. */
unsigned layout_stack_domain(const struct linker *linker, unsigned domain) {
    if (layout_flavour(linker, domain) == FLEXOS_GATE_FULL)
        return domain;
    for (unsigned k = 1; k < linker->domains; k++)
        if (layout_flavour(linker, k) == FLEXOS_GATE_LIGHT)
            return k;
    return domain;
}

uint64_t layout_dss_offset(const struct linker *linker, unsigned domain) {
    if (!linker->isolated || domain == DOMAIN_TCB ||
        layout_flavour(linker, domain) == FLEXOS_GATE_LIGHT ||
        compartment(linker, domain)->sharing != SHARING_DSS)
        return 0;
    return FLEXOS_STACKS_SHARED;
}

static unsigned sharing_number(enum sharing sharing) {
    switch (sharing) {
    case SHARING_DSS:
        return FLEXOS_SHARING_DSS;
    case SHARING_SHARED_STACK:
        return FLEXOS_SHARING_SHARED_STACK;
    case SHARING_HEAP:
        return FLEXOS_SHARING_HEAP;
    case SHARING_COPY:
        return FLEXOS_SHARING_COPY;
    }
    return FLEXOS_SHARING_DSS;
}

static void add_domain(FILE *out, const char *name, const char *start, const char *end,
                       uint32_t pkru, unsigned flavour, unsigned sharing, unsigned stack_domain) {
    char text[32] = {0};
    memcpy(text, name, strnlen(name, sizeof text - 1));
    fprintf(out, "    .byte ");
    for (size_t i = 0; i < sizeof text; i++)
        fprintf(out, "%s%d", i ? "," : "", (unsigned char)text[i]);
    fprintf(out, "\n    .quad %s, %s\n    .long 0x%" PRIx32 "\n    .byte %u, %u, %u, 0\n", start,
            end, pkru, flavour, sharing, stack_domain);
}

static uint32_t pkru_of(unsigned domain) {
    uint32_t own = 3U << 2 * domain, shared = 3U << 2 * FLEXOS_DOMAIN_SHARED;
    return (uint32_t)FLEXOS_PKRU_BASE & ~(own | shared);
}

static void isolated_domains(const struct linker *linker, FILE *out) {
    for (unsigned k = 0; k < FLEXOS_DOMAINS; k++) {
        char start[48], end[48];
        snprintf(start, sizeof start, "__flexos_data_%u_start", k);
        snprintf(end, sizeof end, "__flexos_data_%u_end", k);
        if (k == 0)
            add_domain(out, "published", "__flexos_published_start", "__flexos_published_end", 0, 0,
                       0, 0);
        else if (k < linker->domains)
            add_domain(out, compartment(linker, k)->name, start, end, pkru_of(k),
                       layout_flavour(linker, k), sharing_number(compartment(linker, k)->sharing),
                       layout_stack_domain(linker, k));
        else if (k == FLEXOS_DOMAIN_TCB)
            add_domain(out, "tcb", "__flexos_data_0_start", "__flexos_data_0_end", FLEXOS_PKRU_TCB,
                       0, 0, 0);
        else if (k == FLEXOS_DOMAIN_SHARED)
            add_domain(out, "shared", start, end, 0, 0, 0, 0);
        else
            add_domain(out, "", "0", "0", 0, 0, 0, 0);
    }
}

void layout_table(struct linker *linker, FILE *out) {
    const struct config *config = linker->plan->config;
    fprintf(out,
            "    .section .rodata.flexos_layout,\"a\",@progbits\n    .balign 8\n"
            "    .globl flexos_layout\n    .type flexos_layout, @object\nflexos_layout:\n"
            "    .quad 0x%" PRIx64 "\n    .long %d, %d, %u, %u\n    .quad %" PRIu64 ", %" PRIu64
            "\n",
            (uint64_t)FLEXOS_LAYOUT_MAGIC, FLEXOS_LAYOUT_VERSION,
            linker->isolated ? FLEXOS_MECHANISM_INTEL_MPK : FLEXOS_MECHANISM_NONE,
            linker->isolated ? linker->domains - 1 : 0,
            config->interface_checks ? FLEXOS_LAYOUT_CHECKS : 0, config->stack, config->memory);
    if (linker->isolated)
        isolated_domains(linker, out);
    else
        for (unsigned k = 0; k < FLEXOS_DOMAINS; k++)
            add_domain(out, k == 1 ? compartment(linker, 1)->name : "",
                       k == 1 ? "__flexos_data_1_start" : "0", k == 1 ? "__flexos_data_1_end" : "0",
                       0, 0, 0, k == 1);
    fprintf(out, "    .size flexos_layout, . - flexos_layout\n");
    for (unsigned k = 0; linker->isolated && k < linker->domains; k++)
        fprintf(out,
                "    .globl \"flexos_compartment_id$%u\", \"flexos_dss_offset$%u\"\n"
                "    .set \"flexos_compartment_id$%u\", %u\n"
                "    .set \"flexos_dss_offset$%u\", 0x%" PRIx64 "\n",
                k, k, k, k, k, layout_dss_offset(linker, k));
}
