/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which definition each undefined symbol of a library means. The search goes through the library's
 * needs in their order, then through what those need, breadth first, then through the TCB: the
 * nearest definition wins. Among indirect needs there is no order that anybody wrote down, so two
 * strong definitions there are ambiguous. Missing symbols are only marked: they are errors when
 * live code refers to them (cross.c).
 */
#include "diag/diag.h"
#include "link/steps.h"
#include "util/str.h"

#include <string.h>

static uint32_t export_of(const struct library *library, const char *name) {
    return (uint32_t)(uintptr_t)map_get(&library->exports, name);
}

static bool is_weak(const struct library *library, uint32_t symbol) {
    return ELF64_ST_BIND(library->object.symbols[symbol].st_info) == STB_WEAK;
}

static struct binding other(struct library *library, uint32_t symbol) {
    return (struct binding){BINDING_OTHER, library, symbol};
}

bool is_setjmp(const char *name) {
    static const char *const names[] = {"setjmp",  "_setjmp",  "sigsetjmp", "__sigsetjmp",
                                        "longjmp", "_longjmp", "siglongjmp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_domain_symbol(const char *name) {
    return strcmp(name, "flexos_compartment_id") == 0 || strcmp(name, "flexos_dss_offset") == 0;
}

/* Names that the link step itself, the linker script or the mechanism's macros define. */
static bool is_link_symbol(const struct library *library, const char *name) {
    static const char *const exact[] = {"flexos_layout",
                                        "_GLOBAL_OFFSET_TABLE_",
                                        "__ehdr_start",
                                        "_end",
                                        "end",
                                        "_etext",
                                        "etext",
                                        "_edata",
                                        "edata",
                                        "__bss_start",
                                        "__preinit_array_start",
                                        "__preinit_array_end",
                                        "__init_array_start",
                                        "__init_array_end",
                                        "__fini_array_start",
                                        "__fini_array_end"};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (strcmp(exact[i], name) == 0)
            return true;
    if (str_starts(name, "__start_") || str_starts(name, "__stop_") ||
        str_starts(name, "__flexos_"))
        return true;
    return library->tcb && str_starts(name, "flexos_");
}

static struct binding ambiguous(struct linker *linker, struct library *library, const char *name,
                                const struct library *first, const struct library *second) {
    diag_error(LOC_FILE(library->plan->manifest->path),
               "%s uses %s, which both %s and %s export, and neither is a direct need; add the one "
               "that is meant to `needs`",
               library->name, name, first->name, second->name);
    linker->failed = true;
    return (struct binding){BINDING_ZERO, NULL, 0};
}

static struct binding search(struct linker *linker, struct library *library, const char *name) {
    struct library *found = NULL;
    uint32_t symbol = 0;
    for (size_t i = 0; i < library->closure_count; i++) {
        struct library *candidate = library->closure[i];
        uint32_t exported = export_of(candidate, name);
        if (!exported)
            continue;
        if (i < library->direct_count && !is_weak(candidate, exported))
            return other(candidate, exported);
        if (candidate->tcb && found) /* the TCB comes last */
            break;
        if (!found || (is_weak(found, symbol) && !is_weak(candidate, exported))) {
            found = candidate;
            symbol = exported;
        } else if (!is_weak(candidate, exported) && !is_weak(found, symbol)) {
            return ambiguous(linker, library, name, found, candidate);
        }
    }
    return found ? other(found, symbol) : (struct binding){BINDING_MISSING, NULL, 0};
}

/* flexos$LIB$FN: the source names the library. */
static struct binding named(struct linker *linker, struct library *library, const char *name) {
    const char *separator = strchr(name + 7, '$');
    const char *function = separator ? separator + 1 : "";
    char *wanted = arena_strndup(&linker->arena, name + 7,
                                 separator ? (size_t)(separator - name - 7) : strlen(name + 7));
    struct library *provider = link_library(linker, wanted);
    if (!provider && str_starts(wanted, "lib"))
        provider = link_library(linker, wanted + 3);
    if (!provider)
        return (struct binding){BINDING_MISSING, NULL, 0};
    uint32_t symbol = export_of(provider, function);
    if (!symbol)
        symbol = export_of(provider, name);
    (void)library;
    return symbol ? other(provider, symbol) : (struct binding){BINDING_MISSING, provider, 0};
}

static bool listed(const struct texts *texts, const char *name) {
    for (size_t i = 0; i < texts->n; i++)
        if (strcmp(texts->v[i].text, name) == 0)
            return true;
    return false;
}

static bool matches(const struct texts *patterns, const char *name) {
    for (size_t i = 0; i < patterns->n; i++)
        if (str_glob(patterns->v[i].text, name))
            return true;
    return false;
}

static struct binding bind_undefined(struct linker *linker, struct library *library,
                                     const char *name, bool weak) {
    if (str_starts(name, "flexos$"))
        return named(linker, library, name);
    if (is_domain_symbol(name))
        return (struct binding){BINDING_DOMAIN, NULL, 0};
    struct binding binding = search(linker, library, name);
    if (binding.kind != BINDING_MISSING)
        return binding;
    if (strcmp(name, "main") == 0) { /* libc starts the application without needing it */
        uint32_t symbol = export_of(&linker->libraries[0], name);
        if (symbol)
            return other(&linker->libraries[0], symbol);
    }
    if (is_link_symbol(library, name))
        return (struct binding){BINDING_LINK, NULL, 0};
    if (weak)
        return (struct binding){BINDING_ZERO, NULL, 0};
    if (matches(&library->plan->manifest->enosys, name))
        return (struct binding){BINDING_STUB, NULL, 0};
    return binding;
}

/* An own weak definition gives way to a strong one of a needed library, as in a plain link. */
static struct binding bind_defined(struct library *library, uint32_t symbol, const char *name) {
    if (is_weak(library, symbol) && !str_starts(name, "flexos$"))
        for (size_t i = 0; i < library->closure_count && !library->tcb; i++) {
            uint32_t exported = export_of(library->closure[i], name);
            if (exported && !is_weak(library->closure[i], exported))
                return other(library->closure[i], exported);
        }
    return (struct binding){BINDING_OWN, library, symbol};
}

static void bind_symbols(struct linker *linker, struct library *library) {
    const struct object *object = &library->object;
    for (uint32_t k = 1; k < object->symbol_count; k++) {
        const Elf64_Sym *symbol = &object->symbols[k];
        bool local = ELF64_ST_BIND(symbol->st_info) == STB_LOCAL;
        const char *name = symbol_name(object, k);
        if (symbol->st_shndx == SHN_UNDEF)
            library->bindings[k] =
                bind_undefined(linker, library, name, ELF64_ST_BIND(symbol->st_info) == STB_WEAK);
        else if (local)
            library->bindings[k] = (struct binding){BINDING_OWN, library, k};
        else
            library->bindings[k] = bind_defined(library, k, name);
    }
}

/* Whether any reference means this definition. */
static bool is_meant(const struct linker *linker, const struct library *library, uint32_t symbol) {
    for (size_t i = 0; i < linker->library_count; i++) {
        const struct library *user = &linker->libraries[i];
        for (uint32_t k = 1; k < user->object.symbol_count; k++)
            if (user->bindings[k].library == library && user->bindings[k].symbol == symbol)
                return true;
    }
    return false;
}

/*
 * Two libraries may define one name; the image needs two names then. The first strong definition in
 * the order of the plan keeps it, every other one that somebody means becomes NAME$LIBRARY; a weak
 * one that nobody means stays, and the linker prefers the strong one.
 */
static void name_definitions(struct linker *linker) {
    struct map names = {0};
    for (int pass = 0; pass < 2; pass++) /* strong ones first */
        for (size_t i = 0; i < linker->library_count; i++) {
            struct library *library = &linker->libraries[i];
            if (library->replicated)
                continue;
            for (size_t e = 0; e < library->exports.n; e++) {
                const char *name = library->exports.entries[e].key;
                uint32_t symbol = (uint32_t)(uintptr_t)library->exports.entries[e].value;
                if (is_weak(library, symbol) != (pass == 1))
                    continue;
                void **slot = map_put(&names, name);
                if (*slot && (pass == 0 || is_meant(linker, library, symbol)))
                    library->final_names[symbol] =
                        arena_printf(&linker->arena, "%s$%s", name, library->name);
                else if (!*slot)
                    *slot = library;
            }
        }
    map_free(&names);
}

/* Objects that `shares` names: their sections, which must hold nothing else. */
static void mark_shared(struct linker *linker, struct library *library) {
    const struct texts *shares = &library->plan->manifest->shares;
    const struct object *object = &library->object;
    for (size_t i = 0; i < shares->n; i++) {
        size_t found = 0;
        for (uint32_t k = 1; k < object->symbol_count; k++)
            if (strcmp(symbol_name(object, k), shares->v[i].text) == 0 &&
                (symbol_section(object, k) || object->symbols[k].st_shndx == SHN_COMMON) &&
                ELF64_ST_TYPE(object->symbols[k].st_info) != STT_SECTION)
                found = k;
        size_t section = found ? symbol_section(object, found) : 0;
        if (!found || (section && section_is_code(&object->sections[section]))) {
            diag_error(shares->v[i].loc,
                       "`shares` names %s, which is no data object of library %s; give the exact "
                       "name of an object with static storage",
                       shares->v[i].text, library->name);
            linker->failed = true;
        } else if (section) {
            library->shared[section] = true;
        }
    }
    for (uint32_t k = 1; k < object->symbol_count; k++) {
        size_t section = symbol_section(object, k);
        if (!section || !library->shared[section] ||
            ELF64_ST_TYPE(object->symbols[k].st_info) != STT_OBJECT ||
            listed(shares, symbol_name(object, k)))
            continue;
        diag_error(shares->loc,
                   "%s lies in one section (%s) with %s of library %s, so it would be shared too; "
                   "compile with -fdata-sections, or name it in `shares`",
                   symbol_name(object, k), object->sections[section].name, shares->v[0].text,
                   library->name);
        linker->failed = true;
    }
}

int link_resolve(struct linker *linker) {
    for (size_t i = 0; i < linker->library_count; i++) {
        bind_symbols(linker, &linker->libraries[i]);
        mark_shared(linker, &linker->libraries[i]);
    }
    name_definitions(linker);
    return linker->failed ? -1 : 0;
}
