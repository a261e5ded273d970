/* SPDX-License-Identifier: BSD-3-Clause */
/* References to data: one's own, constants that all can read, shared objects; anything else is an
 * error. */
#include "link/cross.h"
#include "util/str.h"

/* The data object at a place; references to static objects name only the section. */
static uint32_t object_at(const struct reference *r) {
    const struct object *object = &r->library->object;
    uint64_t value = r->value - (r->relative ? 4 : 0);
    for (uint32_t k = 1; k < object->symbol_count; k++) {
        const Elf64_Sym *symbol = &object->symbols[k];
        if (ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT && symbol->st_shndx == r->section &&
            ((value >= symbol->st_value && value < symbol->st_value + symbol->st_size) ||
             r->value == symbol->st_value))
            return k;
    }
    return r->symbol;
}

static void note_shared(struct site *site) {
    struct linker *linker = site->linker;
    const struct reference *r = &site->reference;
    uint32_t symbol = object_at(r);
    for (size_t i = 0; i < linker->shared.n; i++)
        if (linker->shared.v[i].library == r->library && linker->shared.v[i].symbol == symbol) {
            linker->shared.v[i].users |= 1U << site->instance->domain;
            return;
        }
    vec_push(&linker->shared,
             (struct shared_object){r->library, symbol,
                                    1U << site->instance->domain | 1U << site->target->domain});
}

void cross_data(struct site *site) {
    const struct reference *r = &site->reference;
    const struct object *object = &r->library->object;
    const struct section *section = r->section ? &object->sections[r->section] : NULL;
    bool shared =
        section && (r->library->shared[r->section] || str_starts(section->name, ".flexos.shared"));
    if (shared)
        note_shared(site);
    if (site->target->domain == site->instance->domain)
        return;
    if (r->section)
        site->target->readers[r->section] |= 1U << site->instance->domain;
    if (site->instance->library->tcb || shared)
        return;
    bool constant = section && (!(section->header->sh_flags & SHF_WRITE) ||
                                str_starts(section->name, ".data.rel.ro"));
    if (object->symbols[r->symbol].st_shndx == SHN_ABS ||
        (constant && !r->library->plan->manifest->constants_private) ||
        (section && str_starts(section->name, ".flexos.rodata")) ||
        (section && str_starts(section->name, ".flexos.published")))
        return;
    const char *name = symbol_name(object, object_at(r));
    const char *key = arena_printf(&site->linker->arena, "%s\t%s\t%s", r->library->name,
                                   site->instance->library->name, name);
    void **slot = map_put(&site->linker->complained, key);
    if (*slot)
        return;
    *slot = site->linker;
    link_error(
        site->linker, site->instance, site->section, site->entry->r_offset,
        "library %s uses the object %s of library %s, which lies in another compartment and is "
        "not shared; name it under `shares` in %s, mark it flexos_share in the source, offer "
        "a function that returns it, or put both libraries in one compartment",
        site->instance->library->name, name, r->library->name, r->library->plan->manifest->path);
}
