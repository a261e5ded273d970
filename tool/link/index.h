/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the link step knows of an object beyond its ELF tables: signatures from DWARF and facts of
 * its code. Made once and kept in OBJECT.index beside the object, so that a relink walks no DWARF
 * and decodes no instruction. The file is text; it is made again when the object or the format
 * changes.
 */
#ifndef FLEXOS_TOOL_LINK_INDEX_H
#define FLEXOS_TOOL_LINK_INDEX_H

#include "link/object.h"
#include "link/signature.h"
#include "util/map.h"
#include "util/vec.h"

struct prototype {
    const char *name;
    bool external, defined;
    uint32_t section; /* of the definition's code, 0 = none in this object */
    uint64_t value;
    struct signature signature;
    const char *text;    /* C text of the type */
    const char *shape;   /* of the function (shape.h) */
    const char *reached; /* shapes of the function pointers that its arguments and result reach */
    const char *iface;   /* what iface_collect said, "" when nothing */
};

struct index {
    struct arena arena;
    VEC(struct prototype) prototypes;
    struct map by_name; /* external functions: the definition, else the best declaration */
    uint32_t *order;    /* definitions with code, sorted by section and value */
    size_t order_count;
    uint8_t *facts; /* enum code_fact for each section */
    uint64_t *fact_offset;
};

/* Reads or makes the index. 0, or -1 after diagnostics. An unwritable cache is no error. */
int index_load(struct index *index, const struct object *object);
void index_free(struct index *index);

const struct prototype *index_at(const struct index *index, uint32_t section, uint64_t value);

/* Walks the DWARF of the object into index->prototypes (dwarf.c); other tables are not touched. */
int dwarf_read(struct index *index, const struct object *object);

#endif
