/* SPDX-License-Identifier: BSD-3-Clause */
/* References to functions that may be missing (`enosys`): they go to a stub of their compartment.
 */
#include "link/cross.h"

#include <string.h>

/* What a stub of a domain calls to print: the TCB's service, through its gate. */
static const char *stub_logger(struct linker *linker, unsigned domain) {
    for (size_t i = 0; i < linker->library_count; i++) {
        struct library *library = &linker->libraries[i];
        uint32_t symbol = (uint32_t)(uintptr_t)map_get(&library->exports, "flexos_console_write");
        if (!library->tcb || !symbol)
            continue;
        struct instance *home = link_instance(library, domain);
        if (home->domain == domain)
            return link_final_name(linker, home, symbol);
        struct function *function =
            link_function(linker, home, symbol, (uint32_t)symbol_section(&library->object, symbol),
                          library->object.symbols[symbol].st_value);
        struct call_gate *gate = link_gate(linker, function, domain, 0);
        return gate ? gate->name : NULL;
    }
    return NULL;
}

void cross_stub(struct site *site) {
    struct linker *linker = site->linker;
    const char *name = site_symbol(site), *symbol = name;
    if (linker->isolated)
        symbol = arena_printf(&linker->arena, "__enosys_%u$%s", site->instance->domain, name);
    bool known = false;
    for (size_t i = 0; i < linker->stubs.n; i++)
        known |= strcmp(linker->stubs.v[i].symbol, symbol) == 0;
    if (!known)
        vec_push(&linker->stubs,
                 (struct stub){name, symbol, site->instance->domain, site->instance->library,
                               stub_logger(linker, site->instance->domain)});
    if (linker->isolated)
        site_patch(site, symbol, true);
}
