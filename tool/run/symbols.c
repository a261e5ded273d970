/* SPDX-License-Identifier: BSD-3-Clause */
/* The symbols of an image; see symbols.h. */
#include "run/symbols.h"

#include "util/vec.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

static int by_start(const void *a, const void *b) {
    const struct symbol *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

static void load_section(struct symbols *symbols, Elf *elf, Elf_Scn *section,
                         const GElf_Shdr *header) {
    VEC(struct symbol) list = {0};
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
    for (size_t i = 1; data && i < count; i++) {
        GElf_Sym raw;
        if (!gelf_getsym(data, (int)i, &raw) || raw.st_shndx == SHN_UNDEF) {
            continue;
        }
        int type = GELF_ST_TYPE(raw.st_info);
        const char *name = elf_strptr(elf, header->sh_link, raw.st_name);
        if (!name || !*name || type == STT_FILE || type == STT_SECTION || type == STT_TLS) {
            continue;
        }
        struct symbol symbol = {.start = raw.st_value,
                                .size = raw.st_size,
                                .name = name,
                                .typed = type == STT_FUNC || type == STT_OBJECT};
        vec_push(&list, symbol);
    }
    symbols->list = list.v;
    symbols->count = list.n;
}

void symbols_load(struct symbols *symbols, Elf *elf) {
    *symbols = (struct symbols){0};
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB) {
            load_section(symbols, elf, section, &header);
            break;
        }
    }
    if (symbols->count) {
        qsort(symbols->list, symbols->count, sizeof *symbols->list, by_start);
    }
}

void symbols_free(struct symbols *symbols) {
    for (size_t i = 0; i < symbols->count; i++) {
        free(symbols->list[i].shown);
    }
    free(symbols->list);
    *symbols = (struct symbols){0};
}

static bool digits(const char *text, const char *end) {
    if (text == end) {
        return false;
    }
    for (; text < end; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
    }
    return true;
}

/*
 * Without the link step's additions: `flexos$LIB$NAME` (alias of an export), `LIB$3$NAME` (a static
 * that was made global), `NAME$2` (instance of compartment 2). Names of gates stay as they are.
 */
static char *plain_name(const char *name) {
    if (!strncmp(name, "__", 2) && strchr(name, '$')) {
        return xstrdup(name);
    }
    const char *first = strchr(name, '$');
    const char *second = first ? strchr(first + 1, '$') : NULL;
    if (second && (!strncmp(name, "flexos$", 7) || digits(first + 1, second))) {
        name = second + 1;
    }
    const char *last = strrchr(name, '$');
    return last && last != name && digits(last + 1, last + strlen(last))
               ? xstrndup(name, (size_t)(last - name))
               : xstrdup(name);
}

/* Typed symbols with a size before others, plain names before decorated ones, smaller before
 * larger. */
static bool better(const struct symbol *a, const struct symbol *b) {
    if (!b || a->typed != b->typed) {
        return !b || a->typed;
    }
    bool plain_a = !strchr(a->name, '$'), plain_b = !strchr(b->name, '$');
    if (a->start == b->start && plain_a != plain_b) {
        return plain_a;
    }
    return a->start > b->start;
}

const struct symbol *symbols_at(const struct symbols *symbols, uint64_t address) {
    size_t low = 0, high = symbols->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols->list[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    /* Large objects may hold small symbols: look back a little. */
    struct symbol *best = NULL;
    for (size_t i = low, steps = 0; i > 0 && steps < 64; i--, steps++) {
        struct symbol *symbol = &symbols->list[i - 1];
        if (address - symbol->start < symbol->size && better(symbol, best)) {
            best = symbol;
        }
    }
    /* Assembly without sizes: the label before. */
    if (!best && low > 0 && symbols->list[low - 1].size == 0) {
        best = &symbols->list[low - 1];
    }
    if (best && !best->shown) {
        best->shown = plain_name(best->name);
    }
    return best;
}

const struct symbol *symbols_named(const struct symbols *symbols, const char *name) {
    for (size_t i = 0; i < symbols->count; i++) {
        if (!strcmp(symbols->list[i].name, name)) {
            return &symbols->list[i];
        }
    }
    return NULL;
}
