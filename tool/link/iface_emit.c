/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the descriptors as constants, and refuses what `sharing: copy` cannot do: copy a pointer
 * about which only its type is known.
 */
#include "link/iface.h"
#include "link/iface_table.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_MESSAGES = 20 };

static void bytes(FILE *out, const void *data, size_t size, const char *comment) {
    const unsigned char *at = data;
    for (size_t i = 0; i < size; i++) {
        fprintf(out, "%s%u%s", i % 24 == 0 ? "\t.byte " : ",", at[i],
                i % 24 == 23 && i + 1 < size ? "\n" : "");
    }
    if (size != 0) {
        fprintf(out, comment ? "\t# %s\n" : "\n", comment);
    }
}

static void symbol(FILE *out, const char *name) {
    fprintf(out, "\n\t.globl %s\n\t.type %s, @object\n\t.balign 8\n%s:\n", name, name, name);
}

struct gate_check {
    struct linker *linker;
    const struct call_gate *gate;
    unsigned *messages;
};

static const char *remedy(unsigned kind) {
    return kind == FLEXOS_IFACE_STRINGZ  ? "flexos_string, or flexos_in(length)"
           : kind == FLEXOS_IFACE_BUFFER ? "flexos_in, flexos_out or flexos_inout with its length"
                                         : "flexos_in(length), flexos_handle, flexos_opaque, ...";
}

static const char *compartment(const struct gate_check *check) {
    return config_compartment(check->linker->plan->config, check->gate->from)->name;
}

static bool announce(struct gate_check *check) {
    check->linker->failed = true;
    return (*check->messages)++ < MAX_MESSAGES;
}

static int check_record(const struct iface_record *r, void *data) {
    struct gate_check *check = data;
    const struct function *function = check->gate->function;
    if (r->kind != 'P') {
        return 0;
    }
    const unsigned kind = iface_unsigned(r, 1);
    if (!(iface_unsigned(r, 2) & FLEXOS_IFACE_INFERRED) || kind == FLEXOS_IFACE_HANDLE ||
        kind == FLEXOS_IFACE_CALLBACK || kind == FLEXOS_IFACE_VA_LIST || !announce(check)) {
        return 0;
    }
    link_error(
        check->linker, function->home, function->section, function->value,
        "%s is called from compartment '%s', which has `sharing: copy`, but what its parameter "
        "'%s' points to is only inferred from the type; annotate the prototype (%s), see "
        "docs/interfaces.md",
        function->name, compartment(check), r->field[0], remedy(kind));
    return 0;
}

/* What gates cannot do: copy what is not described. */
static bool check_gates(struct linker *linker) {
    const struct iface_state *state = linker->iface;
    const struct config *config = linker->plan->config;
    unsigned messages = 0;
    for (size_t g = 0; g < linker->gates.n; g++) {
        const struct call_gate *gate = linker->gates.v[g];
        if (gate->from == DOMAIN_TCB || gate->function->home->domain == DOMAIN_TCB ||
            gate->from > config->compartment_count ||
            config_compartment(config, gate->from)->sharing != SHARING_COPY) {
            continue;
        }
        struct gate_check check = {.linker = linker, .gate = gate, .messages = &messages};
        for (size_t i = 0; i < state->described.n; i++) {
            if (state->described.v[i].function == gate->function) {
                iface_records(state->described.v[i].text, check_record, &check);
            }
        }
    }
    if (messages > MAX_MESSAGES) {
        diag_note(LOC_NONE, "%u more parameters of this kind", messages - MAX_MESSAGES);
    }
    return messages == 0;
}

int iface_emit(struct linker *linker, FILE *out) {
    static const struct iface_state empty;
    const struct iface_state *state = linker->iface ? linker->iface : &empty;
    if (linker->iface && !check_gates(linker)) {
        return -1;
    }
    if (state->params.n > UINT16_MAX || state->members.n > UINT16_MAX ||
        state->code.n > UINT16_MAX) {
        diag_error(LOC_NONE,
                   "the descriptors of %zu functions do not fit into their tables; put more "
                   "libraries into one compartment",
                   state->table.n);
        return -1;
    }
    fputs(
        "# Interface descriptors: core/iface.h\n\t.section .rodata.flexos_iface,\"a\",@progbits\n",
        out);
    symbol(out, "flexos_iface_table");
    for (size_t i = 0; i < state->table.n; i++) {
        bytes(out, &state->table.v[i], sizeof state->table.v[i],
              state->text.s + state->table.v[i].name);
    }
    symbol(out, "flexos_iface_params");
    for (size_t i = 0; i < state->params.n; i++) {
        bytes(out, &state->params.v[i], sizeof state->params.v[i],
              state->text.s + state->params.v[i].name);
    }
    symbol(out, "flexos_iface_members");
    for (size_t i = 0; i < state->members.n; i++) {
        bytes(out, &state->members.v[i], sizeof state->members.v[i],
              state->text.s + state->members.v[i].name);
    }
    symbol(out, "flexos_iface_code");
    bytes(out, state->code.n ? state->code.s : "", state->code.n ? state->code.n : 1, NULL);
    symbol(out, "flexos_iface_text");
    bytes(out, state->text.n ? state->text.s : "", state->text.n ? state->text.n : 1, NULL);
    return ferror(out) ? -1 : 0;
}
