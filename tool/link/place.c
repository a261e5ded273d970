/* SPDX-License-Identifier: BSD-3-Clause */
/* Places of references for messages: function and source line, by DWARF, only when there is an
 * error. */
#include "diag/diag.h"
#include "link/steps.h"
#include "util/file.h"

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The source line of a place in an object: "file.c" and line, or NULL. */
static const char *source_line(const struct object *object, uint32_t section, uint64_t offset,
                               int *line, Dwfl **dwfl) {
    static const Dwfl_Callbacks callbacks = {.section_address = dwfl_offline_section_address,
                                             .find_elf = dwfl_build_id_find_elf,
                                             .find_debuginfo = dwfl_standard_find_debuginfo};
    *dwfl = dwfl_begin(&callbacks);
    Dwfl_Module *module = *dwfl ? dwfl_report_offline(*dwfl, "library", object->path, -1) : NULL;
    if (!module)
        return NULL;
    dwfl_report_end(*dwfl, NULL, NULL);
    GElf_Addr bias;
    Elf *elf = dwfl_module_getelf(module, &bias);
    Elf_Scn *scn = elf ? elf_getscn(elf, section) : NULL;
    GElf_Shdr header;
    if (!scn || !gelf_getshdr(scn, &header))
        return NULL;
    Dwarf_Addr dwarf_bias = 0, address = header.sh_addr + bias + offset;
    Dwarf *dwarf = dwfl_module_getdwarf(module, &dwarf_bias);
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    /* clang writes no .debug_aranges, so libdwfl's own search finds nothing */
    while (dwarf && dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0) {
        if (dwarf_haspc(&die, address - dwarf_bias) != 1)
            continue;
        Dwarf_Line *found = dwarf_getsrc_die(&die, address - dwarf_bias);
        if (found && dwarf_lineno(found, line) == 0)
            return dwarf_linesrc(found, NULL, NULL);
    }
    return NULL;
}

const char *link_place(struct linker *linker, const struct instance *instance, uint32_t section,
                       uint64_t offset) {
    const struct object *object = &instance->library->object;
    const struct section *place = &object->sections[section];
    if (!section_is_code(place)) {
        const char *name = place->name;
        for (size_t k = 1; k < object->symbol_count; k++) {
            const Elf64_Sym *symbol = &object->symbols[k];
            if (ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT && symbol->st_shndx == section &&
                offset >= symbol->st_value && offset < symbol->st_value + symbol->st_size)
                name = symbol_name(object, k);
        }
        return arena_printf(&linker->arena, "%s: object %s", instance->library->name, name);
    }
    uint32_t function = (uint32_t)object_function_around(object, section, offset);
    const char *name = function ? symbol_name(object, function) : place->name;
    int line = 0;
    Dwfl *dwfl = NULL;
    const char *file = source_line(object, section, offset, &line, &dwfl);
    const char *text = file ? arena_printf(&linker->arena, "%s: %s (%s:%d)",
                                           instance->library->name, name, path_base(file), line)
                            : arena_printf(&linker->arena, "%s: %s", instance->library->name, name);
    if (dwfl)
        dwfl_end(dwfl);
    return text;
}

void link_error(struct linker *linker, const struct instance *instance, uint32_t section,
                uint64_t offset, const char *format, ...) {
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    diag_error(LOC_NONE, "%s: %s", link_place(linker, instance, section, offset), text);
    linker->failed = true;
}
