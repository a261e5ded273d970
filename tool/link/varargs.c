/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Notes of variadic call sites. The compiler pass writes one entry into .flexos.varargs for each:
 * the address of a label before the call, the bytes that the call passes on the stack, the number
 * of vector registers. The call is the first one behind the label, but for calls of memcpy that the
 * compiler makes for an argument by value; labels and calls of one function keep their order.
 */
#include "link/steps.h"

#include <capstone/capstone.h>

#include <stdlib.h>
#include <string.h>

enum { ENTRY = 16 };

struct entry {
    uint64_t label;
    uint32_t bytes, vectors;
};

/* How far the call may lie behind its label: moves of arguments may stand between them. */
enum { REACH = 4096 };

static int compare(const void *a, const void *b) {
    const struct note *x = a, *y = b;
    if (x->section != y->section)
        return x->section < y->section ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void read_section(const struct object *object, const struct section *section,
                         struct instance *instance) {
    for (size_t i = 0; i < section->relocation_count; i++) {
        const Elf64_Rela *r = &section->relocations[i];
        size_t symbol = ELF64_R_SYM(r->r_info);
        size_t code = symbol_section(object, symbol);
        if (ELF64_R_TYPE(r->r_info) != R_X86_64_64 || r->r_offset % ENTRY || !code ||
            r->r_offset + ENTRY > section->header->sh_size)
            continue;
        struct entry entry;
        memcpy(&entry, section->bytes + r->r_offset, sizeof entry);
        struct note note = {.section = (uint32_t)code,
                            .offset = object->symbols[symbol].st_value + (uint64_t)r->r_addend,
                            .words = (entry.bytes + 7) / 8,
                            .vectors = entry.vectors};
        vec_push(&instance->notes, note);
    }
}

void varargs_read(struct instance *instance) {
    const struct object *object = &instance->library->object;
    for (size_t i = 1; i < object->section_count; i++)
        if (strcmp(object->sections[i].name, ".flexos.varargs") == 0 && object->sections[i].bytes)
            read_section(object, &object->sections[i], instance);
    if (instance->notes.n)
        qsort(instance->notes.v, instance->notes.n, sizeof *instance->notes.v, compare);
}

const struct note *varargs_note(const struct instance *instance, uint32_t section,
                                uint64_t offset) {
    size_t low = 0, high = instance->notes.n;
    struct note wanted = {.section = section, .offset = offset};
    while (low < high) { /* the last note at or before the call */
        size_t middle = (low + high) / 2;
        if (compare(&instance->notes.v[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct note *note = low ? &instance->notes.v[low - 1] : NULL;
    return note && note->section == section && offset - note->offset <= REACH ? note : NULL;
}

static bool is_memcpy(const struct object *object, const Elf64_Rela *relocation) {
    return relocation &&
           strcmp(symbol_name(object, ELF64_R_SYM(relocation->r_info)), "memcpy") == 0;
}

static const Elf64_Rela *relocation_in(const struct section *section, uint64_t from, uint64_t to) {
    for (size_t i = 0; i < section->relocation_count; i++)
        if (section->relocations[i].r_offset >= from && section->relocations[i].r_offset < to)
            return &section->relocations[i];
    return NULL;
}

/* Whether the call of a note goes through a register or memory. */
static bool is_indirect(csh handle, cs_insn *insn, const struct object *object,
                        const struct note *note) {
    const struct section *section = &object->sections[note->section];
    uint64_t address = note->offset, size = section->header->sh_size;
    if (address >= size)
        return true;
    const uint8_t *code = section->bytes + address;
    size_t left = size - address;
    while (cs_disasm_iter(handle, &code, &left, &address, insn)) {
        if (insn->id != X86_INS_CALL && insn->id != X86_INS_JMP)
            continue;
        const Elf64_Rela *relocation =
            relocation_in(section, insn->address, insn->address + insn->size);
        if (!is_memcpy(object, relocation))
            return !relocation || !link_is_call(section, relocation);
    }
    return true;
}

unsigned varargs_indirect_words(const struct linker *linker) {
    csh handle;
    unsigned most = 0;
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK)
        return 0;
    cs_insn *insn = cs_malloc(handle);
    for (size_t i = 0; i < linker->instance_count; i++) {
        const struct instance *instance = linker->instances[i];
        for (size_t k = 0; k < instance->notes.n; k++) {
            const struct note *note = &instance->notes.v[k];
            if (note->words > most && instance->live[note->section] &&
                is_indirect(handle, insn, &instance->library->object, note))
                most = note->words;
        }
    }
    cs_free(insn, 1);
    cs_close(&handle);
    return most;
}
