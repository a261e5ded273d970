/* SPDX-License-Identifier: BSD-3-Clause */
/* The descriptors of one image while it is linked. */
#ifndef FLEXOS_TOOL_LINK_IFACE_TABLE_H
#define FLEXOS_TOOL_LINK_IFACE_TABLE_H

#include "core/iface.h"
#include "link/linker.h"
#include "util/str.h"

struct iface_described {
    const struct function *function;
    const char *text; /* of iface_collect */
    int index;        /* -1: no descriptor */
};

struct iface_state {
    VEC(struct iface_described) described;
    VEC(struct flexos_iface) table;
    VEC(struct flexos_iface_param) params;
    VEC(struct flexos_iface_member) members;
    struct strbuf code, text;
    struct map code_at, text_at; /* hexadecimal code, name -> (void *)(offset + 1) */
};

/* One record of the text of iface_collect: fields of a line such as "P name 1 9 ...". */
struct iface_record {
    char kind;
    char *field[10];
    size_t fields;
    char *rest; /* of an E record */
};

/* Calls visit for each record; stops at the first result that is not 0, and returns it. */
int iface_records(const char *text, int (*visit)(const struct iface_record *record, void *data),
                  void *data);

static inline unsigned iface_unsigned(const struct iface_record *record, size_t field) {
    return field < record->fields ? (unsigned)strtoul(record->field[field], NULL, 10) : 0;
}

/* "path, a buffer that is read" for messages and the report. */
const char *iface_kind_name(unsigned kind);
const char *iface_direction_name(unsigned flags);
const char *iface_result_name(unsigned result);

#endif
