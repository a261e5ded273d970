/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which library an address of an image belongs to: from the DWARF, where each compile unit tells
 * the path of its source. Code is found by address ranges; data by the variable that lies there.
 */
#include "run/program.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <string.h>

/* `.../libs/lwip/glue.c`, `.../sources/lwip/...`: the path component after one of these folders. */
static const char *const folders[] = {"libs", "apps", "sources", "src-tree"};

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
    for (const char *tcb = path; tcb && (tcb = strchr(tcb, '/')); tcb++) {
        if (!strncmp(tcb, "/core/x86_64/", 13) || !strncmp(tcb, "/mechanisms/", 12) ||
            !strncmp(tcb, "/platforms/", 11)) {
            return "the TCB";
        }
    }
    return NULL;
}

static const char *library_of_unit(Dwarf_Die *unit) {
    Dwarf_Attribute attribute;
    const char *name = dwarf_formstring(dwarf_attr(unit, DW_AT_name, &attribute));
    const char *library = library_of_path(name);
    if (library) {
        return library;
    }
    return library_of_path(dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute)));
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

static const char *library_of_data(const struct program *program, uint64_t address) {
    Dwarf_Addr bias;
    Dwarf_Die *unit = NULL;
    while ((unit = dwfl_module_nextcu(program->module, unit, &bias)) != NULL) {
        if (variable_below(unit, address, 0)) {
            return library_of_unit(unit);
        }
    }
    return NULL;
}

const char *program_library(struct program *program, uint64_t address) {
    if (program->map.count) {
        return link_map_library(&program->map, address);
    }
    Dwarf_Die unit;
    return units_find(&program->units, address, &unit) ? library_of_unit(&unit)
                                                       : library_of_data(program, address);
}
