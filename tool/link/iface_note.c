/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Annotations in DWARF: reads them, hands those of parameters to iface_param.c, and takes those of
 * functions. Mistakes become records of the function; they are reported when it gets a gate.
 */
#include "link/iface_private.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

void iface_fail(struct iface_function *function, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *c = text; *c; c++) {
        if (*c == '|' || *c == '\n' || *c == '\t') {
            *c = ' '; /* they separate records */
        }
    }
    sb_printf(&function->errors, "|E %s", text);
}

static char *trim(char *s) {
    while (isspace((unsigned char)*s)) {
        s++;
    }
    for (size_t n = strlen(s); n > 0 && isspace((unsigned char)s[n - 1]); n--) {
        s[n - 1] = '\0';
    }
    return s;
}

/* Splits at commas outside of parentheses. */
static void split(struct iface_note *note, char *at) {
    int depth = 0;
    char *start = at;
    for (;; at++) {
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (*at == '\0' || (*at == ',' && depth == 0)) {
            const bool last = *at == '\0';
            *at = '\0';
            start = trim(start);
            if (note->arguments < IFACE_NOTE_ARGUMENTS &&
                (*start || !last || note->arguments > 0)) {
                note->argument[note->arguments++] = start;
            }
            if (last) {
                return;
            }
            start = at + 1;
        }
    }
}

/* Reads a DW_TAG_LLVM_annotation; false when it is none of ours. */
static bool note_read(struct iface_function *function, Dwarf_Die *die, struct iface_note *note) {
    Dwarf_Attribute attribute;
    const char *text = NULL;
    memset(note, 0, sizeof *note);
    if (dwarf_tag(die) != DW_TAG_LLVM_annotation ||
        !dwarf_attr(die, DW_AT_const_value, &attribute) || !(text = dwarf_formstring(&attribute)) ||
        !str_starts(text, "flexos ")) {
        return false;
    }
    text += strlen("flexos ");
    if (strlen(text) >= sizeof note->text) {
        iface_fail(function, "it is longer than %zu characters", sizeof note->text);
        return false;
    }
    strcpy(note->text, text);
    char *space = strchr(note->text, ' ');
    note->word = note->text;
    if (space) {
        *space = '\0';
        split(note, space + 1);
    }
    return true;
}

bool iface_expect(struct iface_function *function, const struct iface_note *note, size_t count) {
    if (note->arguments != count) {
        iface_fail(function, "the annotation flexos_%s has %zu arguments; %zu were expected",
                   note->word, note->arguments, count);
        return false;
    }
    return true;
}

static void function_note(struct iface_function *function, const struct iface_note *note) {
    static const struct {
        const char *word;
        unsigned result;
    } results[] = {
        {"returns_shared", FLEXOS_IFACE_RESULT_SHARED},
        {"returns_handle", FLEXOS_IFACE_RESULT_HANDLE},
        {"returns_own", FLEXOS_IFACE_RESULT_OWN},
        {"returns_callback", FLEXOS_IFACE_RESULT_CALLBACK},
        {"returns_opaque", FLEXOS_IFACE_RESULT_OPAQUE},
        {"owned_by_caller", FLEXOS_IFACE_RESULT_SHARED},
    };
    if (strcmp(note->word, "precondition") == 0) {
        if (function->condition.n != 0) {
            iface_fail(function, "a second flexos_precondition; join the two with &&");
        } else if (iface_expect(function, note, 1)) {
            iface_compile(function, note->argument[0], NULL, true, &function->condition);
        }
        return;
    }
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        if (strcmp(note->word, results[i].word) == 0) {
            function->result = results[i].result;
            function->owned = function->owned || strcmp(note->word, "owned_by_caller") == 0;
            return;
        }
    }
    iface_fail(function, "the annotation flexos_%s does not belong to a function", note->word);
}

void iface_annotate(struct iface_function *function) {
    Dwarf_Die child;
    struct iface_note note;
    for (size_t i = 0; i < function->params.n; i++) {
        struct iface_param *param = &function->params.v[i];
        const bool pointer = param->typed && dwarf_tag(&param->type) == DW_TAG_pointer_type;
        if (dwarf_child(&param->die, &child) == 0) {
            do {
                if (note_read(function, &child, &note)) {
                    iface_param_note(function, param, &note);
                }
            } while (dwarf_siblingof(&child, &child) == 0);
        }
        param->known = pointer || param->described;
        if (pointer && !param->described) {
            iface_infer(param);
        }
        if (param->described && param->place < 0) {
            iface_fail(function, "'%s' is annotated but is not passed as one word", param->name);
        }
    }
    if (dwarf_child(&function->die, &child) == 0) {
        do {
            if (note_read(function, &child, &note)) {
                function_note(function, &note);
            }
        } while (dwarf_siblingof(&child, &child) == 0);
    }
}
