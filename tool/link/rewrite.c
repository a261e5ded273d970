/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the objects that go into the image: a copy of the library object in which relocations
 * point to gates and thunks, sections have the names that the linker script places by compartment,
 * and symbols the names that tell instances apart. The file is copied as it is; relocations are
 * changed in place, and new symbol, string and section tables are added at its end, so no index of
 * an existing symbol or section changes. An instance that needs no change keeps the library's own
 * object.
 */
#include "link/steps.h"

#include "diag/diag.h"
#include "util/file.h"
#include "util/str.h"

#include <stdlib.h>
#include <string.h>

struct output {
    struct linker *linker;
    struct instance *instance;
    const struct object *object;
    unsigned char *file; /* the copy */
    VEC(Elf64_Sym) symbols;
    struct strbuf strings, section_names;
    VEC(Elf64_Shdr) sections;
    bool changed;
};

static void apply_patches(struct output *out) {
    const struct instance *instance = out->instance;
    for (size_t i = 0; i < instance->patches.n; i++) {
        const struct patch *patch = &instance->patches.v[i];
        const struct section *section = &out->object->sections[patch->section];
        const struct section *table = &out->object->sections[section->relocation_section];
        Elf64_Rela *rela = (Elf64_Rela *)(void *)(out->file + table->header->sh_offset +
                                                  patch->relocation * sizeof(Elf64_Rela));
        uint32_t type = (uint32_t)ELF64_R_TYPE(rela->r_info);
        uint64_t symbol = out->object->symbol_count + patch->symbol;
        rela->r_info = ELF64_R_INFO(symbol, type);
        if (!patch->keep_addend)
            rela->r_addend =
                type == R_X86_64_64 || type == R_X86_64_32 || type == R_X86_64_32S ? 0 : -4;
        out->changed = true;
    }
}

static uint32_t add_string(struct strbuf *strings, const char *text) {
    size_t at = strings->n;
    sb_add_n(strings, text, strlen(text) + 1);
    return (uint32_t)at;
}

static void rename_symbol(struct output *out, uint32_t symbol, const char *name) {
    if (strcmp(symbol_name(out->object, symbol), name) == 0)
        return;
    out->symbols.v[symbol].st_name = add_string(&out->strings, name);
    out->changed = true;
}

/* The names of existing symbols in the image. */
static void rename_symbols(struct output *out) {
    struct instance *instance = out->instance;
    const struct library *library = instance->library;
    for (uint32_t k = 1; k < out->object->symbol_count; k++) {
        const Elf64_Sym *symbol = &out->object->symbols[k];
        if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL)
            continue;
        const struct binding *binding = &library->bindings[k];
        if (symbol->st_shndx != SHN_UNDEF) {
            rename_symbol(out, k, link_final_name(out->linker, instance, k));
        } else if (binding->kind == BINDING_OTHER) {
            struct instance *target = link_instance(binding->library, instance->domain);
            const char *name = link_final_name(out->linker, target, binding->symbol);
            if (!str_starts(symbol_name(out->object, k), "flexos$") || out->linker->isolated)
                rename_symbol(out, k, name);
        }
    }
}

static void add_symbols(struct output *out) {
    const struct instance *instance = out->instance;
    for (size_t i = 0; i < instance->added.n; i++) {
        const struct added_symbol *added = &instance->added.v[i];
        Elf64_Sym symbol = {.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE)};
        if (added->alias_of) {
            symbol = out->object->symbols[added->alias_of];
            symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, ELF64_ST_TYPE(symbol.st_info));
            symbol.st_other = STV_HIDDEN;
        }
        symbol.st_name = add_string(&out->strings, added->name);
        vec_push(&out->symbols, symbol);
        out->changed = true;
    }
}

static bool is_array(const struct section *section) {
    uint32_t type = section->header->sh_type;
    return type == SHT_INIT_ARRAY || type == SHT_FINI_ARRAY || type == SHT_PREINIT_ARRAY ||
           str_starts(section->name, ".init_array") || str_starts(section->name, ".fini_array");
}

/*
 * The name by which the linker script of an isolated image places a section (layout.c); NULL: its
 * own. Constants stay readable by all unless the library keeps them private.
 */
static const char *placed_name(struct output *out, uint32_t index) {
    struct arena *arena = &out->linker->arena;
    const struct library *library = out->instance->library;
    const struct section *section = &out->object->sections[index];
    unsigned domain = out->instance->domain;
    if (!section_is_alloc(section) || strcmp(section->name, ".eh_frame") == 0 || is_array(section))
        return NULL;
    if (!out->instance->live[index])
        return ".flexos.dead";
    if (section_is_code(section))
        return library->tcb ? ".flexos.text.0" : arena_printf(arena, ".flexos.text.%u", domain);
    if (library->shared[index])
        return section->header->sh_type == SHT_NOBITS ? ".flexos.shared.bss" : ".flexos.shared";
    if (str_starts(section->name, ".flexos."))
        return NULL;
    bool constant = !(section->header->sh_flags & SHF_WRITE);
    if (constant && section_is_set(section))
        return NULL;
    if (constant || str_starts(section->name, ".data.rel.ro")) {
        if (library->plan->manifest->constants_private)
            return arena_printf(arena, ".flexos.private.%u", domain);
        return constant ? NULL : ".flexos.relro";
    }
    return arena_printf(arena, ".flexos.%s.%u",
                        section->header->sh_type == SHT_NOBITS ? "bss" : "data", domain);
}

static void name_sections(struct output *out) {
    for (uint32_t i = 1; i < out->object->section_count; i++) {
        const char *name = placed_name(out, i);
        if (!name || strcmp(name, out->object->sections[i].name) == 0)
            continue;
        out->sections.v[i].sh_name = add_string(&out->section_names, name);
        out->changed = true;
    }
}

/* Common symbols become objects of their library's compartment. */
static void place_commons(struct output *out) {
    for (uint32_t k = 1; k < out->object->symbol_count; k++) {
        Elf64_Sym *symbol = &out->symbols.v[k];
        if (symbol->st_shndx != SHN_COMMON)
            continue;
        const char *name =
            arena_printf(&out->linker->arena, ".flexos.bss.%u", out->instance->domain);
        for (size_t i = 0; i < out->instance->library->plan->manifest->shares.n; i++)
            if (strcmp(out->instance->library->plan->manifest->shares.v[i].text,
                       symbol_name(out->object, k)) == 0)
                name = ".flexos.shared.bss";
        Elf64_Shdr section = {.sh_name = add_string(&out->section_names, name),
                              .sh_type = SHT_NOBITS,
                              .sh_flags = SHF_ALLOC | SHF_WRITE,
                              .sh_size = symbol->st_size,
                              .sh_addralign = symbol->st_value ? symbol->st_value : 1};
        symbol->st_shndx = (Elf64_Half)out->sections.n;
        symbol->st_value = 0;
        vec_push(&out->sections, section);
        out->changed = true;
    }
}

static uint64_t append(struct strbuf *file, const void *data, size_t size) {
    static const char zeros[16];
    sb_add_n(file, zeros, (16 - file->n % 16) % 16);
    uint64_t at = file->n;
    sb_add_n(file, data, size);
    return at;
}

static void move_table(struct output *out, struct strbuf *file, size_t section, const void *data,
                       size_t size) {
    out->sections.v[section].sh_offset = append(file, data, size);
    out->sections.v[section].sh_size = size;
}

static int write_object(struct output *out) {
    struct strbuf file = {0};
    sb_add_n(&file, (const char *)out->file, out->object->size);
    move_table(out, &file, out->object->symtab, out->symbols.v, out->symbols.n * sizeof(Elf64_Sym));
    move_table(out, &file, out->object->strtab, out->strings.s, out->strings.n);
    if (out->object->shstrtab != out->object->strtab)
        move_table(out, &file, out->object->shstrtab, out->section_names.s, out->section_names.n);
    uint64_t table = append(&file, out->sections.v, out->sections.n * sizeof(Elf64_Shdr));
    Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)file.s;
    header->e_shoff = table;
    header->e_shnum = (Elf64_Half)out->sections.n;
    const struct instance *instance = out->instance;
    char *path = instance->library->replicated
                     ? arena_printf(&out->linker->arena, "%s/%s.%u.o", out->linker->work,
                                    instance->library->name, instance->domain)
                     : arena_printf(&out->linker->arena, "%s/%s.o", out->linker->work,
                                    instance->library->name);
    int error = file_write(path, file.s, file.n);
    sb_free(&file);
    if (error)
        diag_error(LOC_FILE(path), "cannot write: %s; free some room or mend the permissions",
                   strerror(-error));
    out->instance->path = path;
    return error ? -1 : 0;
}

static void start(struct output *out) {
    const struct object *object = out->object;
    out->file = xmalloc(object->size);
    memcpy(out->file, object->map, object->size);
    for (size_t k = 0; k < object->symbol_count; k++)
        vec_push(&out->symbols, object->symbols[k]);
    const struct section *strings = &object->sections[object->strtab];
    sb_add_n(&out->strings, (const char *)strings->bytes, strings->header->sh_size);
    const struct section *names = &object->sections[object->shstrtab];
    sb_add_n(&out->section_names, (const char *)names->bytes, names->header->sh_size);
    vec_push(&out->sections, (Elf64_Shdr){0});
    for (size_t i = 1; i < object->section_count; i++)
        vec_push(&out->sections, *object->sections[i].header);
}

static int rewrite(struct linker *linker, struct instance *instance) {
    struct output out = {
        .linker = linker, .instance = instance, .object = &instance->library->object};
    if (out.object->shstrtab == out.object->strtab) {
        diag_error(LOC_FILE(out.object->path),
                   "one table for the names of symbols and sections; link the library object by "
                   "ld.lld -r");
        return -1;
    }
    start(&out);
    rename_symbols(&out);
    apply_patches(&out);
    add_symbols(&out);
    if (linker->isolated) {
        name_sections(&out);
        place_commons(&out);
    }
    int result = out.changed ? write_object(&out) : 0;
    free(out.file);
    vec_free(&out.symbols);
    vec_free(&out.sections);
    sb_free(&out.strings);
    sb_free(&out.section_names);
    return result;
}

int link_rewrite(struct linker *linker) {
    for (size_t i = 0; i < linker->instance_count; i++)
        if (rewrite(linker, linker->instances[i]) != 0)
            return -1;
    return 0;
}
