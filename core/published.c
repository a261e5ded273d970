/* SPDX-License-Identifier: BSD-3-Clause */
/* The published page (flexos/published.h): a page of its own, key 0. */
#include "flexos/published.h"

struct flexos_published flexos_published
    __attribute__((section(".flexos.published"), aligned(FLEXOS_PAGE_SIZE)));

_Static_assert(offsetof(struct flexos_published, current) == FLEXOS_PUBLISHED_CURRENT, "gates");
_Static_assert(offsetof(struct flexos_published, selector) == FLEXOS_PUBLISHED_SELECTOR, "gates");
_Static_assert(offsetof(struct flexos_published, tp) == FLEXOS_PUBLISHED_TP, "libc");
_Static_assert(sizeof(struct flexos_published) <= FLEXOS_PAGE_SIZE, "one page");
