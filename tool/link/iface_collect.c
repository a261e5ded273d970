/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Describes one function from DWARF as a line of text, which the index of an object keeps, so that
 * a relink reads no DWARF. Records are separated by `|`, fields by a space, code is hexadecimal
 * ("-" for none):
 *
 *     F result owned condition file:line
 *     P name kind flags place length written stride lower lower_type
 *     M name base length stride flags          member of the last P
 *     A name base length flags                 what the elements of the last M hold
 *     E text                                   a mistake in the annotations
 */
#include "link/iface_private.h"

#include <string.h>

static void print_code(struct strbuf *out, const struct strbuf *code) {
    if (code->n == 0) {
        sb_add(out, "-");
    }
    for (size_t i = 0; i < code->n; i++) {
        sb_printf(out, "%02x", (unsigned)(unsigned char)code->s[i]);
    }
}

/* The name by which expressions know a parameter: that of the annotated prototype, if it differs.
 */
static char *param_name(Dwarf_Die *die, size_t number) {
    Dwarf_Die child;
    Dwarf_Attribute attribute;
    const char *name = dwarf_diename(die);
    if (dwarf_child(die, &child) == 0) {
        do {
            const char *text = NULL;
            if (dwarf_tag(&child) == DW_TAG_LLVM_annotation &&
                dwarf_attr(&child, DW_AT_const_value, &attribute) &&
                (text = dwarf_formstring(&attribute)) && str_starts(text, "flexos name ")) {
                name = text + strlen("flexos name ");
            }
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    return name ? xstrdup(name) : xasprintf("#%zu", number);
}

static void read_params(struct iface_function *function, bool in_memory) {
    Dwarf_Die child;
    struct places places = {in_memory ? 1 : 0, 0, 0};
    if (dwarf_child(&function->die, &child) != 0) {
        return;
    }
    do {
        if (dwarf_tag(&child) != DW_TAG_formal_parameter) {
            continue;
        }
        struct iface_param param = {.die = child, .place = -1};
        param.name = param_name(&child, function->params.n + 1);
        param.typed = type_of(&child, &param.type, NULL);
        if (param.typed) {
            param.place = place_next(&places, &param.type);
        }
        vec_push(&function->params, param);
    } while (dwarf_siblingof(&child, &child) == 0);
}

/* The integer that a result begins with: it is the result of annotations, also of a structure. */
static uint8_t result_number(Dwarf_Die *type) {
    Dwarf_Die child, first;
    if (!type_is_struct(type) || dwarf_child(type, &child) != 0) {
        return type_number(type);
    }
    return dwarf_tag(&child) == DW_TAG_member && type_of(&child, &first, NULL) ? type_number(&first)
                                                                               : 0;
}

/* The result's kind; a structure in memory is an OUT buffer of known size. */
static void read_result(struct iface_function *function) {
    Dwarf_Die type;
    function->result = FLEXOS_IFACE_RESULT_NONE;
    if (!type_of(&function->die, &type, NULL)) {
        read_params(function, false);
        return;
    }
    const bool in_memory = place_in_memory(&type);
    const uint8_t number = in_memory ? 0 : result_number(&type);
    function->result_number = number;
    if (dwarf_tag(&type) == DW_TAG_pointer_type) {
        function->result = FLEXOS_IFACE_RESULT_OPAQUE;
    } else if (number & FLEXOS_IFACE_SIGNED) {
        function->result = (number & ~FLEXOS_IFACE_SIGNED) == 8 ? FLEXOS_IFACE_RESULT_INT
                                                                : FLEXOS_IFACE_RESULT_INT32;
    } else if (number != 0) {
        function->result = FLEXOS_IFACE_RESULT_UNSIGNED;
    }
    read_params(function, in_memory);
    if (in_memory) {
        struct iface_param result = {
            .name = xstrdup("result"),
            .die = type, /* no annotations there */
            .place = 0,
            .described = true,
            .known = true,
            .kind = FLEXOS_IFACE_BUFFER,
            .flags = FLEXOS_IFACE_OUT,
        };
        char *size = xasprintf("%llu", (unsigned long long)type_size(&type));
        iface_compile(function, size, NULL, false, &result.length);
        free(size);
        vec_push(&function->params, result);
        function->result = FLEXOS_IFACE_RESULT_OPAQUE; /* rax: the pointer comes back */
    }
}

static void print_param(const struct iface_param *param, struct strbuf *out) {
    sb_printf(out, "|P %s %u %u %d ", param->name, param->kind, param->flags, param->place);
    print_code(out, &param->length);
    sb_add(out, " ");
    print_code(out, &param->written);
    sb_printf(out, " %llu %u %u", (unsigned long long)param->stride, param->lower,
              param->lower_type);
    for (size_t i = 0; i < param->members.n; i++) {
        const struct iface_member *member = &param->members.v[i];
        sb_printf(out, "|M %s %llu ", member->name, (unsigned long long)member->base);
        print_code(out, &member->length);
        sb_printf(out, " %llu %u", (unsigned long long)member->stride, member->flags);
        if (member->element) {
            sb_printf(out, "|A %s %llu ", member->element->name,
                      (unsigned long long)member->element->base);
            print_code(out, &member->element->length);
            sb_printf(out, " %u", member->element->flags);
        }
    }
}

static void print(const struct iface_function *function, struct strbuf *out) {
    Dwarf_Die die = function->die;
    const char *file = dwarf_decl_file(&die);
    const char *base = file && strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    int line = 0;
    dwarf_decl_line(&die, &line);
    sb_printf(out, "F %u %d ", function->result, function->owned);
    print_code(out, &function->condition);
    sb_printf(out, " %s:%d", base ? base : "?", line);
    for (size_t i = 0; i < function->params.n; i++) {
        if (function->params.v[i].known) {
            print_param(&function->params.v[i], out);
        }
    }
    if (function->errors.n != 0) {
        sb_add(out, function->errors.s);
    }
}

static void member_free(struct iface_member *member) {
    free(member->name);
    sb_free(&member->length);
    if (member->element) {
        member_free(member->element);
        free(member->element);
    }
}

static void function_free(struct iface_function *function) {
    for (size_t i = 0; i < function->params.n; i++) {
        struct iface_param *param = &function->params.v[i];
        free(param->name);
        sb_free(&param->length);
        sb_free(&param->written);
        for (size_t m = 0; m < param->members.n; m++) {
            member_free(&param->members.v[m]);
        }
        vec_free(&param->members);
    }
    vec_free(&function->params);
    sb_free(&function->condition);
    sb_free(&function->errors);
}

void iface_collect(Dwarf_Die *die, struct strbuf *out) {
    struct iface_function function = {.die = *die};
    Dwarf_Attribute attribute;
    bool worth = false;
    /* of a function that is also inlined, parameters and annotations stand in the abstract one */
    if (dwarf_attr(die, DW_AT_abstract_origin, &attribute)) {
        dwarf_formref_die(&attribute, &function.die);
    }
    read_result(&function);
    iface_annotate(&function);
    for (size_t i = 0; i < function.params.n; i++) {
        worth = worth || function.params.v[i].known;
    }
    if (worth || function.condition.n != 0 || function.errors.n != 0 ||
        function.result >= FLEXOS_IFACE_RESULT_SHARED) {
        print(&function, out);
    }
    function_free(&function);
}
