/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 100 };

static bool silent;
static bool shown;     /* a line stands on the terminal */
static double started; /* of the first step; 0 before it */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void progress_quiet(bool quiet) {
    silent = quiet;
}

void progress(size_t done, size_t total, const char *format, ...) {
    char text[WIDTH], count[48] = "";
    if (silent) {
        return;
    }
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (total != 0) {
        snprintf(count, sizeof count, "[%zu/%zu] ", done, total);
    }
    if (!isatty(2)) {
        fprintf(stderr, "%s%s\n", count, text);
        return;
    }
    if (started == 0) {
        started = now();
    }
    if (now() - started > 1) {
        fprintf(stderr, "\r\033[K%s%s", count, text);
        fflush(stderr);
        shown = true;
    }
}

void progress_clear(void) {
    if (shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        shown = false;
    }
}
