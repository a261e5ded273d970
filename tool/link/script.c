/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The linker script. Constants come first, then code, then each domain's data, each part on pages
 * of its own. In an isolated image sections have the names that rewrite.c gave them; sections that
 * no line places are an error of the linker (--orphan-handling=error), so nothing lands by accident
 * in a region that others may use.
 */
#include "core/layout.h"
#include "link/layout.h"
#include "link/steps.h"

/* Linker sets, sections whose names are C identifiers, in the order of their first use. */
static void collect_sets(const struct linker *linker, struct map *sets) {
    for (size_t i = 0; i < linker->library_count; i++) {
        const struct object *object = &linker->libraries[i].object;
        for (size_t k = 1; k < object->section_count; k++)
            if (section_is_set(&object->sections[k]))
                *map_put(sets, object->sections[k].name) = (void *)object->sections[k].header;
    }
}

static void headers(const struct linker *linker, FILE *out) {
    fprintf(out, "ENTRY(_start)\nPHDRS {\n"
                 "  rodata PT_LOAD FILEHDR PHDRS FLAGS(4);\n  text PT_LOAD FLAGS(5);\n");
    if (linker->isolated) {
        fprintf(out, "  published PT_LOAD FLAGS(6);\n");
        for (unsigned k = 0; k < linker->domains; k++)
            fprintf(out, "  data_%u PT_LOAD FLAGS(6);\n", k);
        fprintf(out, "  shared PT_LOAD FLAGS(6);\n");
    } else {
        fprintf(out, "  data PT_LOAD FLAGS(6);\n");
    }
    fprintf(out, "  stack PT_GNU_STACK FLAGS(6);\n}\n");
}

static void constants(FILE *out, const struct map *sets) {
    fprintf(out,
            "  . = 0x%lx + SIZEOF_HEADERS;\n"
            "  .rodata : {\n"
            "    *(.rodata .rodata.* .flexos.rodata .flexos.rodata.*)\n"
            "    *(.flexos.relro .data.rel.ro .data.rel.ro.*)\n",
            FLEXOS_IMAGE_BASE);
    for (size_t i = 0; i < sets->n; i++) {
        const Elf64_Shdr *header = sets->entries[i].value;
        if (!(header->sh_flags & SHF_WRITE))
            fprintf(out, "    . = ALIGN(16); __start_%s = .; KEEP(*(%s)) __stop_%s = .;\n",
                    sets->entries[i].key, sets->entries[i].key, sets->entries[i].key);
    }
    fprintf(out, "  } :rodata\n"
                 "  .eh_frame : { *(.eh_frame) } :rodata\n");
    static const char *const arrays[] = {"preinit_array", "init_array", "fini_array"};
    for (size_t i = 0; i < 3; i++)
        fprintf(out,
                "  .%s : {\n    __%s_start = .;\n"
                "    KEEP(*(SORT_BY_INIT_PRIORITY(.%s.*) .%s%s))\n    __%s_end = .;\n  } :rodata\n",
                arrays[i], arrays[i], arrays[i], arrays[i], i == 1 ? " SORT(.ctors.*) .ctors" : "",
                arrays[i]);
    fprintf(out, "  .got : { *(.got .got.plt) } :rodata\n");
}

static void code(const struct linker *linker, FILE *out) {
    fprintf(out, "  . = ALIGN(0x1000);\n  .text : {\n");
    if (linker->shift)
        fprintf(out, "    . += %u;\n", 64 * linker->shift);
    if (linker->isolated) {
        fprintf(out, "    __flexos_text_0_start = .;\n    *(.flexos.text.0)\n"
                     "    __flexos_text_0_end = .;\n"
                     "    __flexos_text_gates_start = .;\n    *(.text .text.*)\n"
                     "    __flexos_text_gates_end = .;\n");
        for (unsigned k = 1; k < linker->domains; k++)
            fprintf(out,
                    "    . = ALIGN(64) + %u;\n    __flexos_text_%u_start = .;\n"
                    "    *(.flexos.text.%u)\n    __flexos_text_%u_end = .;\n",
                    64 * linker->shift, k, k, k);
    } else {
        fprintf(out, "    *(.text .text.*)\n");
    }
    fprintf(out, "  } :text\n");
}

static void isolated_data(const struct linker *linker, FILE *out) {
    fprintf(out, "  . = ALIGN(0x1000);\n  __flexos_published_start = .;\n"
                 "  .flexos.published : { *(.flexos.published) } :published\n"
                 "  . = ALIGN(0x1000);\n  __flexos_published_end = .;\n");
    for (unsigned k = 0; k < linker->domains; k++) {
        fprintf(out,
                "  __flexos_data_%u_start = .;\n  .data.%u : {\n"
                "    . += %u;\n    *(.flexos.private.%u)\n    *(.flexos.data.%u)\n",
                k, k, 64 * linker->shift, k, k);
        if (k == DOMAIN_TCB)
            fprintf(out, "    *(.data .data.*)\n");
        fprintf(out,
                "  } :data_%u\n  .bss.%u : {\n    *(.flexos.gate.%u)\n    *(.flexos.bss.%u%s)\n"
                "  } :data_%u\n",
                k, k, k, k, k == DOMAIN_TCB ? " .bss .bss.* COMMON" : "", k);
        fprintf(out, "  . = ALIGN(0x1000);\n  __flexos_data_%u_end = .;\n", k);
    }
    fprintf(out, "  __flexos_data_15_start = .;\n  .flexos.shared : {\n"
                 "    *(.flexos.shared .flexos.shared.data.*)\n");
    fprintf(out, "  } :shared\n  .flexos.shared.bss : { *(.flexos.shared.bss) } :shared\n"
                 "  . = ALIGN(0x1000);\n  __flexos_data_15_end = .;\n");
}

static void plain_data(FILE *out, const struct map *sets) {
    fprintf(out, "  . = ALIGN(0x1000);\n  __flexos_data_1_start = .;\n  .data : {\n"
                 "    *(.flexos.published)\n    *(.data .data.*)\n"
                 "    *(.flexos.shared .flexos.shared.*)\n");
    for (size_t i = 0; i < sets->n; i++) {
        const Elf64_Shdr *header = sets->entries[i].value;
        if (header->sh_flags & SHF_WRITE)
            fprintf(out, "    . = ALIGN(16); __start_%s = .; KEEP(*(%s)) __stop_%s = .;\n",
                    sets->entries[i].key, sets->entries[i].key, sets->entries[i].key);
    }
    fprintf(out, "  } :data\n  .bss : { *(.flexos.gate.*) *(.bss .bss.* COMMON) } :data\n"
                 "  . = ALIGN(0x1000);\n  __flexos_data_1_end = .;\n");
}

static void empty_ranges(const struct linker *linker, FILE *out) {
    for (unsigned k = 0; k < DOMAIN_COUNT; k++) {
        bool used = linker->isolated ? k < linker->domains || k == DOMAIN_SHARED : k == 1;
        if (!used && k != FLEXOS_DOMAIN_TCB)
            fprintf(out, "  __flexos_data_%u_start = .; __flexos_data_%u_end = .;\n", k, k);
    }
    if (!linker->isolated)
        fprintf(out, "  __flexos_published_start = .; __flexos_published_end = .;\n");
}

static void rest(const struct linker *linker, FILE *out) {
    static const char *const kept[] = {
        ".debug_abbrev", ".debug_addr",     ".debug_aranges", ".debug_frame",       ".debug_info",
        ".debug_line",   ".debug_line_str", ".debug_loc",     ".debug_loclists",    ".debug_macro",
        ".debug_ranges", ".debug_rnglists", ".debug_str",     ".debug_str_offsets", ".debug_types",
        ".comment",      ".symtab",         ".strtab",        ".shstrtab"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        fprintf(out, "  %s 0 : { *(%s) }\n", kept[i], kept[i]);
    fprintf(out,
            "  /DISCARD/ : { *(.flexos.varargs) *(.note .note.*) *(.llvm*) *(.gnu.warning.*) "
            "*(.debug_gnu_pub*) *(.debug_names) *(.debug_pub*)%s }\n}\n",
            linker->isolated ? " *(.flexos.dead)" : "");
}

void layout_script(struct linker *linker, FILE *out) {
    struct map sets = {0};
    collect_sets(linker, &sets);
    headers(linker, out);
    fprintf(out, "SECTIONS {\n");
    constants(out, &sets);
    code(linker, out);
    if (linker->isolated)
        isolated_data(linker, out);
    else
        plain_data(out, &sets);
    empty_ranges(linker, out);
    fprintf(out, "  _end = .; end = .;\n");
    rest(linker, out);
    map_free(&sets);
}
