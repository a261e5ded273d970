/* SPDX-License-Identifier: BSD-3-Clause */
/* gates.S: one macro line for each pair, gate and thunk, in a fixed order; stubs: see emit.h. */
#include "link/emit.h"

#include "core/layout.h"
#include "link/code.h"
#include "link/layout.h"

/* 0: no live code uses AVX, 1: AVX, 2: AVX-512. */
static unsigned vector_level(const struct linker *linker) {
    unsigned level = 0;
    for (size_t i = 0; i < linker->instance_count; i++) {
        const struct instance *instance = linker->instances[i];
        for (size_t k = 1; k < instance->library->object.section_count; k++) {
            if (!instance->live[k])
                continue;
            unsigned facts = instance->library->index.facts[k];
            if (facts & CODE_AVX512)
                level = 2;
            else if ((facts & CODE_AVX) && level < 1)
                level = 1;
        }
    }
    return level;
}

static void emit_pairs(const struct linker *linker, FILE *out) {
    bool pairs[DOMAIN_COUNT][DOMAIN_COUNT] = {{false}};
    for (unsigned k = 1; k < linker->domains; k++)
        pairs[k][DOMAIN_TCB] = true; /* the first entry of a thread fetches its stack */
    for (size_t i = 0; i < linker->gates.n; i++)
        pairs[linker->gates.v[i]->from][linker->gates.v[i]->function->home->domain] = true;
    for (size_t i = 0; i < linker->thunks.n; i++) {
        const struct thunk *thunk = linker->thunks.v[i];
        for (unsigned k = 0; !thunk->function->stateless && k < linker->domains; k++)
            if (thunk->users & 1U << k)
                pairs[k][thunk->function->home->domain] = true;
    }
    for (unsigned from = 0; from < linker->domains; from++)
        for (unsigned to = 0; to < linker->domains; to++)
            if (from != to && pairs[from][to])
                fprintf(out, "    FLEXOS_PAIR %u, %u\n", from, to);
}

static bool carries_errno(const struct function *function) {
    return function->home->library->plan->manifest->errno_carried;
}

static void emit_gate(const struct call_gate *gate, FILE *out) {
    const struct function *function = gate->function;
    const struct signature *s = &function->prototype->signature;
    fprintf(out, "    FLEXOS_GATE \"%s\", \"%s\", %u, %u, %u, %u, %u, %d, %u, %d, %d, %zu\n",
            gate->name, function->target, gate->from, function->home->domain,
            s->variadic ? 6U : s->ireg, s->variadic ? 8U : s->sse, gate->words, s->variadic,
            s->result, carries_errno(function), function->iface, function->home->library->number);
}

static void emit_thunk(const struct linker *linker, const struct thunk *thunk, FILE *out) {
    const struct function *function = thunk->function;
    if (function->stateless) {
        fprintf(out, "    FLEXOS_THUNK \"%s\", \"%s\", %d, %u, 0, 0, 0, 0, 0, 0, -1\n", thunk->name,
                function->target, FLEXOS_HOME_ANY, thunk->users);
        return;
    }
    const struct signature *s = &function->prototype->signature;
    unsigned words = s->words;
    if (s->variadic && linker->variadic_words > words)
        words = linker->variadic_words;
    fprintf(out, "    FLEXOS_THUNK \"%s\", \"%s\", %u, %u, %u, %u, %u, %d, %u, %d, %d\n",
            thunk->name, function->target, function->home->domain, thunk->users,
            s->variadic ? 6U : s->ireg, s->variadic ? 8U : s->sse, words, s->variadic, s->result,
            carries_errno(function), function->iface);
}

void emit_gates(struct linker *linker, FILE *out) {
    fprintf(out, "/* Made by the link step: docs/abi.md, section 5. */\n#include \"gate.inc\"\n\n");
    fprintf(out, "    FLEXOS_BEGIN %u, %u\n", linker->domains - 1, vector_level(linker));
    for (unsigned k = 0; k < linker->domains; k++)
        fprintf(out, "    FLEXOS_DOMAIN %u, %u, %u\n", k, layout_flavour(linker, k),
                layout_stack_domain(linker, k));
    emit_pairs(linker, out);
    for (size_t i = 0; i < linker->gates.n; i++)
        emit_gate(linker->gates.v[i], out);
    for (size_t i = 0; i < linker->thunks.n; i++)
        emit_thunk(linker, linker->thunks.v[i], out);
    fprintf(out, "    FLEXOS_END\n");
}

/*
 * A stub says once that something called a missing function, and returns -ENOSYS. It runs in the
 * compartment of its caller and has its flag there.
 */
static void emit_stub(const struct linker *linker, const struct stub *stub, size_t number,
                      FILE *out) {
    char data[32] = ".bss.flexos_stub";
    if (linker->isolated)
        snprintf(data, sizeof data, ".flexos.bss.%u", stub->domain);
    char text[32] = ".text.flexos_stub";
    if (linker->isolated)
        snprintf(text, sizeof text, ".flexos.text.%u", stub->domain);
    fprintf(out,
            "    .section %s,\"ax\",@progbits,unique,%zu\n    .balign 16\n    .globl \"%s\"\n"
            "    .type \"%s\", @function\n\"%s\":\n"
            "    cmpb $0, .Lsaid%zu(%%rip)\n    jne 1f\n    movb $1, .Lsaid%zu(%%rip)\n",
            text, number, stub->symbol, stub->symbol, stub->symbol, number, number);
    if (stub->logger)
        fprintf(out,
                "    subq $8, %%rsp\n    leaq .Ltext%zu(%%rip), %%rdi\n"
                "    movl $.Ltext%zu_end - .Ltext%zu, %%esi\n    call \"%s\"\n    addq $8, %%rsp\n",
                number, number, number, stub->logger);
    fprintf(
        out,
        "1:  movq $-38, %%rax\n    ret\n    .size \"%s\", . - \"%s\"\n"
        "    .section .rodata.flexos_stub,\"a\",@progbits\n"
        ".Ltext%zu:\n    .ascii \"flexos: library %s called the missing function %s: ENOSYS\\n\"\n"
        ".Ltext%zu_end:\n"
        "    .section %s,\"aw\",@nobits,unique,%zu\n.Lsaid%zu:\n    .skip 1\n",
        stub->symbol, stub->symbol, number, stub->library->name, stub->name, number, data, number,
        number);
}

void emit_stubs(struct linker *linker, FILE *out) {
    for (size_t i = 0; i < linker->stubs.n; i++)
        emit_stub(linker, &linker->stubs.v[i], i, out);
}
