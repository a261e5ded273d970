/* SPDX-License-Identifier: BSD-3-Clause */
/* The crash report for people; see report.h. */
#include "run/report.h"

#include <inttypes.h>
#include <string.h>

#define SHOWN_CALLS 8

static const char *title(const struct fault *fault) {
    if (fault->violation) {
        return "isolation violation";
    }
    switch (fault->cause) {
    case FAULT_NULL:
        return "null pointer";
    case FAULT_OVERFLOW:
        return "stack overflow";
    case FAULT_GATE:
        return "check failed";
    case FAULT_ARITHMETIC:
        return "arithmetic error";
    case FAULT_ILLEGAL:
        return "illegal instruction or assertion";
    case FAULT_SYSTEM_CALL:
        return "forbidden system call";
    case FAULT_PRIVILEGED:
        return "privileged instruction";
    case FAULT_OTHER:
        return "breakpoint";
    default:
        return "invalid memory access";
    }
}

static void compartment_text(const struct program *program, int k, char *text, size_t size) {
    if (k < 0) {
        snprintf(text, size, program_isolated(program) ? "an unknown compartment" : "the image");
    } else if (k == 0) {
        snprintf(text, size, "the TCB");
    } else if (!program_isolated(program)) {
        snprintf(text, size, "the image");
    } else {
        snprintf(text, size, "compartment %d (%s)", k, program_compartment(program, k));
    }
}

/* "lwip: tcp_input+0x45 at tcp_in.c:123" */
static void code_text(const struct program_code *code, char *text, size_t size) {
    const char *file = code->file ? strrchr(code->file, '/') : NULL;
    file = file ? file + 1 : code->file;
    char place[200] = "";
    if (file) {
        snprintf(place, sizeof place, " at %s:%d", file, code->line);
    }
    if (code->function) {
        snprintf(text, size, "%s%s%s+0x%" PRIx64 "%s", code->library ? code->library : "",
                 code->library ? ": " : "", code->function, code->offset, place);
    } else {
        snprintf(text, size, "address 0x%" PRIx64 ", which is no code of the image", code->address);
    }
}

static void memory_attempt(const struct fault *fault, char *text, size_t size) {
    static const char *const verbs[] = {
        [ACCESS_UNKNOWN] = "to access",  [ACCESS_READ] = "to read",
        [ACCESS_WRITE] = "to write",     [ACCESS_UPDATE] = "to change",
        [ACCESS_EXECUTE] = "to execute",
    };
    const struct access *access = &fault->access;
    if (!access->known_address) {
        snprintf(text, size, "the instruction `%s`", access->instruction);
    } else if (access->size && access->kind != ACCESS_EXECUTE) {
        snprintf(text, size, "%s %u byte%s at 0x%" PRIx64, verbs[access->kind], access->size,
                 access->size == 1 ? "" : "s", access->address);
    } else {
        snprintf(text, size, "%s at 0x%" PRIx64, verbs[access->kind], access->address);
    }
}

void report_attempt(const struct fault *fault, char *text, size_t size) {
    char from[80], to[80];
    switch (fault->cause) {
    case FAULT_SYSTEM_CALL: {
        int number = fault->stopped->info.si_syscall;
        const char *name = system_call_name(number);
        if (fault->stopped->dying && fault->stopped->have_registers) {
            number = (int)fault->stopped->registers.orig_rax;
            name = system_call_name(number);
        }
        snprintf(text, size, "the system call %s (number %d)", name ? name : "?", number);
        break;
    }
    case FAULT_GATE:
        compartment_text(fault->program, fault->crossing_from, from, sizeof from);
        compartment_text(fault->program, fault->crossing_to, to, sizeof to);
        if (fault->crossing_from >= 0 && fault->crossing_to >= 0) {
            snprintf(text, size, "a crossing from %s to %s", from, to);
        } else if (fault->crossing_from >= 0 || fault->crossing_to >= 0) {
            snprintf(text, size, "a crossing %s %s", fault->crossing_from >= 0 ? "from" : "to",
                     fault->crossing_from >= 0 ? from : to);
        } else {
            snprintf(text, size, "an operation of the TCB");
        }
        break;
    case FAULT_ARITHMETIC:
        snprintf(text, size, "an arithmetic operation");
        break;
    case FAULT_ILLEGAL:
    case FAULT_PRIVILEGED:
    case FAULT_OTHER:
        snprintf(text, size, "the instruction `%s`",
                 *fault->access.instruction ? fault->access.instruction : "?");
        break;
    default:
        memory_attempt(fault, text, size);
    }
}

static void print_backtrace(FILE *stream, const struct fault *fault) {
    for (size_t i = 0; i < fault->backtrace.count && i < SHOWN_CALLS; i++) {
        struct program_code code;
        char place[400];
        program_code(fault->program, fault->backtrace.calls[i], &code);
        code_text(&code, place, sizeof place);
        fprintf(stream, "  %-9s %s\n", i ? "" : "called in", place);
    }
    if (fault->backtrace.count > SHOWN_CALLS) {
        fprintf(stream, "            ...\n");
    }
}

static void print_chain(FILE *stream, const struct fault *fault) {
    for (size_t i = 0; i < fault->chain.count; i++) {
        const struct chain_link *link = &fault->chain.links[i];
        struct program_code code;
        char place[400], name[80];
        program_code(fault->program, link->return_address - 1, &code);
        code_text(&code, place, sizeof place);
        compartment_text(fault->program, link->from, name, sizeof name);
        fprintf(stream, "  %-9s %s, %s", i ? "" : "called by", name, place);
        if (link->function) {
            fprintf(stream, ", as %s", link->function);
        }
        fputc('\n', stream);
    }
    if (fault->chain.count && !fault->chain.complete) {
        fprintf(stream, "            (the gates' records do not fit together beyond this)\n");
    }
}

static void print_registers(FILE *stream, const struct stopped *stopped) {
    const struct user_regs_struct *r = &stopped->registers;
    const struct {
        const char *name;
        uint64_t value;
    } list[] = {
        {"rax", r->rax}, {"rbx", r->rbx},      {"rcx", r->rcx},    {"rdx", r->rdx},
        {"rsi", r->rsi}, {"rdi", r->rdi},      {"rbp", r->rbp},    {"rsp", r->rsp},
        {"r8", r->r8},   {"r9", r->r9},        {"r10", r->r10},    {"r11", r->r11},
        {"r12", r->r12}, {"r13", r->r13},      {"r14", r->r14},    {"r15", r->r15},
        {"rip", r->rip}, {"flags", r->eflags}, {"fs", r->fs_base}, {"gs", r->gs_base},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        fprintf(stream, "%s%-5s %016" PRIx64 "%s", i % 4 ? "  " : "  registers " + (i ? 10 : 0),
                list[i].name, list[i].value, i % 4 == 3 ? "\n" : "");
    }
    if (stopped->have_pkru) {
        fprintf(stream, "  pkru  %08" PRIx32 "\n", stopped->pkru);
    }
}

void report_text(FILE *stream, const struct fault *fault, bool registers) {
    char text[600], name[80];
    const struct stopped *stopped = fault->stopped;

    compartment_text(fault->program, fault->compartment, name, sizeof name);
    fprintf(stream, "flexos: %s in %s%s\n", title(fault), name,
            stopped->copy ? " (in a forked copy of the image)" : "");
    code_text(&fault->code, text, sizeof text);
    fprintf(stream, "  where     %s\n", text);
    report_attempt(fault, text, sizeof text);
    fprintf(stream, "  tried     %s\n", text);
    if (fault->access.known_address) {
        region_describe(&fault->region, fault->program, text, sizeof text);
        fprintf(stream, "  there     %s\n", text);
    }
    fprintf(stream, "  why       %s\n", fault->why);
    print_backtrace(stream, fault);
    print_chain(stream, fault);
    if (fault->thread >= 0) {
        fprintf(stream, "  thread    %d\n", fault->thread);
    }
    if (fault->compartment < 0 && stopped->have_pkru && program_isolated(fault->program)) {
        fprintf(stream, "  pkru      0x%08" PRIx32 ", the value of no compartment\n",
                stopped->pkru);
    }
    if (registers && stopped->have_registers) {
        print_registers(stream, stopped);
    }
    fflush(stream);
}
