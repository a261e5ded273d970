/* SPDX-License-Identifier: BSD-3-Clause */
/* Functions that are called or named across a boundary, their gates and thunks, each made once. */
#include "diag/diag.h"
#include "link/iface.h"
#include "link/steps.h"
#include "util/str.h"

#include <string.h>

static bool is_local(const struct object *object, uint32_t symbol) {
    return ELF64_ST_BIND(object->symbols[symbol].st_info) == STB_LOCAL;
}

const char *link_final_name(struct linker *linker, const struct instance *instance,
                            uint32_t symbol) {
    const struct library *library = instance->library;
    const char *name = library->final_names[symbol];
    if (!name)
        name = symbol_name(&library->object, symbol);
    if (!library->replicated || is_local(&library->object, symbol))
        return name;
    return arena_printf(&linker->arena, "%s$%u", name, instance->domain);
}

uint32_t link_add_symbol(struct linker *linker, struct instance *instance, const char *name,
                         uint32_t alias_of) {
    (void)linker;
    void **slot = map_put(&instance->added_by_name, name);
    if (!*slot) {
        vec_push(&instance->added, (struct added_symbol){name, alias_of});
        *slot = (void *)(uintptr_t)instance->added.n;
    }
    return (uint32_t)(uintptr_t)*slot - 1;
}

/* A static function gets a hidden global name, so that gates and thunks can refer to it. */
static const char *target_name(struct linker *linker, struct instance *home, uint32_t symbol) {
    const struct library *library = home->library;
    if (!is_local(&library->object, symbol))
        return link_final_name(linker, home, symbol);
    const char *name = arena_printf(&linker->arena, "%s$%u$%s", library->name, symbol,
                                    symbol_name(&library->object, symbol));
    if (library->replicated)
        name = arena_printf(&linker->arena, "%s$%u", name, home->domain);
    link_add_symbol(linker, home, name, symbol);
    return name;
}

static const struct prototype *by_name(const struct index *index, const char *name) {
    return map_get(&index->by_name, name);
}

/*
 * What is known of a function, best source first: its own DWARF, its library's interface.c, a
 * prototype in its library, a prototype that a user of the library has (assembler functions).
 */
static const struct prototype *find_prototype(const struct linker *linker,
                                              const struct library *library, uint32_t section,
                                              uint64_t value) {
    const struct prototype *found = index_at(&library->index, section, value);
    const struct object *object = &library->object;
    for (int source = 0; !found && source < 3; source++)
        for (size_t i = 0; !found && i < object->function_count; i++) {
            const Elf64_Sym *symbol = &object->symbols[object->functions[i]];
            if (symbol->st_shndx != section || symbol->st_value != value)
                continue; /* all names of the place */
            const char *name = symbol_name(object, object->functions[i]);
            if (source == 0)
                found = by_name(&library->iface_index, name);
            else if (source == 1)
                found = by_name(&library->index, name);
            for (size_t k = 0; source == 2 && !found && k < linker->library_count; k++)
                found = by_name(&linker->libraries[k].index, name);
        }
    return found;
}

struct function *link_function(struct linker *linker, struct instance *home, uint32_t symbol,
                               uint32_t section, uint64_t value) {
    uint32_t best = (uint32_t)object_function_at(&home->library->object, section, value);
    if (!best)
        best = symbol;
    const char *target = target_name(linker, home, best);
    void **slot = map_put(&linker->function_by_target, target);
    if (*slot)
        return *slot;
    struct function *function = ARENA_NEW(linker, struct function);
    function->home = home;
    function->symbol = best;
    function->section = section;
    function->value = value;
    function->name = symbol_name(&home->library->object, best);
    function->target = target;
    function->prototype = find_prototype(linker, home->library, section, value);
    function->stateless = link_is_stateless(home->library, section);
    function->iface = -1;
    *slot = function;
    vec_push(&linker->functions, function);
    return function;
}

/* The name that interface.c and users may use for a function: any of its global names. */
static const char *annotation(const struct function *function) {
    const struct library *library = function->home->library;
    const struct object *object = &library->object;
    for (size_t i = 0; i < object->function_count; i++) {
        const Elf64_Sym *symbol = &object->symbols[object->functions[i]];
        if (symbol->st_shndx != function->section || symbol->st_value != function->value)
            continue;
        const struct prototype *p =
            by_name(&library->iface_index, symbol_name(object, object->functions[i]));
        if (p)
            return p->iface;
    }
    return NULL;
}

/* Asks once for the interface descriptor of a function whose arguments really cross. */
static void describe(struct linker *linker, struct function *function) {
    if (function->described)
        return;
    function->described = true;
    const char *annotated = annotation(function);
    function->iface = iface_describe(linker, function, annotated,
                                     function->prototype ? function->prototype->iface : "");
    if (function->iface < -1)
        linker->failed = true;
}

static bool can_cross(struct linker *linker, struct function *function, const char *what) {
    if (function->described)
        return function->prototype && !function->prototype->signature.obstacle;
    const struct library *library = function->home->library;
    if (!function->prototype) {
        link_error(
            linker, function->home, function->section, function->value,
            "%s of library %s needs %s, but nothing says what its parameters are; repeat its "
            "prototype in %s's interface.c (key `interface`)%s",
            function->name, library->name, what, library->name,
            strcmp(what, "an entry thunk") == 0
                ? ", or list it under `no-thunk` if it is no C function"
                : "");
    } else if (function->prototype->signature.obstacle) {
        link_error(linker, function->home, function->section, function->value,
                   "%s of library %s needs %s, but %s; put both libraries in one compartment, or "
                   "export a function that passes a pointer",
                   function->name, library->name, what,
                   obstacle_text(function->prototype->signature.obstacle));
    } else {
        describe(linker, function);
        return true;
    }
    function->described = true; /* complain once */
    return false;
}

struct call_gate *link_gate(struct linker *linker, struct function *function, unsigned from,
                            unsigned words) {
    if (!can_cross(linker, function, "a gate"))
        return NULL;
    bool variadic = function->prototype->signature.variadic;
    char *name = arena_printf(&linker->arena, "__gate_%u_%u$%s", from, function->home->domain,
                              function->target);
    if (variadic)
        name = arena_printf(&linker->arena, "%s$w%u", name, words);
    void **slot = map_put(&linker->gate_by_name, name);
    if (*slot)
        return *slot;
    struct call_gate *gate = ARENA_NEW(linker, struct call_gate);
    gate->name = name;
    gate->function = function;
    gate->from = from;
    gate->words = variadic ? words : function->prototype->signature.words;
    *slot = gate;
    vec_push(&linker->gates, gate);
    return gate;
}

struct thunk *link_thunk(struct linker *linker, struct function *function) {
    if (function->thunk)
        return function->thunk;
    if (!function->stateless && !can_cross(linker, function, "an entry thunk"))
        return NULL;
    struct thunk *thunk = ARENA_NEW(linker, struct thunk);
    thunk->name = arena_printf(&linker->arena, "__thunk$%s", function->target);
    thunk->function = function;
    function->thunk = thunk;
    vec_push(&linker->thunks, thunk);
    return thunk;
}
