/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interface descriptors: the call points between the link step and iface*.c. Descriptors come from
 * types and annotations in DWARF; what a function's DIE says is collected once, when the index of an
 * object is made, as one line of text, and is given back at each link.
 */
#ifndef FLEXOS_TOOL_LINK_IFACE_H
#define FLEXOS_TOOL_LINK_IFACE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdio.h>

/* Part of the identity of a cached index: raised when the text of iface_collect changes. */
#define IFACE_FORMAT "5"

struct linker;
struct function;
struct strbuf;
struct cJSON;

/*
 * Appends what the parameters and annotations of a DW_TAG_subprogram say: any text without newline and
 * tab; nothing when a gate has nothing to copy or check.
 */
void iface_collect(Dwarf_Die *function, struct strbuf *out);

/*
 * The descriptor of a function that gets a gate or thunk: an index from 0 up, in the order of first
 * calls, -1 when it needs none, -2 after diagnostics. ANNOTATED is the text that iface_collect made of
 * the library's interface.c, NULL when it does not repeat the function; OWN that of the definition.
 */
int iface_describe(struct linker *linker, const struct function *function, const char *annotated,
                   const char *own);

/* Whether a text of iface_collect has a parameter that is a handle: the function must run at home. */
bool iface_takes_handle(const char *text);

/* Writes iface.S (docs/abi.md, section 7) for all descriptors. 0, or -1 after diagnostics. */
int iface_emit(struct linker *linker, FILE *out);

/* Adds to the audit: per descriptor the parameters, and which annotations were inferred. */
void iface_audit(struct linker *linker, struct cJSON *report);

#endif
