/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where things are: the checkout that the tool was built from, and its folder of things that are
 * made and can be deleted (FLEXOS_ROOT and FLEXOS_BUILD override them).
 */
#ifndef FLEXOS_TOOL_UTIL_ROOT_H
#define FLEXOS_TOOL_UTIL_ROOT_H

const char *flexos_root(void);  /* absolute, never freed */
const char *flexos_build(void); /* FLEXOS_ROOT/build unless FLEXOS_BUILD says otherwise */

/* A path below the checkout: flexos_path("libs/lwip"); the caller's to free. */
char *flexos_path(const char *relative);

#endif
