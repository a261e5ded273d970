/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which functions need an entry thunk, and which compartments may use it: those that may be handed
 * the function's address. A thunk is a way into a compartment, so only what is needed gets one.
 *
 * An address reaches another compartment when
 *
 * - code or data there names the function;
 * - it stands in constants that code or data there refers to, in an array of constructors, a linker
 * set or in shared memory;
 * - it is passed: some gate between a compartment that has it and another one has a type by which a
 *   function pointer of the same shape (shape.h) can be found, in either direction. A variadic gate
 *   may pass anything. Who was handed a pointer calls it by the type that it was handed with, and
 * what such a call can pass was found behind the same gate's types.
 *
 * An address that a program
 * passes as an integer or untyped memory is not seen: the compartment that gets it has a pointer
 * that is no thunk, which gates refuse and which, if called, runs with the caller's rights alone.
 */
#include "link/steps.h"
#include "util/str.h"

#include <string.h>

struct pairs {
    struct linker *linker;
    struct map shapes[DOMAIN_COUNT][DOMAIN_COUNT]; /* [lower][higher] */
};

static struct map *between(struct pairs *pairs, unsigned a, unsigned b) {
    return a < b ? &pairs->shapes[a][b] : &pairs->shapes[b][a];
}

static void add_shape(struct pairs *pairs, unsigned a, unsigned b, const char *shape) {
    void **slot = map_put(between(pairs, a, b), shape);
    *slot = pairs;
}

/* Adds the blank-separated shapes of a text. */
static void add_shapes(struct pairs *pairs, unsigned a, unsigned b, const char *text) {
    while (*text) {
        size_t n = strcspn(text, " ");
        add_shape(pairs, a, b, arena_strndup(&pairs->linker->arena, text, n));
        text += n + (text[n] == ' ');
    }
}

/* A function is called across a boundary: what can be passed with it. */
static void add_crossing(struct pairs *pairs, unsigned a, unsigned b,
                         const struct function *function) {
    if (!function->prototype) {
        add_shape(pairs, a, b, "*");
        return;
    }
    add_shapes(pairs, a, b, function->prototype->reached);
    if (function->prototype->signature.variadic)
        add_shape(pairs, a, b, "*");
}

/* Users know more of a function's types than its library when it keeps a struct incomplete. */
static void add_gate(struct pairs *pairs, const struct call_gate *gate) {
    unsigned to = gate->function->home->domain;
    add_crossing(pairs, gate->from, to, gate->function);
    for (size_t i = 0; i < pairs->linker->instance_count; i++) {
        const struct instance *instance = pairs->linker->instances[i];
        if (instance->domain != gate->from)
            continue;
        const struct prototype *declared =
            map_get(&instance->library->index.by_name, gate->function->name);
        if (declared)
            add_shapes(pairs, gate->from, to, declared->reached);
    }
}

static bool can_pass(struct pairs *pairs, unsigned a, unsigned b, const char *shape) {
    const struct map *shapes = between(pairs, a, b);
    return map_get(shapes, shape) || map_get(shapes, "*") || (strcmp(shape, "*") == 0 && shapes->n);
}

/* Whether a library has a reference to a function of another one. */
static bool refers_to(const struct instance *instance, const struct function *function) {
    const struct library *library = instance->library;
    for (size_t k = 1; k < library->object.symbol_count; k++)
        if (library->bindings[k].kind == BINDING_OTHER &&
            library->bindings[k].library == function->home->library &&
            symbol_section(&function->home->library->object, library->bindings[k].symbol) ==
                function->section)
            return true;
    return false;
}

/*
 * Libraries hand the TCB only functions of their own: the one that the scheduler starts threads
 * with is the scheduler's.
 */
static bool calls_tcb(const struct linker *linker, const struct instance *instance) {
    for (size_t i = 0; i < linker->gates.n; i++)
        if (linker->gates.v[i]->function->home->domain == DOMAIN_TCB &&
            linker->gates.v[i]->from == instance->domain &&
            linker->gates.v[i]->function->prototype->reached[0] &&
            refers_to(instance, linker->gates.v[i]->function))
            return true;
    return false;
}

static void spread_function(struct pairs *pairs, struct function *function) {
    unsigned home = function->home->domain;
    const char *shape = function->prototype ? function->prototype->shape : "*";
    for (bool again = true; again;) {
        again = false;
        uint32_t holders = function->users | 1U << home;
        for (unsigned from = 0; from < pairs->linker->domains; from++)
            for (unsigned to = 0; to < pairs->linker->domains; to++)
                if ((holders & 1U << from) && !(holders & 1U << to) &&
                    can_pass(pairs, from, to, shape) &&
                    (to != DOMAIN_TCB || calls_tcb(pairs->linker, function->home))) {
                    function->users |= 1U << to;
                    holders |= 1U << to;
                    again = true;
                }
    }
}

/* Who names a function or reads it in a table calls it by the function's own type. */
static void add_named(struct pairs *pairs, const struct function *function) {
    for (unsigned user = 1; user < pairs->linker->domains; user++)
        if ((function->users & 1U << user) && user != function->home->domain)
            add_crossing(pairs, function->home->domain, user, function);
}

/* The domains that find a section by a symbol of the linker: arrays of constructors, linker sets.
 */
static uint32_t array_readers(struct linker *linker, const struct section *section) {
    static const char *const arrays[] = {"preinit_array", "init_array", "fini_array"};
    const char *symbol = NULL;
    for (size_t i = 0; i < 3; i++)
        if (*section->name == '.' && str_starts(section->name + 1, arrays[i]))
            symbol = arena_printf(&linker->arena, "__%s_start", arrays[i]);
    if (str_starts(section->name, ".ctors"))
        symbol = "__init_array_start";
    if (section_is_set(section))
        symbol = arena_printf(&linker->arena, "__start_%s", section->name);
    return symbol ? (uint32_t)(uintptr_t)map_get(&linker->link_symbol_users, symbol) : 0;
}

static uint32_t first_readers(struct linker *linker, const struct instance *instance,
                              uint32_t index) {
    const struct section *section = &instance->library->object.sections[index];
    if (instance->library->shared[index] || str_starts(section->name, ".flexos.shared"))
        return (1U << linker->domains) - 1;
    return array_readers(linker, section);
}

/* Who reads a constant can follow it to further constants. */
static bool spread_readers(struct instance *instance, uint32_t index) {
    const struct library *library = instance->library;
    const struct section *section = &library->object.sections[index];
    bool changed = false;
    for (size_t i = 0; i < section->relocation_count; i++) {
        struct reference r = link_reference(library, index, &section->relocations[i]);
        if (r.kind != REFERENCE_DATA || !r.library || !r.section)
            continue;
        struct instance *target =
            r.library == library ? instance : link_instance(r.library, instance->domain);
        uint32_t *readers = &target->readers[r.section];
        changed |= (*readers | instance->readers[index]) != *readers;
        *readers |= instance->readers[index];
    }
    return changed;
}

static void find_readers(struct linker *linker) {
    for (size_t i = 0; i < linker->instance_count; i++)
        for (uint32_t k = 1; k < linker->instances[i]->library->object.section_count; k++)
            if (linker->instances[i]->live[k])
                linker->instances[i]->readers[k] |= first_readers(linker, linker->instances[i], k);
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < linker->instance_count; i++) {
            struct instance *instance = linker->instances[i];
            for (uint32_t k = 1; k < instance->library->object.section_count; k++)
                if (instance->readers[k] && instance->live[k] &&
                    !section_is_code(&instance->library->object.sections[k]))
                    again |= spread_readers(instance, k);
        }
    }
}

static void find_users(struct linker *linker) {
    struct pairs pairs = {.linker = linker};
    find_readers(linker);
    for (size_t i = 0; i < linker->addresses.n; i++) {
        struct address_site *site = &linker->addresses.v[i];
        uint32_t readers = site->instance->readers[site->section];
        site->function->users |= readers & ~(1U << site->function->home->domain);
    }
    for (size_t i = 0; i < linker->addresses.n; i++)
        add_named(&pairs, linker->addresses.v[i].function);
    for (size_t i = 0; i < linker->gates.n; i++)
        add_gate(&pairs, linker->gates.v[i]);
    for (size_t i = 0; i < linker->addresses.n; i++)
        spread_function(&pairs, linker->addresses.v[i].function);
    for (unsigned a = 0; a < DOMAIN_COUNT; a++)
        for (unsigned b = a; b < DOMAIN_COUNT; b++)
            map_free(&pairs.shapes[a][b]);
}

static void make_thunks(struct linker *linker) {
    for (size_t i = 0; i < linker->addresses.n; i++) {
        struct address_site *site = &linker->addresses.v[i];
        struct function *function = site->function;
        if (!function->users)
            continue;
        struct thunk *thunk = link_thunk(linker, function);
        if (!thunk)
            continue;
        thunk->uses++;
        /* bit 0: the TCB starts threads through thunks */
        thunk->users = function->users | 1U << function->home->domain | 1U;
        link_patch(linker, site->instance, site->section, site->relocation, thunk->name, false);
        if (function->prototype && function->prototype->signature.variadic &&
            !linker->variadic_words)
            linker->variadic_words = varargs_indirect_words(linker);
    }
}

int link_users(struct linker *linker) {
    if (linker->isolated) {
        find_users(linker);
        make_thunks(linker);
    }
    return linker->failed ? -1 : 0;
}
