/* SPDX-License-Identifier: BSD-3-Clause */
/* Prototypes as C text: see signature.h. */
#include "link/die.h"
#include "link/signature.h"
#include "util/str.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

static void add_type(struct strbuf *out, Dwarf_Die *declared, int depth);

static void add_tagged(struct strbuf *out, const char *word, Dwarf_Die *type) {
    const char *name = dwarf_diename(type);
    sb_printf(out, "%s %s", word, name ? name : "{...}");
}

static void add_type(struct strbuf *out, Dwarf_Die *type, int depth) {
    Dwarf_Die inner;
    bool has_inner = die_type(type, &inner);
    const char *name = dwarf_diename(type);
    switch (dwarf_tag(type)) {
    case DW_TAG_const_type:
    case DW_TAG_volatile_type: {
        const char *word = dwarf_tag(type) == DW_TAG_const_type ? "const" : "volatile";
        if (has_inner && dwarf_tag(&inner) == DW_TAG_pointer_type) {
            add_type(out, &inner, depth);
            sb_add(out, word);
            break;
        }
        sb_printf(out, "%s ", word);
        if (has_inner)
            add_type(out, &inner, depth);
        else
            sb_add(out, "void");
        break;
    }
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
        if (has_inner)
            add_type(out, &inner, depth);
        break;
    case DW_TAG_pointer_type:
        if (has_inner && dwarf_tag(&inner) == DW_TAG_subroutine_type) {
            char *text = depth < 3 ? signature_text(&inner) : xstrdup("void (...)");
            char *paren = strstr(text, " (");
            sb_add_n(out, text, paren ? (size_t)(paren - text) : strlen(text));
            sb_printf(out, " (*)%s", paren ? paren + 1 : "()");
            free(text);
            break;
        }
        if (has_inner)
            add_type(out, &inner, depth);
        else
            sb_add(out, "void");
        sb_add(out, out->n && out->s[out->n - 1] == '*' ? "*" : " *");
        break;
    case DW_TAG_structure_type:
        add_tagged(out, "struct", type);
        break;
    case DW_TAG_union_type:
        add_tagged(out, "union", type);
        break;
    case DW_TAG_enumeration_type:
        add_tagged(out, "enum", type);
        break;
    default:
        sb_add(out, name ? name : "?");
    }
}

char *signature_text(Dwarf_Die *function) {
    struct strbuf out = {0};
    Dwarf_Die die = die_origin(function), type, child;
    if (die_type(&die, &type))
        add_type(&out, &type, 0);
    else
        sb_add(&out, "void");
    sb_add(&out, " (");
    bool first = true;
    if (dwarf_child(&die, &child) == 0) {
        do {
            int tag = dwarf_tag(&child);
            if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters)
                continue;
            if (!first)
                sb_add(&out, ", ");
            first = false;
            if (tag == DW_TAG_unspecified_parameters)
                sb_add(&out, "...");
            else if (die_type(&child, &type))
                add_type(&out, &type, 1);
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    sb_add(&out, first ? "void)" : ")");
    return sb_take(&out);
}
