/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The DWARF walk of a library object. libdwfl, not libdw alone: it applies the relocations that the
 * .debug sections of a relocatable file still have. It also lays the sections out at addresses of
 * its own, by which a function's DW_AT_low_pc finds its section.
 */
#include "diag/diag.h"
#include "link/iface.h"
#include "link/index.h"
#include "link/shape.h"
#include "util/str.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

struct range {
    uint64_t start, end;
    uint32_t section;
};

struct walk {
    struct index *index;
    VEC(struct range) ranges;
    struct shape_graph *shapes;
    struct map declared; /* names of declarations already taken */
};

static int compare_ranges(const void *a, const void *b) {
    const struct range *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

static void collect_ranges(struct walk *walk, Dwfl_Module *module) {
    GElf_Addr bias;
    Elf *elf = dwfl_module_getelf(module, &bias);
    for (Elf_Scn *scn = NULL; elf && (scn = elf_nextscn(elf, scn));) {
        GElf_Shdr header;
        if (gelf_getshdr(scn, &header) && (header.sh_flags & SHF_EXECINSTR))
            vec_push(&walk->ranges,
                     (struct range){header.sh_addr + bias, header.sh_addr + bias + header.sh_size,
                                    (uint32_t)elf_ndxscn(scn)});
    }
    if (walk->ranges.n)
        qsort(walk->ranges.v, walk->ranges.n, sizeof *walk->ranges.v, compare_ranges);
}

static bool find_place(const struct walk *walk, uint64_t address, struct prototype *prototype) {
    size_t low = 0, high = walk->ranges.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct range *range = &walk->ranges.v[middle];
        if (address < range->start) {
            high = middle;
        } else if (address >= range->end) {
            low = middle + 1;
        } else {
            prototype->section = range->section;
            prototype->value = address - range->start;
            return true;
        }
    }
    return false;
}

static bool flag(Dwarf_Die *die, unsigned name) {
    Dwarf_Attribute attribute;
    bool value = false;
    return dwarf_attr_integrate(die, name, &attribute) && dwarf_formflag(&attribute, &value) == 0 &&
           value;
}

static const char *keep(struct arena *arena, char *text) {
    const char *kept = arena_strdup(arena, text);
    free(text);
    return kept;
}

static void add_function(struct walk *walk, Dwarf_Die *die, Dwarf_Addr bias) {
    Dwarf_Attribute attribute;
    const char *name = NULL;
    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute))
        name = dwarf_formstring(&attribute);
    if (!name)
        name = dwarf_diename(die);
    Dwarf_Addr low;
    bool has_code = dwarf_lowpc(die, &low) == 0;
    bool declaration = dwarf_attr(die, DW_AT_declaration, &attribute) != NULL;
    if (!name || (!has_code && !declaration))
        return; /* abstract instances and functions that the compiler dropped */
    struct prototype prototype = {.external = flag(die, DW_AT_external)};
    if (has_code) {
        if (!find_place(walk, low + bias, &prototype))
            return; /* its section was dropped */
        prototype.defined = true;
    } else if (*map_put(&walk->declared, name)) {
        return; /* another unit declared it already */
    }
    struct arena *arena = &walk->index->arena;
    prototype.name = arena_strdup(arena, name);
    prototype.signature = signature_of(die);
    prototype.text = keep(arena, signature_text(die));
    prototype.shape = keep(arena, shape_of(die));
    prototype.reached = keep(arena, shapes_reached(walk->shapes, die));
    struct strbuf iface = {0};
    if (has_code)
        iface_collect(die, &iface);
    prototype.iface = iface.n ? arena_strdup(arena, iface.s) : "";
    sb_free(&iface);
    if (!has_code) {
        if (!prototype.signature.prototyped)
            return;
        *map_put(&walk->declared, prototype.name) = (void *)prototype.name;
    }
    vec_push(&walk->index->prototypes, prototype);
}

static void walk_unit(struct walk *walk, Dwarf_Die *unit, Dwarf_Addr bias) {
    Dwarf_Die child;
    if (dwarf_child(unit, &child) != 0)
        return;
    do {
        if (dwarf_tag(&child) == DW_TAG_subprogram)
            add_function(walk, &child, bias);
    } while (dwarf_siblingof(&child, &child) == 0);
}

int dwarf_read(struct index *index, const struct object *object) {
    static const Dwfl_Callbacks callbacks = {.section_address = dwfl_offline_section_address,
                                             .find_elf = dwfl_build_id_find_elf,
                                             .find_debuginfo = dwfl_standard_find_debuginfo};
    Dwfl *dwfl = dwfl_begin(&callbacks);
    Dwfl_Module *module = dwfl ? dwfl_report_offline(dwfl, "library", object->path, -1) : NULL;
    if (!module) {
        diag_error(LOC_FILE(object->path), "cannot read debug information: %s", dwfl_errmsg(-1));
        dwfl_end(dwfl);
        return -1;
    }
    dwfl_report_end(dwfl, NULL, NULL);
    struct walk walk = {.index = index, .shapes = shape_graph_new()};
    collect_ranges(&walk, module);
    Dwarf_Addr bias = 0;
    Dwarf *dwarf = dwfl_module_getdwarf(module, &bias);
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    while (dwarf && dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
        walk_unit(&walk, &die, bias);
    vec_free(&walk.ranges);
    map_free(&walk.declared);
    shape_graph_free(walk.shapes);
    dwfl_end(dwfl);
    return 0;
}
