/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every live reference once: calls into another compartment go to gates, addresses of functions are
 * noted (users.c decides which get a thunk), data must be the own one, constant or shared. What can
 * be none of these is an error with its place, its cause and what to do; nothing stays a plain call
 * silently.
 */
#include "link/cross.h"
#include "diag/diag.h"
#include "link/missing.h"
#include "util/str.h"

#include <string.h>

void link_patch(struct linker *linker, struct instance *instance, uint32_t section,
                uint32_t relocation, const char *symbol, bool keep_addend) {
    uint32_t added = link_add_symbol(linker, instance, symbol, 0);
    vec_push(&instance->patches, (struct patch){section, relocation, added, keep_addend});
}

void site_patch(struct site *site, const char *symbol, bool keep_addend) {
    link_patch(site->linker, site->instance, site->section, site->relocation, symbol, keep_addend);
}

const char *site_symbol(const struct site *site) {
    return symbol_name(&site->instance->library->object, ELF64_R_SYM(site->entry->r_info));
}

static void redirect_setjmp(struct site *site) {
    const char *name = site_symbol(site);
    const char *wrapper = strstr(name, "longjmp")  ? "__flexos_longjmp"
                          : strstr(name, "sigset") ? "__flexos_sigsetjmp"
                                                   : "__flexos_setjmp";
    site_patch(site, arena_printf(&site->linker->arena, "%s$%u", wrapper, site->instance->domain),
               true);
}

static struct function *target_function(struct site *site) {
    struct reference *r = &site->reference;
    return link_function(site->linker, site->target, r->symbol, r->section, r->value);
}

/* Words of stack arguments of a variadic call; false after an error. */
static bool variadic_words(struct site *site, const struct function *function, unsigned *words) {
    *words = 0;
    if (!function->prototype || !function->prototype->signature.variadic)
        return true;
    const struct note *note = varargs_note(site->instance, site->section, site->entry->r_offset);
    if (note) {
        *words = note->words;
        return true;
    }
    link_error(
        site->linker, site->instance, site->section, site->entry->r_offset,
        "calls the variadic %s of library %s in another compartment, but nothing says how "
        "many arguments are on the stack; compile this file with the compiler pass (assembler: "
        "call a function with a fixed prototype), or put both libraries in one compartment",
        function->name, function->home->library->name);
    return false;
}

static void cross_call(struct site *site) {
    struct linker *linker = site->linker;
    const struct reference *r = &site->reference;
    if (site->target->domain == site->instance->domain)
        return;
    if (link_is_stateless(r->library, r->section)) {
        struct function *function = target_function(site);
        function->free_sites++;
        function->free_callers |= 1U << site->instance->domain;
        return;
    }
    if (!r->symbol) {
        link_error(linker, site->instance, site->section, site->entry->r_offset,
                   "calls a place inside library %s that has no name; export a function there",
                   r->library->name);
        return;
    }
    struct function *function = target_function(site);
    unsigned words;
    if (!variadic_words(site, function, &words))
        return;
    struct call_gate *gate = link_gate(linker, function, site->instance->domain, words);
    if (!gate)
        return;
    gate->sites++;
    site_patch(site, gate->name, false);
}

static bool never_thunk(const struct library *library, uint32_t symbol) {
    static const char *const names[] = {"__restore_rt", "__restore",   "__cp_begin", "__cp_end",
                                        "__cp_cancel",  "__unmapself", "_start",     "__clone"};
    const char *name = symbol_name(&library->object, symbol);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    const struct texts *listed = &library->plan->manifest->no_thunk;
    for (size_t i = 0; i < listed->n; i++)
        if (str_glob(listed->v[i].text, name))
            return true;
    return is_setjmp(name);
}

static void cross_address(struct site *site) {
    struct linker *linker = site->linker;
    const struct reference *r = &site->reference;
    bool other = site->target->domain != site->instance->domain;
    if (r->library->tcb && site->instance->library->tcb)
        return; /* pointers inside the TCB need no entry */
    bool label = ELF64_ST_TYPE(r->library->object.symbols[r->symbol].st_info) != STT_FUNC;
    if (label || never_thunk(r->library, r->symbol)) {
        if (other && !link_is_stateless(r->library, r->section))
            link_error(linker, site->instance, site->section, site->entry->r_offset,
                       "takes the address of %s of library %s in another compartment, which %s; "
                       "call it through a C function instead",
                       symbol_name(&r->library->object, r->symbol), r->library->name,
                       label ? "is an assembler label without `.type @function`"
                             : "never gets an entry thunk");
        return;
    }
    struct function *function = target_function(site);
    if (other)
        function->users |= 1U << site->instance->domain;
    vec_push(&linker->addresses,
             (struct address_site){function, site->instance, site->section, site->relocation});
}

static void cross_inside(struct site *site) {
    if (site->target->domain == site->instance->domain ||
        link_is_stateless(site->reference.library, site->reference.section))
        return;
    link_error(site->linker, site->instance, site->section, site->entry->r_offset,
               "refers to the inside of code of library %s in another compartment; no gate can "
               "stand there: use the start of a function",
               site->reference.library->name);
}

static void defined(struct site *site) {
    struct linker *linker = site->linker;
    const struct library *library = site->instance->library;
    if (site->reference.kind != REFERENCE_DATA && site->instance->domain != DOMAIN_TCB &&
        linker->isolated && is_setjmp(site_symbol(site))) {
        redirect_setjmp(site);
        return;
    }
    size_t patched = site->instance->patches.n;
    if (linker->isolated) {
        switch (site->reference.kind) {
        case REFERENCE_CALL:
            cross_call(site);
            break;
        case REFERENCE_ADDRESS:
            cross_address(site);
            break;
        case REFERENCE_INSIDE:
            cross_inside(site);
            break;
        case REFERENCE_DATA:
            cross_data(site);
            break;
        case REFERENCE_NONE:
            break;
        }
    }
    /* an own weak definition that gave way */
    uint32_t symbol = (uint32_t)ELF64_R_SYM(site->entry->r_info);
    if (site->instance->patches.n == patched && site->reference.binding->kind == BINDING_OTHER &&
        library->object.symbols[symbol].st_shndx != SHN_UNDEF) {
        const char *name = link_final_name(linker, site->target, site->reference.binding->symbol);
        if (strcmp(name, site_symbol(site)) != 0)
            site_patch(site, name, true);
    }
}

static void cross(struct site *site) {
    struct linker *linker = site->linker;
    const struct reference *r = &site->reference;
    if (!r->binding)
        return;
    switch (r->binding->kind) {
    case BINDING_OWN:
    case BINDING_OTHER:
        site->target = r->library == site->instance->library
                           ? site->instance
                           : link_instance(r->library, site->instance->domain);
        defined(site);
        break;
    case BINDING_DOMAIN:
        if (linker->isolated)
            site_patch(
                site,
                arena_printf(&linker->arena, "%s$%u", site_symbol(site), site->instance->domain),
                true);
        break;
    case BINDING_STUB:
        cross_stub(site);
        break;
    case BINDING_MISSING:
        link_missing(linker, site->instance, site->section, site->entry->r_offset,
                     site_symbol(site), r->binding->library);
        break;
    case BINDING_LINK: {
        void **slot = map_put(&linker->link_symbol_users, site_symbol(site));
        *slot = (void *)((uintptr_t)*slot | 1U << site->instance->domain);
        break;
    }
    case BINDING_ZERO:
        break;
    }
}

static void cross_instance(struct linker *linker, struct instance *instance) {
    const struct library *library = instance->library;
    for (uint32_t i = 1; i < library->object.section_count; i++) {
        const struct section *section = &library->object.sections[i];
        if (!instance->live[i])
            continue;
        if (section->header->sh_flags & SHF_TLS) {
            diag_error(LOC_FILE(library->plan->manifest->path),
                       "library %s has thread-local storage of the processor's kind (section %s); "
                       "compile it with -femulated-tls",
                       library->name, section->name);
            linker->failed = true;
        }
        if (section_is_code(section) && (section->header->sh_flags & SHF_WRITE)) {
            diag_error(LOC_FILE(library->plan->manifest->path),
                       "library %s has a section that is writable and executable (%s); give it one "
                       "of the two",
                       library->name, section->name);
            linker->failed = true;
        }
        if (linker->isolated && section_is_set(section) &&
            (section->header->sh_flags & SHF_WRITE)) {
            diag_error(LOC_FILE(library->plan->manifest->path),
                       "library %s has a writable linker set (section %s), which would belong to "
                       "several compartments; make its entries const",
                       library->name, section->name);
            linker->failed = true;
        }
        if (!section_refers(section))
            continue;
        for (uint32_t k = 0; k < section->relocation_count; k++) {
            struct site site = {.linker = linker,
                                .instance = instance,
                                .section = i,
                                .relocation = k,
                                .entry = &section->relocations[k]};
            site.reference = link_reference(library, i, site.entry);
            cross(&site);
        }
    }
}

static int compare_gates(const void *a, const void *b) {
    const struct call_gate *x = *(struct call_gate *const *)a, *y = *(struct call_gate *const *)b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->function->home->domain != y->function->home->domain)
        return x->function->home->domain < y->function->home->domain ? -1 : 1;
    return strcmp(x->name, y->name);
}

int link_cross(struct linker *linker) {
    for (size_t i = 0; i < linker->instance_count; i++) {
        varargs_read(linker->instances[i]);
        cross_instance(linker, linker->instances[i]);
    }
    if (linker->gates.n)
        qsort(linker->gates.v, linker->gates.n, sizeof *linker->gates.v, compare_gates);
    return linker->failed ? -1 : 0;
}
