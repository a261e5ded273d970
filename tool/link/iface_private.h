/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files iface_*.c know of each other: DWARF helpers, expressions, the model of a function.
 */
#ifndef FLEXOS_TOOL_LINK_IFACE_PRIVATE_H
#define FLEXOS_TOOL_LINK_IFACE_PRIVATE_H

#include "core/iface.h"
#include "link/iface.h"
#include "util/str.h"

#include <dwarf.h>
#include <stdbool.h>

#ifndef DW_TAG_LLVM_annotation
#define DW_TAG_LLVM_annotation 0x6000
#endif

/* ---- iface_type.c: types in DWARF */

/* The type of a DIE without typedefs and qualifiers; false for void. *is_const when asked for. */
bool type_of(Dwarf_Die *die, Dwarf_Die *type, bool *is_const);
bool type_is_struct(Dwarf_Die *type);   /* a structure, union or class */
bool type_is_complete(Dwarf_Die *type); /* has a size */
uint64_t type_size(Dwarf_Die *type);    /* 0 when unknown */
uint8_t type_number(Dwarf_Die *type);   /* size and sign of an integer type, 0 when it is none */
bool type_is_char(Dwarf_Die *type);
/* The pointed-to type; false when `type` is no pointer.
 *is_void for void pointers. */
bool type_pointed(Dwarf_Die *type, Dwarf_Die *target, bool *is_void, bool *is_const);
/* Replaces a structure that is only declared here by its definition in another unit. */
void type_complete(Dwarf_Die *near, Dwarf_Die *type);
/* A member by its name, also inside unnamed members; false when there is none. */
bool type_member(Dwarf_Die *type, const char *name, Dwarf_Die *member, uint64_t *offset);
/* The type that C text names ("struct msghdr", "size_t", "unsigned long"). */
bool type_named(Dwarf_Die *near, const char *text, Dwarf_Die *type);

/* ---- iface_place.c: where arguments are passed (System V ABI) */

struct places {
    unsigned general, vectors, words;
};
/* Place of the next argument if it is passed as one general word: 0-5 or 6 + stack word; -1 if in
   vector registers, in several places, or in memory as a whole. */
int place_next(struct places *places, Dwarf_Die *type);
/* Whether a result of this type is returned in memory, by a pointer in the first register. */
bool place_in_memory(Dwarf_Die *type);

/* ---- the model of a function */

struct iface_member {
    char *name;
    uint64_t base, stride;
    unsigned flags;
    struct strbuf length;
    struct iface_member *element; /* with stride */
};

struct iface_param {
    char *name;
    Dwarf_Die die, type;
    bool typed; /* type is valid */
    int place;
    bool described, known; /* has an annotation; is a pointer that the gate looks at */
    unsigned kind, flags, lower, lower_type;
    uint64_t stride;
    struct strbuf length, written; /* code */
    VEC(struct iface_member) members;
};

struct iface_function {
    Dwarf_Die die;
    VEC(struct iface_param) params;
    unsigned result;
    uint8_t result_number; /* type of an integer result */
    bool owned;
    struct strbuf condition; /* code */
    struct strbuf errors;    /* records */
};

void iface_fail(struct iface_function *function, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- iface_expr.c: compiles an expression to code (core/iface.h). `object`: structure whose
   members may be named, or NULL. Parameters that are dereferenced get FLEXOS_IFACE_WORD. False
   after iface_fail. */
bool iface_compile(struct iface_function *function, const char *text, Dwarf_Die *object,
                   bool condition, struct strbuf *code);

/* ---- iface_note.c, iface_param.c: annotations and defaults */
enum { IFACE_NOTE_ARGUMENTS = 5 };

struct iface_note { /* "flexos WORD argument, argument" */
    char text[2048];
    const char *word;
    char *argument[IFACE_NOTE_ARGUMENTS];
    size_t arguments;
};

/* False after iface_fail when the annotation has another number of arguments. */
bool iface_expect(struct iface_function *function, const struct iface_note *note, size_t count);
void iface_param_note(struct iface_function *function, struct iface_param *param,
                      const struct iface_note *note);
void iface_infer(struct iface_param *param);
void iface_annotate(struct iface_function *function);

#endif
