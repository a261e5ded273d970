/* SPDX-License-Identifier: BSD-3-Clause */
/* The layout table of the test image, as the link step writes it. */
#include "core/layout.h"

#ifndef LIGHT
#define LIGHT 0
#endif

extern char __flexos_data_0_start[], __flexos_data_0_end[], __flexos_data_1_start[],
    __flexos_data_1_end[], __flexos_data_2_start[], __flexos_data_2_end[], __flexos_data_3_start[],
    __flexos_data_3_end[], __flexos_data_15_start[], __flexos_data_15_end[];

#define PKRU(k) (0x15555556u & ~(3u << (2 * (k))))
#define COMPARTMENT(n, title)                                                                      \
    [n] = {.name = title,                                                                          \
           .start = (uint64_t)__flexos_data_##n##_start,                                           \
           .end = (uint64_t)__flexos_data_##n##_end,                                               \
           .pkru = PKRU(n),                                                                        \
           .flavour = LIGHT && n < 3,                                                              \
           .sharing = FLEXOS_SHARING_DSS,                                                          \
           .stack_domain = LIGHT && n == 2 ? 1 : n}

const struct flexos_layout flexos_layout = {
    .magic = FLEXOS_LAYOUT_MAGIC,
    .version = FLEXOS_LAYOUT_VERSION,
    .mechanism = FLEXOS_MECHANISM_INTEL_MPK,
    .compartments = 3,
    .stack_slot = FLEXOS_STACK_SLOT,
    .memory = 16 << 20,
    .domains = {COMPARTMENT(1, "app"), COMPARTMENT(2, "lib"), COMPARTMENT(3, "third"),
                [14] = {.name = "TCB",
                        .start = (uint64_t)__flexos_data_0_start,
                        .end = (uint64_t)__flexos_data_0_end},
                [15] = {.name = "shared",
                        .start = (uint64_t)__flexos_data_15_start,
                        .end = (uint64_t)__flexos_data_15_end}},
};
