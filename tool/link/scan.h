/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scan of an image's executable bytes for what only the trusted base may contain.
 *
 * WRPKRU and XRSTOR count at any byte offset: code that an attacker directs can jump into the
 * middle of an instruction. System calls count where they are instructions; accidental byte
 * sequences are counted, because the platform makes them useless (docs/threat-model.md).
 */
#ifndef FLEXOS_TOOL_LINK_SCAN_H
#define FLEXOS_TOOL_LINK_SCAN_H

#include "link/linker.h"

struct scan_site {
    uint64_t address;
    const char *symbol; /* "" when none */
    uint64_t offset;    /* in the symbol */
};

struct scan_sites {
    struct scan_site *v;
    size_t n, room;
};

struct scan {
    struct scan_sites pkru_writes, system_calls;
    size_t accidental;
    uint64_t text_bytes[DOMAIN_COUNT]; /* code by domain; [0] with the gates */
    uint64_t data_bytes[DOMAIN_COUNT]; /* linked data by domain, 15 = shared */
};

/* scan_image: forbidden bytes that are no instruction but made by addresses; link again with another
 * linker->shift. Never returned from shift LINK_SHIFTS on. */
#define SCAN_AGAIN 1
#define LINK_SHIFTS 12

/* 0, SCAN_AGAIN, or -1 after diagnostics: forbidden instructions, pages that are writable and executable. */
int scan_image(struct linker *linker, const char *image, struct scan *scan);
void scan_free(struct scan *scan);

#endif
