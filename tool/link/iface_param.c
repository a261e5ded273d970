/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What one parameter is: from an annotation (<flexos/interface.h>), or, without one, a default from
 * its type that is marked as inferred.
 *
 *     pointer to an incomplete structure     handle
 *     const char *                           string
 *     pointer to a function                  callback
 *     pointer to a complete const type       in, its size
 *     pointer to a complete type             inout, its size
 *     void *, char *                         nothing is known: opaque
 */
#include "link/iface_private.h"

#include <string.h>

/* The structure that an annotated parameter points to. */
static bool structure_of(struct iface_function *function, struct iface_param *param,
                         const struct iface_note *note, Dwarf_Die *target) {
    bool is_void, is_const;
    if (type_pointed(&param->type, target, &is_void, &is_const) && !is_void) {
        type_complete(&function->die, target);
        if (type_is_struct(target) && type_is_complete(target)) {
            return true;
        }
    }
    iface_fail(function,
               "flexos_%s on '%s', which is no pointer to a structure that the library knows",
               note->word, param->name);
    return false;
}

/* A pointer member of `object`, whose length is an expression over its members. */
static bool member(struct iface_function *function, Dwarf_Die *object, const char *base,
                   const char *length, unsigned flags, struct iface_member *out,
                   Dwarf_Die *pointed) {
    Dwarf_Die found, type;
    bool is_void, is_const;
    memset(out, 0, sizeof *out);
    if (!type_member(object, base, &found, &out->base) || !type_of(&found, &type, NULL) ||
        !type_pointed(&type, pointed, &is_void, &is_const)) {
        iface_fail(function, "the structure has no pointer member '%s'", base);
        return false;
    }
    out->name = xstrdup(base);
    out->flags = flags;
    return iface_compile(function, length, object, false, &out->length);
}

/* The buffer of an element; its length must be a member, because a gate may shorten it. */
static bool element_of(struct iface_function *function, Dwarf_Die *object, const char *base,
                       const char *length, unsigned flags, struct iface_member *out) {
    Dwarf_Die pointed;
    if (!member(function, object, base, length,
                flags | (flags & FLEXOS_IFACE_OUT ? FLEXOS_IFACE_SPREAD | FLEXOS_IFACE_BOUNDED : 0),
                out, &pointed)) {
        return false;
    }
    if (out->length.n != 4 || out->length.s[0] != FLEXOS_IFACE_MEMBER) {
        iface_fail(function, "the length '%s' of the elements is no member of them", length);
        return false;
    }
    return true;
}

/* flexos_in_each(count, base, length): the parameter is an array of structures. */
static void each(struct iface_function *function, struct iface_param *param,
                 const struct iface_note *note, unsigned flags) {
    Dwarf_Die element;
    struct iface_member m;
    if (!iface_expect(function, note, 3) || !structure_of(function, param, note, &element)) {
        return;
    }
    if (!element_of(function, &element, note->argument[1], note->argument[2], flags, &m)) {
        return;
    }
    char *bytes =
        xasprintf("(%s) * %llu", note->argument[0], (unsigned long long)type_size(&element));
    iface_compile(function, bytes, NULL, false, &param->length);
    free(bytes);
    param->kind = FLEXOS_IFACE_BUFFER;
    param->flags |= FLEXOS_IFACE_IN;
    param->stride = type_size(&element);
    vec_push(&param->members, m);
}

/* flexos_member_in(base, length), flexos_member_in_each(array, count, base, length). */
static void inside(struct iface_function *function, struct iface_param *param,
                   const struct iface_note *note, unsigned flags, bool is_array) {
    Dwarf_Die object, pointed;
    struct iface_member m, element;
    if (!iface_expect(function, note, is_array ? 4 : 2) ||
        !structure_of(function, param, note, &object)) {
        return;
    }
    if (type_size(&object) > FLEXOS_IFACE_STRUCT) {
        iface_fail(function, "the structure that '%s' points to is larger than %d bytes",
                   param->name, FLEXOS_IFACE_STRUCT);
        return;
    }
    if (!is_array) {
        if (member(function, &object, note->argument[0], note->argument[1], flags, &m, &pointed)) {
            vec_push(&param->members, m);
        }
        return;
    }
    if (!member(function, &object, note->argument[0], "0", FLEXOS_IFACE_IN, &m, &pointed)) {
        return;
    }
    type_complete(&function->die, &pointed);
    if (!type_is_complete(&pointed) ||
        !element_of(function, &pointed, note->argument[2], note->argument[3], flags, &element)) {
        return;
    }
    m.stride = type_size(&pointed);
    char *bytes = xasprintf("(%s) * %llu", note->argument[1], (unsigned long long)m.stride);
    iface_compile(function, bytes, &object, false, &m.length);
    free(bytes);
    m.element = xcalloc(1, sizeof *m.element);
    *m.element = element;
    vec_push(&param->members, m);
}

static void buffer(struct iface_function *function, struct iface_param *param,
                   const struct iface_note *note, size_t arguments, unsigned kind, unsigned flags) {
    if (iface_expect(function, note, arguments)) {
        param->kind = kind;
        param->flags |= flags;
        iface_compile(function, note->argument[0], NULL, false, &param->length);
    }
}

/* flexos_in_part(count), flexos_out_part(count). */
static void part(struct iface_function *function, struct iface_param *param,
                 const struct iface_note *note, unsigned flags) {
    buffer(function, param, note, 1, FLEXOS_IFACE_BUFFER, flags | FLEXOS_IFACE_PART);
    if (param->length.n != 3 || param->length.s[0] != FLEXOS_IFACE_ARGUMENT) {
        iface_fail(function, "flexos_%s wants the name of an integer parameter", note->word);
        return;
    }
    param->lower = (unsigned char)param->length.s[1];
    param->lower_type = (unsigned char)param->length.s[2];
    if (flags & FLEXOS_IFACE_OUT) {
        param->flags |= FLEXOS_IFACE_BOUNDED;
        iface_compile(function, "result", NULL, false, &param->written);
    }
}

static void upto(struct iface_function *function, struct iface_param *param,
                 const struct iface_note *note) {
    buffer(function, param, note, 2, FLEXOS_IFACE_BUFFER, FLEXOS_IFACE_OUT | FLEXOS_IFACE_BOUNDED);
    if (note->arguments == 2) {
        iface_compile(function, note->argument[1], NULL, false, &param->written);
    }
}

void iface_param_note(struct iface_function *function, struct iface_param *param,
                      const struct iface_note *note) {
    enum { IN = FLEXOS_IFACE_IN, OUT = FLEXOS_IFACE_OUT };
    const char *word = note->word;
    const unsigned buffers = FLEXOS_IFACE_BUFFER;
    if (strcmp(word, "name") == 0) {
        return;
    }
    param->described = param->described || strcmp(word, "nonnull") != 0;
    if (strcmp(word, "in") == 0) {
        buffer(function, param, note, 1, buffers, IN);
    } else if (strcmp(word, "out") == 0) {
        buffer(function, param, note, 1, buffers, OUT);
    } else if (strcmp(word, "inout") == 0) {
        buffer(function, param, note, 1, buffers, IN | OUT);
    } else if (strcmp(word, "shared") == 0) {
        buffer(function, param, note, 1, FLEXOS_IFACE_SHARED, IN | OUT);
    } else if (strcmp(word, "out_upto") == 0) {
        upto(function, param, note);
    } else if (strcmp(word, "in_part") == 0) {
        part(function, param, note, IN);
    } else if (strcmp(word, "out_part") == 0) {
        part(function, param, note, OUT);
    } else if (strcmp(word, "string") == 0) {
        param->kind = FLEXOS_IFACE_STRINGZ;
        param->flags |= IN;
    } else if (strcmp(word, "handle") == 0) {
        param->kind = FLEXOS_IFACE_HANDLE;
    } else if (strcmp(word, "callback") == 0) {
        param->kind = FLEXOS_IFACE_CALLBACK;
    } else if (strcmp(word, "opaque") == 0) {
        param->kind = FLEXOS_IFACE_OPAQUE;
    } else if (strcmp(word, "nonnull") == 0) {
        param->flags |= FLEXOS_IFACE_NONNULL;
    } else if (strcmp(word, "in_each") == 0) {
        each(function, param, note, IN);
    } else if (strcmp(word, "out_each") == 0) {
        each(function, param, note, OUT);
    } else if (strcmp(word, "member_in") == 0) {
        inside(function, param, note, IN, false);
    } else if (strcmp(word, "member_out") == 0) {
        inside(function, param, note, OUT, false);
    } else if (strcmp(word, "member_in_each") == 0) {
        inside(function, param, note, IN, true);
    } else if (strcmp(word, "member_out_each") == 0) {
        inside(function, param, note, OUT, true);
    } else {
        iface_fail(function, "the annotation flexos_%s does not belong to a parameter", word);
    }
}

void iface_infer(struct iface_param *param) {
    Dwarf_Die target;
    bool is_void, is_const = false;
    param->flags |= FLEXOS_IFACE_INFERRED;
    param->kind = FLEXOS_IFACE_OPAQUE;
    type_pointed(&param->type, &target, &is_void, &is_const);
    if (is_void) {
        return;
    }
    const char *name = dwarf_diename(&target);
    if (name && strcmp(name, "__va_list_tag") == 0) {
        param->kind = FLEXOS_IFACE_VA_LIST;
    } else if (dwarf_tag(&target) == DW_TAG_subroutine_type) {
        param->kind = FLEXOS_IFACE_CALLBACK;
    } else if (type_is_char(&target)) {
        param->kind = is_const ? FLEXOS_IFACE_STRINGZ : FLEXOS_IFACE_OPAQUE;
        param->flags |= is_const ? FLEXOS_IFACE_IN : 0;
    } else if (!type_is_complete(&target)) {
        param->kind = FLEXOS_IFACE_HANDLE;
    } else if (type_size(&target) <= UINT32_MAX) {
        param->kind = FLEXOS_IFACE_BUFFER;
        param->flags |= FLEXOS_IFACE_IN | (is_const ? 0 : FLEXOS_IFACE_OUT);
        const char code[5] = {FLEXOS_IFACE_CONSTANT, (char)(type_size(&target) & 0xff),
                              (char)(type_size(&target) >> 8 & 0xff),
                              (char)(type_size(&target) >> 16 & 0xff),
                              (char)(type_size(&target) >> 24 & 0xff)};
        sb_add_n(&param->length, code, sizeof code);
    }
}
