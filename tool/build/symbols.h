/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rewrites the symbol table of a combined library object:
 * - an exported `public: symbol` gets its public name besides its own;
 * - global symbols that are not exported become local, so that two libraries may use one name;
 * - each exported function gets the aliases flexos$NAME$FN and flexos$libNAME$FN, which
 *   flexos_gate refers to;
 * - functions that the manifest names under `sharing-heap` allocate in the shared heap
 * (heap_calls.h). Nothing else of the object changes.
 */
#ifndef FLEXOS_TOOL_BUILD_SYMBOLS_H
#define FLEXOS_TOOL_BUILD_SYMBOLS_H

#include "build/library.h"

/* Edits OBJECT in place. 0, or -1 after diagnostics. */
int symbols_rewrite(struct library_build *build, const char *object);

#endif
