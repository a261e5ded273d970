/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one relocation means. Calls are told from uses of an address by the opcode before the field:
 * a field relative to %rip in any other instruction has a ModRM byte with mod 00 and r/m 101 there,
 * which is no opcode of call, jmp or jcc.
 */
#include "link/steps.h"

#include "util/str.h"

#include <string.h>

bool section_refers(const struct section *section) {
    return section->relocation_count && section_is_alloc(section) &&
           strcmp(section->name, ".eh_frame") != 0 && strcmp(section->name, ".flexos.varargs") != 0;
}

static bool is_relative(uint32_t type) {
    switch (type) {
    case R_X86_64_PC32:
    case R_X86_64_PLT32:
    case R_X86_64_GOTPCREL:
    case R_X86_64_GOTPCRELX:
    case R_X86_64_REX_GOTPCRELX:
        return true;
    default:
        return false;
    }
}

static bool is_got(uint32_t type) {
    return type == R_X86_64_GOTPCREL || type == R_X86_64_GOTPCRELX ||
           type == R_X86_64_REX_GOTPCRELX;
}

bool link_is_call(const struct section *section, const Elf64_Rela *relocation) {
    const unsigned char *p = section->bytes;
    uint64_t offset = relocation->r_offset;
    uint32_t type = ELF64_R_TYPE(relocation->r_info);
    if (!section_is_code(section) || !p)
        return false;
    if (is_got(type)) /* call or jmp *f@GOTPCREL(%rip) */
        return offset >= 2 && p[offset - 2] == 0xff &&
               (p[offset - 1] == 0x15 || p[offset - 1] == 0x25);
    if (type != R_X86_64_PC32 && type != R_X86_64_PLT32)
        return false;
    if (offset >= 1 && (p[offset - 1] == 0xe8 || p[offset - 1] == 0xe9))
        return true;
    return offset >= 2 && p[offset - 2] == 0x0f && (p[offset - 1] & 0xf0) == 0x80;
}

static bool is_section_symbol(const struct library *library, const Elf64_Rela *relocation) {
    size_t symbol = ELF64_R_SYM(relocation->r_info);
    return ELF64_ST_TYPE(library->object.symbols[symbol].st_info) == STT_SECTION;
}

/*
 * Whether a data section is a jump table: besides the start of a function it also refers, without a
 * name, to the inside of the same code. A static function's address looks like a table's first
 * entry.
 */
static bool is_jump_table(const struct library *library, const struct section *section,
                          uint32_t target) {
    const struct object *object = &library->object;
    for (size_t i = 0; i < section->relocation_count; i++) {
        const Elf64_Rela *r = &section->relocations[i];
        size_t symbol = ELF64_R_SYM(r->r_info);
        uint32_t type = ELF64_R_TYPE(r->r_info);
        if (!is_section_symbol(library, r) || symbol_section(object, symbol) != target)
            continue;
        if (is_relative(type) || !object_function_at(object, target, (uint64_t)r->r_addend))
            return true;
    }
    return false;
}

static void into_code(const struct library *from, uint32_t section, const Elf64_Rela *relocation,
                      struct reference *reference) {
    const struct section *place = &from->object.sections[section];
    uint32_t type = ELF64_R_TYPE(relocation->r_info);
    uint32_t function = (uint32_t)object_function_at(&reference->library->object,
                                                     reference->section, reference->value);
    if (link_is_call(place, relocation)) {
        reference->kind = REFERENCE_CALL;
        reference->symbol = function;
        return;
    }
    reference->kind = REFERENCE_INSIDE;
    if (!function)
        return;
    if (!section_is_code(place) &&
        (is_relative(type) ||
         (is_section_symbol(from, relocation) && is_jump_table(from, place, reference->section))))
        return;
    reference->kind = REFERENCE_ADDRESS;
    reference->symbol = function;
}

struct reference link_reference(const struct library *library, uint32_t section,
                                const Elf64_Rela *relocation) {
    uint32_t symbol = (uint32_t)ELF64_R_SYM(relocation->r_info);
    uint32_t type = ELF64_R_TYPE(relocation->r_info);
    struct reference reference = {.relative = is_relative(type)};
    if (!symbol)
        return reference;
    reference.binding = &library->bindings[symbol];
    if (reference.binding->kind != BINDING_OWN && reference.binding->kind != BINDING_OTHER) {
        if (link_is_call(&library->object.sections[section], relocation))
            reference.kind = REFERENCE_CALL;
        return reference;
    }
    reference.library = reference.binding->library;
    const struct object *object = &reference.library->object;
    const Elf64_Sym *target = &object->symbols[reference.binding->symbol];
    reference.section = (uint32_t)symbol_section(object, reference.binding->symbol);
    reference.symbol = reference.binding->symbol;
    reference.value = target->st_value + (uint64_t)relocation->r_addend;
    if (reference.relative)
        reference.value += 4;
    if (reference.section && section_is_code(&object->sections[reference.section]))
        into_code(library, section, relocation, &reference);
    else
        reference.kind = REFERENCE_DATA;
    return reference;
}
