/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A library object: one relocatable ELF file (x86-64) as `ld -r` makes it, read only. All pointers
 * lead into the mapped file and live as long as the object. libelf checks bounds; nothing is
 * converted, so the host must be little-endian like the target.
 */
#ifndef FLEXOS_TOOL_LINK_OBJECT_H
#define FLEXOS_TOOL_LINK_OBJECT_H

#include <elf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct section {
    const char *name;
    const Elf64_Shdr *header;
    const unsigned char *bytes; /* NULL when the section has none in the file */
    const Elf64_Rela *relocations;
    size_t relocation_count;
    size_t relocation_section; /* index of the SHT_RELA section, 0 = none */
};

struct object {
    const char *path;
    unsigned char *map;
    size_t size;
    Elf *elf;
    struct section *sections; /* [0] is empty */
    size_t section_count;
    const Elf64_Sym *symbols;
    size_t symbol_count;
    const char *strings;
    size_t symtab, strtab, shstrtab; /* section indices */
    uint32_t *functions; /* symbols that name code, by section, value, best name first */
    size_t function_count;
};

int object_load(struct object *object, const char *path); /* 0, or -1 after diagnostics */
void object_free(struct object *object);

static inline const char *symbol_name(const struct object *object, size_t symbol) {
    return object->strings + object->symbols[symbol].st_name;
}

static inline bool section_is_code(const struct section *section) {
    return section->header && (section->header->sh_flags & SHF_EXECINSTR) != 0;
}

static inline bool section_is_alloc(const struct section *section) {
    return section->header && (section->header->sh_flags & SHF_ALLOC) != 0;
}

/* The section of a symbol, 0 when it has none (undefined, absolute, common). */
size_t symbol_section(const struct object *object, size_t symbol);

/* The symbol of the function that starts at VALUE, or 0. */
size_t object_function_at(const struct object *object, size_t section, uint64_t value);
/* The symbol of the function that VALUE lies in, or 0. */
size_t object_function_around(const struct object *object, size_t section, uint64_t value);

#endif
