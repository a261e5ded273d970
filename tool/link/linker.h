/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The state of one link, filled in step by step (link.c has the order):
 *
 *   load       library objects and their indices            library
 *   resolve    symbol -> definition, by the needs           library.bindings
 *   stateless  code that may run in any compartment         library.stateful
 *   live       instances and their reachable sections       instance.live
 *   cross      references that cross a boundary             gates, patches
 *   users      function pointers that cross one             thunks, patches
 *   rewrite    the instances as objects of their own        instance.path
 *   layout     linker script, layout table; emit: gates.S, stubs
 *   final      ld.lld; scan and audit of the result
 *
 * An instance is a library in one compartment; only replicated libraries have several. Domains are
 * compartments with 0, the TCB. Everything is ordered by the plan, never by addresses of this
 * process: the same input gives the same bytes.
 */
#ifndef FLEXOS_TOOL_LINK_LINKER_H
#define FLEXOS_TOOL_LINK_LINKER_H

#include "config/plan.h"
#include "link/index.h"
#include "link/object.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/vec.h"

enum { DOMAIN_TCB = 0, DOMAIN_COUNT = 16, DOMAIN_SHARED = 15, USERS_ALL = 0xffff };

struct library;
struct instance;

/* What a symbol of a library stands for. */
enum binding_kind {
    BINDING_OWN,     /* defined in the library itself */
    BINDING_OTHER,   /* library, symbol: another library's definition */
    BINDING_LINK,    /* the link step, the linker script or the mechanism defines it */
    BINDING_DOMAIN,  /* the link step defines it for each compartment: docs/abi.md, section 3 */
    BINDING_STUB,    /* a stub that returns -ENOSYS */
    BINDING_ZERO,    /* weak and undefined */
    BINDING_MISSING, /* an error when live code refers to it */
};

struct binding {
    enum binding_kind kind;
    struct library *library;
    uint32_t symbol;
};

struct library {
    struct plan_library *plan;
    const char *name;
    size_t number; /* place in linker.libraries */
    bool tcb, replicated;
    struct object object;
    struct index index;
    struct object iface_object; /* interface.c; path NULL when the library has none */
    struct index iface_index;
    struct map exports;       /* name -> (void *)symbol */
    struct binding *bindings; /* per symbol */
    const char *
        *final_names;  /* per symbol: name in the image without instance suffix; NULL: its own */
    uint8_t *stateful; /* per section: enum stateful, 0 = runs in any compartment */
    uint32_t *stateful_via; /* per section: the section it is inherited from */
    bool *shared;           /* per section: named by `shares` */
    struct instance *instances[DOMAIN_COUNT];
    struct library **closure; /* providers in order of search; direct needs first */
    size_t closure_count, direct_count;
};

/* A change of one relocation of an instance. */
struct patch {
    uint32_t section, relocation;
    uint32_t symbol;  /* index in instance.added */
    bool keep_addend; /* else it becomes 0, or -4 when relative to the next instruction */
};

struct added_symbol {
    const char *name;
    uint32_t alias_of; /* a definition of this object gets one more name; 0: undefined */
};

struct note { /* one variadic call site */
    uint32_t section;
    uint64_t offset;
    uint32_t words, vectors;
};

struct instance {
    struct library *library;
    unsigned domain;
    size_t number; /* place in linker.instances */
    bool *live;    /* per section */
    VEC(struct patch) patches;
    VEC(struct added_symbol) added;
    VEC(struct note) notes;   /* by section and offset */
    uint32_t *readers;        /* per section: other domains that code or data refers to it from */
    struct map added_by_name; /* name -> (void *)(index + 1) */
    const char *path;         /* the object that goes into the image */
};

struct function {
    struct instance *home;
    uint32_t symbol; /* best name of it in home's object */
    uint32_t section;
    uint64_t value;
    const char *name;                  /* as in the source */
    const char *target;                /* the name in the final link */
    const struct prototype *prototype; /* NULL: unknown */
    int iface;                         /* descriptor or -1 */
    bool described, stateless;
    size_t free_sites; /* calls from other compartments without a gate */
    uint32_t free_callers;
    uint32_t users; /* other domains that may be handed its address (users.c) */
    struct thunk *thunk;
};

struct address_site { /* a relocation that takes a function's address */
    struct function *function;
    struct instance *instance;
    uint32_t section, relocation;
};

struct call_gate {
    const char *name;
    struct function *function;
    unsigned from;
    unsigned words; /* stack words carried, named and variadic */
    size_t sites;
};

struct thunk {
    const char *name;
    struct function *function;
    uint32_t users;
    size_t uses; /* relocations that take the address */
};

struct shared_object {
    struct library *library;
    uint32_t symbol;
    uint32_t users; /* domains with a reference, and its library's own */
};

struct stub {
    const char *name;   /* the missing function */
    const char *symbol; /* the stub's symbol */
    unsigned domain;
    const struct library *library; /* the first that refers to it */
    const char *logger;            /* flexos_console_write or the gate to it, NULL: there is none */
};

struct linker {
    struct arena arena;
    struct image_plan *plan;
    const char *out;
    const char *work; /* folder for what is made on the way */
    bool isolated;
    unsigned domains; /* compartments + 1 */
    struct library *libraries;
    size_t library_count;
    struct instance **instances; /* [0..instance_count) in order of the plan */
    size_t instance_count;
    VEC(struct function *) functions;
    struct map function_by_target;
    VEC(struct call_gate *) gates;
    struct map gate_by_name;
    VEC(struct address_site) addresses;
    VEC(struct thunk *) thunks;
    VEC(struct stub) stubs;
    VEC(struct shared_object) shared;
    struct map complained;
    struct map link_symbol_users; /* name -> domains that refer to it */
    unsigned variadic_words;      /* most words at an indirect variadic call: what thunks carry */
    unsigned shift; /* how far code and data are moved so that no address makes forbidden bytes */
    bool failed;
    struct iface_state *iface; /* of iface*.c, NULL at the start */
};

/* An error of the link step: printed with the place of a reference; sets failed. */
void link_error(struct linker *linker, const struct instance *instance, uint32_t section,
                uint64_t offset, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* "libredis: main (server.c:12)": where a reference stands; arena text. place.c */
const char *link_place(struct linker *linker, const struct instance *instance, uint32_t section,
                       uint64_t offset);

#define ARENA_NEW(linker, type) ((type *)arena_alloc(&(linker)->arena, sizeof(type)))

#endif
