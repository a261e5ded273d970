/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stateless rule: code needs no gate when nothing that it can reach by itself is state, because
 * protection keys do not limit the fetching of instructions. It may use its arguments, the caller's
 * stack, constants that all can read, and other such code. So a section is stateful when
 *
 * - it is writable, thread-local, or holds constants that its library keeps private;
 * - its instructions do what no relocation shows (code.h): %fs, system calls, PKRU, ports,
 * addresses without a relocation, bytes that do not decode;
 * - it refers to a missing symbol, to one with a value for each compartment, to setjmp or longjmp,
 *   or to state of the TCB;
 * - it refers to a stateful section, in code or through any chain of constants.
 *
 * .data.rel.ro is writable by its flags alone: the image has it in read-only memory, so it counts
 * by what it refers to. A function that calls through a pointer that it was given (qsort) stays
 * stateless: the pointer is the caller's. One whose pointer lies in writable memory reaches
 * writable memory.
 */
#include "link/code.h"
#include "link/iface.h"
#include "link/steps.h"
#include "util/str.h"

#include <string.h>

enum stateful {
    STATELESS,
    STATE_WRITABLE,
    STATE_THREAD_LOCAL,
    STATE_PRIVATE,
    STATE_CODE,
    STATE_SYMBOL,
    STATE_MANIFEST,
    STATE_HANDLE,
    STATE_REACHES,       /* stateful_via says what */
    STATE_NEVER_GIVEN_UP /* `stateless: always` in the manifest */
};

static bool listed(const struct texts *texts, const char *name) {
    for (size_t i = 0; i < texts->n; i++)
        if (str_glob(texts->v[i].text, name))
            return true;
    return false;
}

static enum stateful own_state(const struct library *library, uint32_t index) {
    const struct section *section = &library->object.sections[index];
    uint64_t flags = section->header->sh_flags;
    if (flags & SHF_TLS)
        return STATE_THREAD_LOCAL;
    if ((flags & SHF_WRITE) && !str_starts(section->name, ".data.rel.ro"))
        return STATE_WRITABLE;
    if (section_is_code(section))
        return library->index.facts[index] & CODE_STATEFUL ? STATE_CODE : STATELESS;
    return library->plan->manifest->constants_private ? STATE_PRIVATE : STATELESS;
}

/* A function that works on a private object of its library, which the caller only holds. */
static bool takes_handle(const struct library *library, const char *name) {
    const struct prototype *annotated = map_get(&library->iface_index.by_name, name);
    const struct prototype *own = map_get(&library->index.by_name, name);
    const struct prototype *prototype = annotated ? annotated : own;
    return prototype && iface_takes_handle(prototype->iface);
}

/* What annotations and the manifest's corrections say, by the names of functions. */
static void correct(struct library *library) {
    const struct object *object = &library->object;
    const struct manifest *manifest = library->plan->manifest;
    for (size_t i = 0; i < object->function_count; i++) {
        size_t section = symbol_section(object, object->functions[i]);
        const char *name = symbol_name(object, object->functions[i]);
        if (library->stateful[section] == STATELESS && takes_handle(library, name))
            library->stateful[section] = STATE_HANDLE;
        if (listed(&manifest->stateless_always, name))
            library->stateful[section] = STATE_NEVER_GIVEN_UP;
        if (listed(&manifest->stateless_never, name))
            library->stateful[section] = STATE_MANIFEST;
    }
}

static bool is_stateful(const struct library *library, uint32_t section) {
    return library->stateful[section] != STATELESS &&
           library->stateful[section] != STATE_NEVER_GIVEN_UP;
}

bool link_is_stateless(const struct library *library, uint32_t section) {
    return section && section_is_code(&library->object.sections[section]) &&
           !is_stateful(library, section);
}

static enum stateful reference_state(const struct library *library, uint32_t section,
                                     const Elf64_Rela *relocation) {
    struct reference reference = link_reference(library, section, relocation);
    if (!reference.binding || reference.binding->kind == BINDING_ZERO)
        return STATELESS;
    const char *name = symbol_name(&library->object, ELF64_R_SYM(relocation->r_info));
    if (!reference.library)
        return strcmp(name, "_GLOBAL_OFFSET_TABLE_") == 0 ? STATELESS : STATE_SYMBOL;
    if (is_setjmp(name))
        return STATE_SYMBOL;
    if (!reference.section) /* common or absolute */
        return STATE_WRITABLE;
    return is_stateful(reference.library, reference.section) ? STATE_REACHES : STATELESS;
}

static bool spread(struct library *library, uint32_t index) {
    const struct section *section = &library->object.sections[index];
    for (size_t i = 0; i < section->relocation_count; i++) {
        enum stateful state = reference_state(library, index, &section->relocations[i]);
        if (state == STATELESS)
            continue;
        library->stateful[index] = (uint8_t)state;
        library->stateful_via[index] = (uint32_t)i;
        return true;
    }
    return false;
}

int link_stateless(struct linker *linker) {
    for (size_t i = 0; i < linker->library_count; i++) {
        struct library *library = &linker->libraries[i];
        for (uint32_t k = 1; k < library->object.section_count; k++)
            if (section_is_alloc(&library->object.sections[k]))
                library->stateful[k] = (uint8_t)own_state(library, k);
        correct(library);
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < linker->library_count; i++) {
            struct library *library = &linker->libraries[i];
            for (uint32_t k = 1; k < library->object.section_count; k++)
                if (library->stateful[k] == STATELESS &&
                    section_refers(&library->object.sections[k]))
                    again |= spread(library, k);
        }
    }
    return 0;
}

const char *link_state_text(struct linker *linker, const struct library *library,
                            uint32_t section) {
    const struct section *place = &library->object.sections[section];
    switch ((enum stateful)library->stateful[section]) {
    case STATELESS:
        return "stateless";
    case STATE_NEVER_GIVEN_UP:
        return "stateless by the manifest";
    case STATE_WRITABLE:
        return "writable data";
    case STATE_HANDLE:
        return "an object of the library that its users hold";
    case STATE_THREAD_LOCAL:
        return "thread-local data";
    case STATE_PRIVATE:
        return "private constants";
    case STATE_MANIFEST:
        return "the manifest says so";
    case STATE_CODE:
        return code_fact_text(library->index.facts[section]);
    case STATE_SYMBOL:
    case STATE_REACHES: {
        const Elf64_Rela *r = &place->relocations[library->stateful_via[section]];
        struct reference reference = link_reference(library, section, r);
        const char *name = symbol_name(&library->object, ELF64_R_SYM(r->r_info));
        if (reference.symbol && reference.library)
            name = symbol_name(&reference.library->object, reference.symbol);
        if (!*name && reference.section)
            name = reference.library->object.sections[reference.section].name;
        return arena_printf(&linker->arena, "it reaches %s", name);
    }
    }
    return "";
}
