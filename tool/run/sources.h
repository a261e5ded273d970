/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which library a source file belongs to, learned from the image: the files of units with a label
 * are known. Another file belongs to the library of the known files in its folder; else to the one
 * that its source package is named after; else to that of the nearest folder above with known
 * files. Where the files of a folder are of several libraries, nothing is said.
 */
#ifndef FLEXOS_TOOL_RUN_SOURCES_H
#define FLEXOS_TOOL_RUN_SOURCES_H

#include "run/labels.h"
#include "run/units.h"

struct sources {
    struct source {
        const char *path, *library;
    } *list;
    size_t count;
    bool learned;
};

const char *sources_library(struct sources *sources, struct units *units,
                            const struct labels *labels, const char *path);
void sources_free(struct sources *sources);

#endif
