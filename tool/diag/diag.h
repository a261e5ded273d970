/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Diagnostics: `file:line:column: what was found; what was expected; did you mean 'word'?`
 *
 * Two ways in. Configurations and manifests use DIAG with an identifier of the table in
 * diag/table.def, which is also the list of tests and the source of docs/diagnostics.md. The build
 * and link steps, whose errors quote object files, use diag_error with a text of their own; it too
 * names the place, the cause and the remedy. Nothing here ends the program: callers return -1
 * upwards.
 */
#ifndef FLEXOS_TOOL_DIAG_H
#define FLEXOS_TOOL_DIAG_H

#include <stddef.h>
#include <stdio.h>

/* A place in a text; line and column count from 1. line 0: the file as a whole. */
struct loc {
    const char *file; /* NULL: no place at all */
    unsigned line, column;
};

#define LOC_FILE(path) ((struct loc){.file = (path)})
#define LOC_NONE ((struct loc){0})

/* Free text: "what was found; what was expected or how to mend it". */
void diag_error(struct loc loc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_warning(struct loc loc, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_note(struct loc loc, const char *format, ...) __attribute__((format(printf, 2, 3)));

unsigned diag_errors(void);         /* errors so far */
void diag_reset(void);              /* forget them */
void diag_set_stream(FILE *stream); /* default stderr; NULL: counted but not printed */

enum diag_id {
#define DIAG_ENTRY(id, name, format, cause, remedy) DIAG_##id,
#include "diag/table.def"
#undef DIAG_ENTRY
    DIAG_COUNT
};

struct diag_entry {
    const char *name, *format, *cause, *remedy;
};
extern const struct diag_entry diag_table[DIAG_COUNT];

/* The formats once more as arrays, so that the compiler checks the arguments of DIAG. */
#define DIAG_ENTRY(id, name, format, cause, remedy)                                                \
    static const char diag_format_##id[] __attribute__((unused)) = format;
#include "diag/table.def"
#undef DIAG_ENTRY

/* DIAG(loc, CONFIG_UNKNOWN_KEY, nearest or NULL, arguments of the format...) */
#define DIAG(loc, id, nearest, ...)                                                                \
    diag_emit(loc, DIAG_##id, nearest, diag_format_##id __VA_OPT__(, ) __VA_ARGS__)
void diag_emit(struct loc loc, enum diag_id id, const char *nearest, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The candidate nearest to WORD by edit distance (a swap of neighbours counts one, case a quarter),
 * or NULL when none is near enough to be meant.
 */
const char *diag_nearest(const char *word, const char *const *candidates, size_t count);

#endif
