/* SPDX-License-Identifier: BSD-3-Clause */
/* Formats lines. */
#ifndef REPORT_H
#define REPORT_H

#include <stddef.h>

#include <flexos/interface.h>

/* As snprintf. Strings among the arguments must lie in shared memory or be constants: nobody can know their length. */
int report_line(char *line flexos_out(size), size_t size, const char *format flexos_string, ...)
    __attribute__((format(printf, 3, 4)));
/* How many lines were formatted. */
unsigned report_lines(void);

#endif
