/* SPDX-License-Identifier: BSD-3-Clause */
/* Library objects: see object.h. */
#include "link/object.h"

#include "diag/diag.h"
#include "util/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain(const struct object *object, const char *what) {
    diag_error(LOC_FILE(object->path),
               "%s; expected a relocatable x86-64 ELF file made by the library builder: delete it, "
               "so that it is made again",
               what);
    return -1;
}

static int map_file(struct object *object) {
    int fd = open(object->path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        diag_error(LOC_FILE(object->path), "cannot read the library object: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    object->size = (size_t)st.st_size;
    object->map = object->size
                      ? mmap(NULL, object->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0)
                      : MAP_FAILED;
    close(fd);
    if (object->map == MAP_FAILED) {
        object->map = NULL;
        return complain(object, "empty or unreadable file");
    }
    return 0;
}

static int read_sections(struct object *object) {
    size_t count, names;
    if (elf_getshdrnum(object->elf, &count) != 0 || elf_getshdrstrndx(object->elf, &names) != 0)
        return complain(object, "section table is damaged");
    if (count >= SHN_LORESERVE)
        return complain(object, "more than 65279 sections");
    object->sections = xcalloc(count ? count : 1, sizeof *object->sections);
    object->section_count = count;
    object->shstrtab = names;
    for (size_t i = 1; i < count; i++) {
        struct section *section = &object->sections[i];
        Elf_Scn *scn = elf_getscn(object->elf, i);
        section->header = scn ? elf64_getshdr(scn) : NULL;
        if (!section->header)
            return complain(object, "section header is damaged");
        section->name = elf_strptr(object->elf, names, section->header->sh_name);
        if (!section->name)
            return complain(object, "section name is damaged");
        if (section->header->sh_type == SHT_NOBITS)
            continue;
        if (section->header->sh_offset > object->size ||
            section->header->sh_size > object->size - section->header->sh_offset)
            return complain(object, "section lies outside the file");
        section->bytes = object->map + section->header->sh_offset;
    }
    return 0;
}

static int read_tables(struct object *object) {
    for (size_t i = 1; i < object->section_count; i++) {
        struct section *section = &object->sections[i];
        const Elf64_Shdr *header = section->header;
        if (header->sh_type == SHT_SYMTAB) {
            if (header->sh_link >= object->section_count || header->sh_size % sizeof(Elf64_Sym))
                return complain(object, "symbol table is damaged");
            const struct section *strings = &object->sections[header->sh_link];
            if (!strings->bytes || !strings->header->sh_size ||
                strings->bytes[strings->header->sh_size - 1])
                return complain(object, "string table is damaged");
            object->symtab = i;
            object->strtab = header->sh_link;
            object->symbols = (const Elf64_Sym *)(const void *)section->bytes;
            object->symbol_count = header->sh_size / sizeof(Elf64_Sym);
            object->strings = (const char *)strings->bytes;
            for (size_t k = 0; k < object->symbol_count; k++)
                if (object->symbols[k].st_name >= strings->header->sh_size)
                    return complain(object, "symbol name is damaged");
        } else if (header->sh_type == SHT_RELA) {
            if (header->sh_info >= object->section_count || header->sh_size % sizeof(Elf64_Rela))
                return complain(object, "relocation table is damaged");
            struct section *target = &object->sections[header->sh_info];
            if (target->relocations)
                return complain(object, "two relocation tables for one section");
            target->relocations = (const Elf64_Rela *)(const void *)section->bytes;
            target->relocation_count = header->sh_size / sizeof(Elf64_Rela);
            target->relocation_section = i;
        } else if (header->sh_type == SHT_SYMTAB_SHNDX) {
            return complain(object, "extended section indices");
        } else if (header->sh_type == SHT_GROUP) {
            return complain(object, "section groups (COMDAT)");
        }
    }
    return object->symbols ? 0 : complain(object, "no symbol table");
}

static int check_relocations(struct object *object) {
    for (size_t i = 1; i < object->section_count; i++) {
        const struct section *section = &object->sections[i];
        for (size_t k = 0; k < section->relocation_count; k++)
            if (ELF64_R_SYM(section->relocations[k].r_info) >= object->symbol_count ||
                section->relocations[k].r_offset > section->header->sh_size)
                return complain(object, "relocation is damaged");
    }
    return 0;
}

size_t symbol_section(const struct object *object, size_t symbol) {
    size_t section = object->symbols[symbol].st_shndx;
    return section < object->section_count ? section : 0;
}

/* Lower is better: a function before a label, a strong global name before a weak and a local one.
 */
static int name_rank(const struct object *object, uint32_t symbol) {
    const Elf64_Sym *s = &object->symbols[symbol];
    int rank = ELF64_ST_TYPE(s->st_info) == STT_FUNC ? 0 : 4;
    if (ELF64_ST_BIND(s->st_info) == STB_WEAK)
        rank += 1;
    else if (ELF64_ST_BIND(s->st_info) == STB_LOCAL)
        rank += 2;
    return rank + (strncmp(object->strings + s->st_name, "flexos$", 7) == 0 ? 8 : 0);
}

static int compare_functions(const void *left, const void *right, void *context) {
    const struct object *object = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    const Elf64_Sym *x = &object->symbols[a], *y = &object->symbols[b];
    if (x->st_shndx != y->st_shndx)
        return x->st_shndx < y->st_shndx ? -1 : 1;
    if (x->st_value != y->st_value)
        return x->st_value < y->st_value ? -1 : 1;
    int rank = name_rank(object, a) - name_rank(object, b);
    return rank ? rank : a < b ? -1 : a > b;
}

static void collect_functions(struct object *object) {
    object->functions = xcalloc(object->symbol_count, sizeof *object->functions);
    for (uint32_t k = 1; k < object->symbol_count; k++) {
        int type = ELF64_ST_TYPE(object->symbols[k].st_info);
        size_t section = symbol_section(object, k);
        if ((type == STT_FUNC || type == STT_NOTYPE) && section && *symbol_name(object, k) &&
            section_is_code(&object->sections[section]))
            object->functions[object->function_count++] = k;
    }
    qsort_r(object->functions, object->function_count, sizeof *object->functions, compare_functions,
            object);
}

int object_load(struct object *object, const char *path) {
    *object = (struct object){.path = path};
    if (map_file(object) != 0)
        return -1;
    elf_version(EV_CURRENT);
    object->elf = elf_memory((char *)object->map, object->size);
    const Elf64_Ehdr *header =
        object->elf && elf_kind(object->elf) == ELF_K_ELF ? elf64_getehdr(object->elf) : NULL;
    if (!header || header->e_type != ET_REL || header->e_machine != EM_X86_64 ||
        header->e_ident[EI_DATA] != ELFDATA2LSB)
        return complain(object, "not a relocatable x86-64 ELF file");
    if (read_sections(object) != 0 || read_tables(object) != 0 || check_relocations(object) != 0)
        return -1;
    collect_functions(object);
    return 0;
}

void object_free(struct object *object) {
    if (object->elf)
        elf_end(object->elf);
    if (object->map)
        munmap(object->map, object->size);
    free(object->sections);
    free(object->functions);
    *object = (struct object){0};
}

/* The first of the sorted functions at or after a place. */
static size_t lower_bound(const struct object *object, size_t section, uint64_t value) {
    size_t low = 0, high = object->function_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const Elf64_Sym *s = &object->symbols[object->functions[middle]];
        if (s->st_shndx < section || (s->st_shndx == section && s->st_value < value))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t object_function_at(const struct object *object, size_t section, uint64_t value) {
    size_t i = lower_bound(object, section, value);
    if (i == object->function_count)
        return 0;
    const Elf64_Sym *s = &object->symbols[object->functions[i]];
    return s->st_shndx == section && s->st_value == value ? object->functions[i] : 0;
}

size_t object_function_around(const struct object *object, size_t section, uint64_t value) {
    size_t exact = object_function_at(object, section, value);
    if (exact)
        return exact;
    size_t i = lower_bound(object, section, value);
    if (i == 0 || object->symbols[object->functions[i - 1]].st_shndx != section)
        return 0;
    return object_function_at(object, section, object->symbols[object->functions[i - 1]].st_value);
}
