/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The audit of a linked image: a scan of its final bytes, and the report of docs/audit.md, written
 * to OUT.audit.json and, in an isolated image, into its section .flexos.audit. An image without
 * isolation stays byte for byte what the linker made.
 */
#ifndef FLEXOS_TOOL_LINK_AUDIT_H
#define FLEXOS_TOOL_LINK_AUDIT_H

#include "link/linker.h"

/* 0, or -1 after diagnostics, among them forbidden instructions. */
int audit_image(struct linker *linker, const char *image);

#endif
