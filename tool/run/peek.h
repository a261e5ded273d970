/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The little of an image that must be known before it is started: its layout table and which
 * devices it uses. A few reads, since every millisecond here delays the image; the crash
 * report opens the file as a whole (program.h).
 */
#ifndef FLEXOS_TOOL_RUN_PEEK_H
#define FLEXOS_TOOL_RUN_PEEK_H

#include "core/layout.h"

#include <stdbool.h>

struct peek {
    bool have_layout; /* the file is a FlexOS image */
    struct flexos_layout layout;
    bool has_network; /* it holds the drivers */
    bool has_volumes;
};

/* 0, or a negative errno; -ENOEXEC when the file is no ELF program for x86-64. */
int peek_image(struct peek *peek, const char *path);

#endif
