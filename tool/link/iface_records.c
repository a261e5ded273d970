/* SPDX-License-Identifier: BSD-3-Clause */
/* Takes the text of iface_collect apart again; names of kinds for people. */
#include "link/iface.h"
#include "link/iface_table.h"

#include <string.h>

int iface_records(const char *text, int (*visit)(const struct iface_record *record, void *data),
                  void *data) {
    char *copy = xstrdup(text);
    char *outer = NULL, *inner = NULL;
    int result = 0;
    for (char *line = strtok_r(copy, "|", &outer); line && result == 0;
         line = strtok_r(NULL, "|", &outer)) {
        struct iface_record record = {.kind = line[0], .rest = line[1] ? line + 2 : line + 1};
        if (record.kind != 'E') {
            for (char *field = strtok_r(record.rest, " ", &inner);
                 field && record.fields < sizeof record.field / sizeof *record.field;
                 field = strtok_r(NULL, " ", &inner)) {
                record.field[record.fields++] = field;
            }
        }
        result = visit(&record, data);
    }
    free(copy);
    return result;
}

static int is_handle(const struct iface_record *record, void *data) {
    (void)data;
    return record->kind == 'P' && iface_unsigned(record, 1) == FLEXOS_IFACE_HANDLE;
}

bool iface_takes_handle(const char *text) {
    return iface_records(text, is_handle, NULL) != 0;
}

const char *iface_kind_name(unsigned kind) {
    static const char *const names[] = {
        [FLEXOS_IFACE_BUFFER] = "buffer",   [FLEXOS_IFACE_STRINGZ] = "string",
        [FLEXOS_IFACE_HANDLE] = "handle",   [FLEXOS_IFACE_CALLBACK] = "callback",
        [FLEXOS_IFACE_SHARED] = "shared",   [FLEXOS_IFACE_OPAQUE] = "opaque",
        [FLEXOS_IFACE_VA_LIST] = "va_list",
    };
    return kind < sizeof names / sizeof *names && names[kind] ? names[kind] : "unknown";
}

const char *iface_direction_name(unsigned flags) {
    switch (flags & (FLEXOS_IFACE_IN | FLEXOS_IFACE_OUT)) {
    case FLEXOS_IFACE_IN:
        return "in";
    case FLEXOS_IFACE_OUT:
        return "out";
    case FLEXOS_IFACE_IN | FLEXOS_IFACE_OUT:
        return "inout";
    default:
        return NULL;
    }
}

const char *iface_result_name(unsigned result) {
    switch (result) {
    case FLEXOS_IFACE_RESULT_SHARED:
        return "shared";
    case FLEXOS_IFACE_RESULT_HANDLE:
        return "handle";
    case FLEXOS_IFACE_RESULT_OWN:
        return "own";
    case FLEXOS_IFACE_RESULT_CALLBACK:
        return "callback";
    case FLEXOS_IFACE_RESULT_OPAQUE:
        return "opaque";
    default:
        return NULL;
    }
}
