/* SPDX-License-Identifier: BSD-3-Clause */
#include "diag/diag.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "util/progress.h"

const struct diag_entry diag_table[DIAG_COUNT] = {
#define DIAG_ENTRY(id, name, format, cause, remedy) {name, format, cause, remedy},
#include "diag/table.def"
#undef DIAG_ENTRY
};

static unsigned errors;
static FILE *stream;
static bool stream_set;

unsigned diag_errors(void) {
    return errors;
}

void diag_reset(void) {
    errors = 0;
}

void diag_set_stream(FILE *to) {
    stream = to;
    stream_set = true;
}

/* Paths below the current folder are shown from there. */
static const char *shown(const char *file) {
    char here[PATH_MAX];
    size_t n = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
    return n > 1 && strncmp(file, here, n) == 0 && file[n] == '/' ? file + n + 1 : file;
}

static void print(struct loc loc, const char *severity, const char *nearest, const char *format,
                  va_list ap) __attribute__((format(printf, 4, 0)));

static void print(struct loc loc, const char *severity, const char *nearest, const char *format,
                  va_list ap) {
    FILE *to = stream_set ? stream : stderr;
    if (to == NULL) {
        return;
    }
    progress_clear();
    if (loc.file == NULL) {
        fprintf(to, "flexos: %s", severity);
    } else if (loc.line == 0) {
        fprintf(to, "%s: %s", shown(loc.file), severity);
    } else {
        fprintf(to, "%s:%u:%u: %s", shown(loc.file), loc.line, loc.column, severity);
    }
    vfprintf(to, format, ap);
    if (nearest != NULL) {
        fprintf(to, "; did you mean '%s'?", nearest);
    }
    fputc('\n', to);
    fflush(to);
}

void diag_error(struct loc loc, const char *format, ...) {
    va_list ap;
    errors++;
    va_start(ap, format);
    print(loc, "", NULL, format, ap);
    va_end(ap);
}

void diag_warning(struct loc loc, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    print(loc, "warning: ", NULL, format, ap);
    va_end(ap);
}

void diag_note(struct loc loc, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    print(loc, "note: ", NULL, format, ap);
    va_end(ap);
}

void diag_emit(struct loc loc, enum diag_id id, const char *nearest, const char *format, ...) {
    va_list ap;
    (void)id;
    errors++;
    va_start(ap, format);
    print(loc, "", nearest, format, ap);
    va_end(ap);
}
