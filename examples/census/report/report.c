/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>

static unsigned lines;

int report_line(char *line, size_t size, const char *format, ...) {
    char text[256];
    va_list arguments;

    lines++;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);

    va_end(arguments);
    return snprintf(line, size, "%3u  %s", lines, text) < 0 ? -1 : length;
}

unsigned report_lines(void) {
    return lines;
}
