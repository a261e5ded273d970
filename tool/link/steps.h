/* SPDX-License-Identifier: BSD-3-Clause */
/* The steps of a link, in their order; each returns 0, or -1 after diagnostics. See linker.h. */
#ifndef FLEXOS_TOOL_LINK_STEPS_H
#define FLEXOS_TOOL_LINK_STEPS_H

#include "link/linker.h"

/* load.c */
int link_load(struct linker *linker);
struct library *link_library(const struct linker *linker, const char *name);
/* The instance of LIBRARY that code in DOMAIN uses. */
struct instance *link_instance(const struct library *library, unsigned domain);

/* resolve.c */
int link_resolve(struct linker *linker);
bool is_setjmp(const char *name); /* setjmp and longjmp under all their names */

/* stateless.c */
int link_stateless(struct linker *linker);
bool link_is_stateless(const struct library *library, uint32_t section);
/* Why a section is not stateless, as text. */
const char *link_state_text(struct linker *linker, const struct library *library, uint32_t section);

/* live.c */
int link_mark_live(struct linker *linker);
/* A linker set: data in a section whose name is a C identifier, reached by __start_NAME. */
bool section_is_set(const struct section *section);

/* reference.c: what a relocation means */
enum reference_kind {
    REFERENCE_NONE,    /* nothing to look at: zero, debug, the linker's own symbols */
    REFERENCE_CALL,    /* call, jmp, jcc, also through the GOT */
    REFERENCE_ADDRESS, /* the address of a function */
    REFERENCE_INSIDE,  /* a place inside a function: jump tables, labels */
    REFERENCE_DATA,
};
struct reference {
    enum reference_kind kind;
    const struct binding *binding;
    struct library *library; /* that defines the target; NULL: none does */
    uint32_t symbol;         /* of the function, or of the object; 0: none has a name */
    uint32_t section;        /* of the target, 0: none */
    uint64_t value;          /* in that section */
    bool relative;           /* the field is relative to the next instruction */
};
struct reference link_reference(const struct library *library, uint32_t section,
                                const Elf64_Rela *relocation);
/* Whether a relocation is the operand of call, jmp or jcc, also through the GOT. */
bool link_is_call(const struct section *section, const Elf64_Rela *relocation);
/* Sections whose relocations count: allocated ones but .eh_frame. */
bool section_refers(const struct section *section);

/* cross.c: gates, data that crosses */
int link_cross(struct linker *linker);
/* Makes a relocation of an instance refer to another symbol. */
void link_patch(struct linker *linker, struct instance *instance, uint32_t section,
                uint32_t relocation, const char *symbol, bool keep_addend);

/* users.c: thunks */
int link_users(struct linker *linker);

/* varargs.c */
void varargs_read(struct instance *instance);
/* The note of the call at a place, NULL when there is none. */
const struct note *varargs_note(const struct instance *instance, uint32_t section, uint64_t offset);
/* The most stack words at a live variadic call through a pointer. */
unsigned varargs_indirect_words(const struct linker *linker);

/* function.c */
struct function *link_function(struct linker *linker, struct instance *home, uint32_t symbol,
                               uint32_t section, uint64_t value);
struct call_gate *link_gate(struct linker *linker, struct function *function, unsigned from,
                            unsigned words);
struct thunk *link_thunk(struct linker *linker, struct function *function);
/* The name of a symbol of an instance in the final link. */
const char *link_final_name(struct linker *linker, const struct instance *instance,
                            uint32_t symbol);
/* Index of a symbol to be added to an instance's object. */
uint32_t link_add_symbol(struct linker *linker, struct instance *instance, const char *name,
                         uint32_t alias_of);

/* rewrite.c */
int link_rewrite(struct linker *linker);

#endif
