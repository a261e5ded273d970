/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tool is doing, on standard error: one line that is rewritten on a terminal, plain lines
 * in a log. Nothing is shown for steps that end within a second on a terminal; -q silences it.
 */
#ifndef FLEXOS_TOOL_UTIL_PROGRESS_H
#define FLEXOS_TOOL_UTIL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

void progress_quiet(bool quiet);

/* Says what is being done from now on; DONE of TOTAL is added when total is not 0. */
void progress(size_t done, size_t total, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the progress line off the terminal, so that something else can be printed. */
void progress_clear(void);

#endif
