/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/symbols.h"

#include "build/heap_calls.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "util/str.h"

struct table {
    struct library_build *build;
    Elf *elf;
    Elf_Scn *scn;
    GElf_Shdr header;
    Elf_Data *data;
    size_t count; /* of symbols before */

    VEC(GElf_Sym) locals, globals;
    uint32_t *moved; /* old index -> new index; globals get `count of locals` added at the end */
    struct strbuf names;
    size_t names_at;
    bool *export_used;
    bool heap_wanted; /* chosen functions allocate in the shared heap */
    struct heap_calls heap;
};

static const char *symbol_name(const struct table *table, const GElf_Sym *symbol) {
    const char *name = elf_strptr(table->elf, table->header.sh_link, symbol->st_name);
    return name != NULL ? name : "";
}

static GElf_Word add_name(struct table *table, const char *name) {
    GElf_Word at = (GElf_Word)(table->names_at + table->names.n);
    sb_add_n(&table->names, name, strlen(name) + 1);
    return at;
}

static void add_global(struct table *table, GElf_Sym symbol, const char *name) {
    symbol.st_name = add_name(table, name);
    symbol.st_other = GELF_ST_VISIBILITY(STV_DEFAULT);
    vec_push(&table->globals, symbol);
}

/* The names under which flexos_gate finds a function. */
static void add_aliases(struct table *table, const GElf_Sym *symbol, const char *public) {
    const char *library = table->build->library->name;
    if (GELF_ST_TYPE(symbol->st_info) != STT_FUNC) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        char *alias = xasprintf("flexos$%s%s$%s", i == 0 ? "" : "lib", library, public);
        GElf_Sym copy = *symbol;
        copy.st_info = GELF_ST_INFO(STB_GLOBAL, STT_FUNC);
        add_global(table, copy, alias);
        free(alias);
    }
}

/* Exports a symbol under each name that the manifest gives it; whether there is any. */
static bool export_symbol(struct table *table, GElf_Sym *symbol, const char *name) {
    const struct manifest *manifest = table->build->manifest;
    bool own_name = false;
    if (!manifest->exports_present) {
        own_name = GELF_ST_VISIBILITY(symbol->st_other) == STV_DEFAULT;
    }
    for (size_t i = 0; i < manifest->export_count; i++) {
        const struct manifest_export *item = &manifest->exports[i];
        if (item->symbol != NULL && strcmp(item->symbol, name) == 0) {
            add_global(table, *symbol, item->name);
            add_aliases(table, symbol, item->name);
            table->export_used[i] = true;
        } else if (item->symbol == NULL && str_glob(item->name, name)) {
            own_name = table->export_used[i] = true;
        }
    }
    if (own_name) {
        symbol->st_other = GELF_ST_VISIBILITY(STV_DEFAULT);
        add_aliases(table, symbol, name);
    }
    return own_name;
}

static void sort_symbols(struct table *table) {
    for (size_t i = 0; i < table->count; i++) {
        GElf_Sym symbol;
        gelf_getsym(table->data, (int)i, &symbol);
        bool local = GELF_ST_BIND(symbol.st_info) == STB_LOCAL;
        if (table->heap_wanted) {
            heap_calls_symbol(&table->heap, i, symbol_name(table, &symbol), &symbol);
        }
        if (!local && symbol.st_shndx != SHN_UNDEF &&
            !export_symbol(table, &symbol, symbol_name(table, &symbol))) {
            local = true;
            symbol.st_info = GELF_ST_INFO(STB_LOCAL, GELF_ST_TYPE(symbol.st_info));
            symbol.st_other = GELF_ST_VISIBILITY(STV_DEFAULT);
        }
        if (local) {
            table->moved[i] = (uint32_t)table->locals.n;
            vec_push(&table->locals, symbol);
        } else {
            table->moved[i] = (uint32_t)(table->globals.n | 1U << 31);
            vec_push(&table->globals, symbol);
        }
    }
    for (size_t i = 0; i < table->count; i++) {
        if ((table->moved[i] & 1U << 31) != 0) {
            table->moved[i] = (table->moved[i] & ~(1U << 31)) + (uint32_t)table->locals.n;
        }
    }
}

/* Undefined symbols for the shared heap; a second one of a name is the same to the link step. */
static void add_heap_symbols(struct table *table) {
    for (size_t i = 0; i < HEAP_FUNCTIONS; i++) {
        if (table->heap.old[i] != 0) {
            GElf_Sym symbol = {.st_info = GELF_ST_INFO(STB_GLOBAL, STT_NOTYPE)};
            table->heap.replacement[i] = (uint32_t)(table->locals.n + table->globals.n);
            add_global(table, symbol, heap_shared[i]);
        }
    }
}

static int write_symbols(struct table *table) {
    size_t total = table->locals.n + table->globals.n;
    Elf64_Sym *symbols = xcalloc(total, sizeof *symbols);
    for (size_t i = 0; i < total; i++) {
        symbols[i] =
            i < table->locals.n ? table->locals.v[i] : table->globals.v[i - table->locals.n];
    }
    table->data->d_buf = symbols; /* stays until the file is written and the tool ends */
    table->data->d_size = total * sizeof *symbols;
    elf_flagdata(table->data, ELF_C_SET, ELF_F_DIRTY);
    table->header.sh_info = (GElf_Word)table->locals.n;
    table->header.sh_size = table->data->d_size;
    gelf_update_shdr(table->scn, &table->header);
    if (table->names.n > 0) {
        Elf_Data *names = elf_newdata(elf_getscn(table->elf, table->header.sh_link));
        if (names == NULL) {
            return -1;
        }
        names->d_buf = table->names.s;
        names->d_size = table->names.n;
        names->d_align = 1;
        names->d_type = ELF_T_BYTE;
    }
    return 0;
}

static void move_relocations(struct table *table, Elf_Scn *scn, size_t target) {
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t count = data != NULL ? data->d_size / sizeof(Elf64_Rela) : 0;
    for (size_t i = 0; i < count; i++) {
        GElf_Rela rela;
        gelf_getrela(data, (int)i, &rela);
        uint32_t symbol = table->heap_wanted ? heap_calls_target(&table->heap, target, &rela) : 0;
        if (symbol == 0) {
            symbol = table->moved[GELF_R_SYM(rela.r_info)];
        }
        rela.r_info = GELF_R_INFO((GElf_Xword)symbol, GELF_R_TYPE(rela.r_info));
        gelf_update_rela(data, (int)i, &rela);
    }
}

static void move_users(struct table *table) {
    Elf_Scn *scn = NULL;
    GElf_Shdr header;
    size_t index = elf_ndxscn(table->scn);
    while ((scn = elf_nextscn(table->elf, scn)) != NULL) {
        if (gelf_getshdr(scn, &header) == NULL || header.sh_link != index) {
            continue;
        }
        if (header.sh_type == SHT_RELA) {
            move_relocations(table, scn, header.sh_info);
        } else if (header.sh_type == SHT_GROUP) {
            header.sh_info = table->moved[header.sh_info];
            gelf_update_shdr(scn, &header);
        }
    }
}

/* Exports that name nothing are mistakes in the manifest. */
static int check_exports(const struct table *table) {
    const struct manifest *manifest = table->build->manifest;
    int result = 0;
    for (size_t i = 0; i < manifest->export_count; i++) {
        const struct manifest_export *item = &manifest->exports[i];
        if (!table->export_used[i]) {
            diag_error(item->loc,
                       "'%s' is exported but no file of library %s defines it; a global "
                       "function or object was expected",
                       item->symbol != NULL ? item->symbol : item->name,
                       table->build->library->name);
            result = -1;
        }
    }
    return result;
}

static int rewrite(struct table *table) {
    GElf_Shdr names;
    while ((table->scn = elf_nextscn(table->elf, table->scn)) != NULL &&
           gelf_getshdr(table->scn, &table->header) != NULL &&
           table->header.sh_type != SHT_SYMTAB) {
    }
    table->data = table->scn != NULL ? elf_getdata(table->scn, NULL) : NULL;
    if (table->data == NULL ||
        gelf_getshdr(elf_getscn(table->elf, table->header.sh_link), &names) == NULL) {
        return -1;
    }
    table->count = table->header.sh_size / table->header.sh_entsize;
    table->names_at = names.sh_size;
    table->moved = xcalloc(table->count, sizeof *table->moved);
    sort_symbols(table);
    add_heap_symbols(table);
    int result = write_symbols(table);
    move_users(table);
    return result != 0 || elf_update(table->elf, ELF_C_WRITE) < 0 ? -1 : 0;
}

int symbols_rewrite(struct library_build *build, const char *object) {
    struct table table = {.build = build};
    int result = -1;
    elf_version(EV_CURRENT);
    int fd = open(object, O_RDWR | O_CLOEXEC);
    table.elf = fd >= 0 ? elf_begin(fd, ELF_C_RDWR, NULL) : NULL;
    if (table.elf != NULL) {
        table.export_used = xcalloc(build->manifest->export_count + 1, sizeof(bool));
        table.heap_wanted = heap_calls_wanted(build);
        heap_calls_start(&table.heap, build->manifest);
        result = rewrite(&table);
    }
    if (result != 0) {
        diag_error(LOC_FILE(object), "the symbol table of library %s cannot be rewritten: %s",
                   build->library->name, elf_errmsg(-1));
    } else {
        result = check_exports(&table);
        if (table.heap_wanted && heap_calls_check(&table.heap, build->library->name) != 0) {
            result = -1;
        }
    }
    heap_calls_free(&table.heap);
    elf_end(table.elf);
    if (fd >= 0) {
        close(fd);
    }
    vec_free(&table.locals);
    vec_free(&table.globals);
    sb_free(&table.names);
    free(table.moved);
    free(table.export_used);
    return result;
}
