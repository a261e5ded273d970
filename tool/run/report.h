/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints a fault: for people, and as JSON for programs (schema in docs/crash-report.md). */
#ifndef FLEXOS_TOOL_RUN_REPORT_H
#define FLEXOS_TOOL_RUN_REPORT_H

#include "run/fault.h"

#include <stdio.h>

void report_text(FILE *stream, const struct fault *fault, bool registers);

/* Writes one JSON object; the file appears whole or not at all. 0 or a negative errno. */
int report_json(const char *path, const struct fault *fault);

/* One line: what was tried. */
void report_attempt(const struct fault *fault, char *text, size_t size);

#endif
