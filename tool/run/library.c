/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which library an address of an image belongs to. The DWARF tells the compile unit: of code by its
 * address ranges, of data by the variable that lies there. A label of the symbol table in the
 * unit's code names the library; else the path of its source or its folder does, else the
 * labels around it.
 */
#include "run/program.h"

#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdwfl.h>
#include <string.h>

/* `.../libs/lwip/glue.c`, `.../sources/lwip/...`: the path component after one of these folders. */
static const char *const folders[] = {"libs", "apps", "mechanisms", "platforms"};

static const char *library_of_path(const char *path) {
    static char names[16][64];
    static unsigned next;
    for (size_t i = 0; path && i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        for (const char *at = path; (at = strstr(at, folders[i])) != NULL; at += length) {
            if ((at != path && at[-1] != '/') || at[length] != '/') {
                continue;
            }
            const char *name = at + length + 1;
            size_t size = strcspn(name, "/");
            if (size == 0 || size >= sizeof names[0] || name[size] != '/') {
                continue;
            }
            char *result = names[next++ % 16];
            memcpy(result, name, size);
            result[size] = '\0';
            return result;
        }
    }
    return NULL;
}

/* Whether the variable's place is the fixed address range that holds `address`. */
static bool variable_at(Dwarf_Die *variable, uint64_t address) {
    Dwarf_Attribute attribute;
    Dwarf_Op *op;
    size_t count;
    if (!dwarf_attr(variable, DW_AT_location, &attribute) ||
        dwarf_getlocation(&attribute, &op, &count) || count != 1) {
        return false;
    }
    uint64_t start;
    if (op[0].atom == DW_OP_addr) {
        start = op[0].number;
    } else {
        Dwarf_Attribute resolved;
        if ((op[0].atom != DW_OP_addrx && op[0].atom != DW_OP_GNU_addr_index) ||
            dwarf_getlocation_attr(&attribute, op, &resolved) ||
            dwarf_formaddr(&resolved, &start)) {
            return false;
        }
    }
    if (start > address) {
        return false;
    }
    Dwarf_Die type;
    Dwarf_Word size = 1;
    Dwarf_Attribute type_attribute;
    if (dwarf_formref_die(dwarf_attr_integrate(variable, DW_AT_type, &type_attribute), &type)) {
        dwarf_aggregate_size(&type, &size);
    }
    return address - start < (size ? size : 1);
}

/* Variables of functions lie below them: statics of a function are data like all others. */
static bool variable_below(Dwarf_Die *die, uint64_t address, int depth) {
    Dwarf_Die child;
    if (depth > 8 || dwarf_child(die, &child)) {
        return false;
    }
    do {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_variable && variable_at(&child, address)) {
            return true;
        }
        if ((tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block) &&
            variable_below(&child, address, depth + 1)) {
            return true;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

static bool unit_of_data(const struct program *program, uint64_t address, Dwarf_Die *found) {
    Dwarf_Addr bias;
    Dwarf_Die *unit = NULL;
    while ((unit = dwfl_module_nextcu(program->module, unit, &bias)) != NULL) {
        if (variable_below(unit, address, 0)) {
            *found = *unit;
            return true;
        }
    }
    return false;
}

/* All code of a unit belongs to one library: any label in it tells. */
static const char *library_by_labels(const struct program *program, Dwarf_Die *unit) {
    Dwarf_Off offset = dwarf_dieoffset(unit);
    const char *library = NULL;
    for (size_t i = 0; i < program->units.count && !library; i++) {
        const struct unit_range *range = &program->units.ranges[i];
        if (range->unit == offset) {
            library = labels_in(&program->labels, range->start, range->end);
        }
    }
    return library;
}

static const char *library_of_unit(struct program *program, Dwarf_Die *unit) {
    Dwarf_Attribute attribute;
    const char *library = library_by_labels(program, unit);
    if (library) {
        return library;
    }
    const char *path = dwarf_formstring(dwarf_attr(unit, DW_AT_name, &attribute));
    library = library_of_path(path);
    return library ? library
                   : sources_library(&program->sources, &program->units, &program->labels, path);
}

/* The unit of the code or of the variable at the address. */
static bool unit_at(struct program *program, uint64_t address, Dwarf_Die *unit) {
    if (units_find(&program->units, address, unit)) {
        return true;
    }
    int flags = program_segment(program, address);
    return flags >= 0 && !(flags & PF_X) && unit_of_data(program, address, unit);
}

const char *program_library(struct program *program, uint64_t address) {
    const struct label *below, *above;
    Dwarf_Die unit;
    bool have_unit = unit_at(program, address, &unit);
    const char *library = have_unit ? library_of_unit(program, &unit) : NULL;
    if (library) {
        return library;
    }
    /* Each library's code lies together: between two labels of one library everything is its own.
     */
    labels_around(&program->labels, address, &below, &above);
    return have_unit && below && above && !strcmp(below->library, above->library) ? below->library
                                                                                  : NULL;
}
