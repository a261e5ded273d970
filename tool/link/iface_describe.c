/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors of the functions that get a gate or thunk: from the text of iface_collect to rows of
 * the tables (core/iface.h). The annotations of interface.c win over what the definition says,
 * since it is compiled against the library's public header, where private structures are
 * incomplete.
 *
 * Parameters about which nothing is known, and that may be NULL, are left out of the tables.
 */
#include "link/iface.h"
#include "link/iface_table.h"

#include <string.h>

struct build {
    struct linker *linker;
    struct iface_state *state;
    const struct function *function;
    struct flexos_iface row;
    size_t scratch_caller, scratch_callee;
    bool useful, copies, failed, skip; /* skip: the last P was left out */
    size_t extra;                      /* rows of members behind those of the last P */
};

static uint32_t intern_text(struct iface_state *state, const char *name) {
    void **slot;
    if (state->text.n == 0) {
        sb_add_n(&state->text, "", 1); /* offset 0: no name */
    }
    if ((slot = map_put(&state->text_at, name)) && *slot == NULL) {
        /* the key must live as long as the map */
        char *key = xstrdup(name);
        state->text_at.entries[state->text_at.n - 1].key = key;
        *slot = (void *)(state->text.n + 1);
        sb_add_n(&state->text, key, strlen(key) + 1);
    }
    return (uint32_t)((uintptr_t)*slot - 1);
}

static unsigned nibble(char c) {
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static uint16_t intern_code(struct build *build, const char *hex) {
    struct iface_state *state = build->state;
    if (state->code.n == 0) {
        sb_add_n(&state->code, "", 1); /* expression 0: none */
    }
    if (strcmp(hex, "-") == 0) {
        return 0;
    }
    void **slot = map_put(&state->code_at, hex);
    if (*slot == NULL) {
        state->code_at.entries[state->code_at.n - 1].key = xstrdup(hex);
        *slot = (void *)(state->code.n + 1);
        for (size_t i = 0; hex[i] && hex[i + 1]; i += 2) {
            const char byte = (char)(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
            sb_add_n(&state->code, &byte, 1);
        }
        sb_add_n(&state->code, "", 1); /* END */
    }
    const uintptr_t at = (uintptr_t)*slot - 1;
    if (at > UINT16_MAX) {
        build->failed = true;
    }
    return (uint16_t)at;
}

/* Bytes of private copies that a structure or array of this length needs. */
static size_t copy_room(const char *hex, size_t stride) {
    if (stride != 0) {
        return FLEXOS_IFACE_ELEMENTS * ((stride + 15) & ~(size_t)15);
    }
    /* a constant: 01 and four bytes; annotations allow no more than FLEXOS_IFACE_STRUCT */
    return strlen(hex) == 10 ? FLEXOS_IFACE_STRUCT + 16 : FLEXOS_IFACE_STRUCT * 2;
}

static void add_param(struct build *build, const struct iface_record *r) {
    const unsigned kind = iface_unsigned(r, 1), flags = iface_unsigned(r, 2);
    const int place = (int)strtol(r->field[3], NULL, 10);
    build->extra = 0;
    build->skip = place < 0 || (kind == FLEXOS_IFACE_OPAQUE && !(flags & FLEXOS_IFACE_NONNULL));
    if (build->skip) {
        return;
    }
    if (build->row.params == FLEXOS_IFACE_PARAMS) {
        build->failed = true;
        link_error(build->linker, build->function->home, build->function->section,
                   build->function->value,
                   "more than %d pointer parameters; pass a structure in shared memory",
                   FLEXOS_IFACE_PARAMS);
        return;
    }
    const struct flexos_iface_param row = {
        .name = intern_text(build->state, r->field[0]),
        .length = intern_code(build, r->field[4]),
        .written = intern_code(build, r->field[5]),
        .member = (uint16_t)build->state->members.n,
        .stride = (uint16_t)iface_unsigned(r, 6),
        .kind = (uint8_t)kind,
        .flags = (uint8_t)flags,
        .place = (uint8_t)place,
        .lower = (uint8_t)iface_unsigned(r, 7),
        .lower_type = (uint8_t)iface_unsigned(r, 8),
    };
    const bool given = !(flags & FLEXOS_IFACE_INFERRED);
    build->useful = true;
    build->copies =
        build->copies || (given && (kind == FLEXOS_IFACE_BUFFER || kind == FLEXOS_IFACE_STRINGZ));
    build->scratch_callee += flags & FLEXOS_IFACE_WORD ? 16 : 0;
    build->scratch_callee += kind == FLEXOS_IFACE_STRINGZ && given ? FLEXOS_IFACE_STRING : 0;
    vec_push(&build->state->params, row);
    build->row.params++;
}

/* A member of the last parameter; those that describe elements lie behind all others. */
static void add_member(struct build *build, const struct iface_record *r) {
    struct iface_state *state = build->state;
    if (build->skip) {
        return;
    }
    struct flexos_iface_param *param = &state->params.v[state->params.n - 1];
    const size_t stride = r->kind == 'M' ? iface_unsigned(r, 3) : 0;
    const struct flexos_iface_member row = {
        .name = intern_text(state, r->field[0]),
        .base = (uint16_t)iface_unsigned(r, 1),
        .length = intern_code(build, r->field[2]),
        .stride = (uint16_t)stride,
        .flags = (uint8_t)iface_unsigned(r, r->kind == 'M' ? 4 : 3),
    };
    if (r->kind == 'M') {
        if (param->members == 0) {
            const size_t room = copy_room("", param->stride);
            build->scratch_caller += room;
            build->scratch_callee += room;
        }
        if (stride != 0) {
            const size_t room = copy_room("", stride);
            build->scratch_caller += room;
            build->scratch_callee += room;
        }
        param->members++;
    } else {
        build->extra++;
    }
    vec_push(&state->members, row);
}

/* Elements were added between members: order them behind and link them. */
static void order_members(struct build *build) {
    struct iface_state *state = build->state;
    if (build->extra == 0) {
        return;
    }
    struct flexos_iface_param *param = &state->params.v[state->params.n - 1];
    const size_t first = param->member, count = state->members.n - first;
    struct flexos_iface_member *sorted = xcalloc(count, sizeof *sorted);
    size_t plain = 0, element = param->members;
    for (size_t i = 0; i < count; i++) {
        struct flexos_iface_member *member = &state->members.v[first + i];
        sorted[plain] = *member;
        if (member->stride != 0) {
            sorted[plain].element = (uint16_t)(first + element);
            sorted[element++] = state->members.v[first + ++i];
        }
        plain++;
    }
    memcpy(&state->members.v[first], sorted, count * sizeof *sorted);
    free(sorted);
    build->extra = 0;
}

static int visit(const struct iface_record *r, void *data) {
    struct build *build = data;
    switch (r->kind) {
    case 'F':
        build->row.result = (uint8_t)iface_unsigned(r, 0);
        build->row.condition = r->fields > 2 ? intern_code(build, r->field[2]) : 0;
        build->useful =
            build->row.condition != 0 || (build->row.result >= FLEXOS_IFACE_RESULT_SHARED &&
                                          build->row.result != FLEXOS_IFACE_RESULT_OPAQUE);
        break;
    case 'P':
        order_members(build);
        add_param(build, r);
        break;
    case 'M':
    case 'A':
        add_member(build, r);
        break;
    case 'E':
        build->failed = true;
        link_error(build->linker, build->function->home, build->function->section,
                   build->function->value, "annotation of %s: %s; see docs/interfaces.md",
                   build->function->name, r->rest);
        break;
    default:
        break;
    }
    return 0;
}

static struct iface_state *state_of(struct linker *linker) {
    if (!linker->iface) {
        linker->iface = arena_alloc(&linker->arena, sizeof *linker->iface);
    }
    return linker->iface;
}

int iface_describe(struct linker *linker, const struct function *function, const char *annotated,
                   const char *own) {
    const char *text = annotated ? annotated : own;
    if (!text || !*text || function->home->domain == DOMAIN_TCB) {
        return -1;
    }
    struct iface_state *state = state_of(linker);
    struct build build = {.linker = linker, .state = state, .function = function};
    const size_t params = state->params.n, members = state->members.n;
    const bool checks = linker->plan->config->interface_checks;
    build.row.name = intern_text(state, function->name);
    build.row.first = (uint16_t)params;
    iface_records(text, visit, &build);
    order_members(&build);
    struct iface_described described = {function, text, -1};
    if (build.failed) {
        return -2;
    }
    if (checks ? build.useful : build.copies) {
        const size_t frame = sizeof(struct flexos_iface_frame);
        build.row.caller_frame = (uint32_t)((frame + build.scratch_caller + 15) & ~(size_t)15);
        build.row.callee_frame = (uint32_t)((frame + build.scratch_callee + 15) & ~(size_t)15);
        described.index = (int)state->table.n;
        vec_push(&state->table, build.row);
    } else {
        state->params.n = params;
        state->members.n = members;
    }
    vec_push(&state->described, described);
    return described.index;
}
