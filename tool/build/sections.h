/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Gives the sections of a freshly compiled object names that no other file of the library has, so
 * that `ld -r` keeps them apart: assembler code gets .text.asm_FILE, and sections of file-local
 * functions and objects the file's name as suffix (every file may have its own static `init`).
 * Sections kept apart are what garbage collection, the stateless rule and gates work on.
 */
#ifndef FLEXOS_TOOL_BUILD_SECTIONS_H
#define FLEXOS_TOOL_BUILD_SECTIONS_H

#include "build/library.h"

/* 0, or -1 after a diagnostic. */
int sections_separate(const char *object, const struct input *input);

#endif
