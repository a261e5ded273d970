/* SPDX-License-Identifier: BSD-3-Clause */
/* The crash report as JSON; see report.h. Addresses are strings, since JSON numbers are doubles. */
#include "run/report.h"

#include "util/file.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_hex(cJSON *to, const char *key, uint64_t value) {
    char text[24];
    snprintf(text, sizeof text, "0x%" PRIx64, value);
    cJSON_AddStringToObject(to, key, text);
}

static void add_text(cJSON *to, const char *key, const char *text) {
    if (text) {
        cJSON_AddStringToObject(to, key, text);
    }
}

static void add_compartment(cJSON *to, const char *key, const struct program *program, int k) {
    if (k < 0) {
        return;
    }
    cJSON *compartment = cJSON_AddObjectToObject(to, key);
    cJSON_AddNumberToObject(compartment, "number", k);
    add_text(compartment, "name", program_compartment(program, k));
}

static void add_code(cJSON *to, const char *key, const struct program_code *code) {
    cJSON *place = cJSON_AddObjectToObject(to, key);
    add_hex(place, "address", code->address);
    add_text(place, "library", code->library);
    add_text(place, "function", code->function);
    if (code->function) {
        add_hex(place, "offset", code->offset);
    }
    add_text(place, "file", code->file);
    if (code->file) {
        cJSON_AddNumberToObject(place, "line", code->line);
    }
}

static void add_memory(cJSON *report, const struct fault *fault) {
    static const char *const kinds[] = {
        [ACCESS_UNKNOWN] = "unknown", [ACCESS_READ] = "read",       [ACCESS_WRITE] = "write",
        [ACCESS_UPDATE] = "update",   [ACCESS_EXECUTE] = "execute",
    };
    if (!fault->access.known_address) {
        return;
    }
    cJSON *access = cJSON_AddObjectToObject(report, "access");
    add_text(access, "kind", kinds[fault->access.kind]);
    add_hex(access, "address", fault->access.address);
    if (fault->access.size) {
        cJSON_AddNumberToObject(access, "size", fault->access.size);
    }

    const struct region *region = &fault->region;
    cJSON *there = cJSON_AddObjectToObject(report, "region");
    add_text(there, "kind", region_kind_name(region->kind));
    add_compartment(there, "owner", fault->program, region->owner);
    if (region->thread >= 0) {
        cJSON_AddNumberToObject(there, "thread", region->thread);
    }
    add_text(there, "object", region->object.name);
    if (region->object.name) {
        add_hex(there, "offset", region->object.offset);
        cJSON_AddNumberToObject(there, "object_size", (double)region->object.size);
    }
    add_text(there, "library", region->object.library);
}

static void add_chain(cJSON *report, const struct fault *fault) {
    cJSON *chain = cJSON_AddArrayToObject(report, "chain");
    for (size_t i = 0; i < fault->chain.count; i++) {
        const struct chain_link *link = &fault->chain.links[i];
        cJSON *item = cJSON_CreateObject();
        struct program_code code;
        program_code(fault->program, link->return_address - 1, &code);
        add_compartment(item, "caller", fault->program, link->from);
        add_compartment(item, "called", fault->program, link->to);
        add_text(item, "function", link->function);
        add_code(item, "call", &code);
        cJSON_AddItemToArray(chain, item);
    }
}

static void add_backtrace(cJSON *report, const struct fault *fault) {
    cJSON *calls = cJSON_AddArrayToObject(report, "calls");
    for (size_t i = 0; i < fault->backtrace.count; i++) {
        struct program_code code;
        cJSON *holder = cJSON_CreateObject();
        program_code(fault->program, fault->backtrace.calls[i], &code);
        add_code(holder, "call", &code);
        cJSON_AddItemToArray(calls, cJSON_DetachItemFromObject(holder, "call"));
        cJSON_Delete(holder);
    }
}

static void add_registers(cJSON *report, const struct stopped *stopped) {
    if (stopped->have_pkru) {
        add_hex(report, "pkru", stopped->pkru);
    }
    if (!stopped->have_registers) {
        return;
    }
    const struct user_regs_struct *r = &stopped->registers;
    cJSON *registers = cJSON_AddObjectToObject(report, "registers");
#define REGISTER(name) add_hex(registers, #name, r->name);
    REGISTER(rax)
    REGISTER(rbx)
    REGISTER(rcx)
    REGISTER(rdx)
    REGISTER(rsi)
    REGISTER(rdi)
    REGISTER(rbp)
    REGISTER(rsp)
    REGISTER(r8)
    REGISTER(r9)
    REGISTER(r10)
    REGISTER(r11)
    REGISTER(r12)
    REGISTER(r13)
    REGISTER(r14)
    REGISTER(r15)
    REGISTER(rip)
    REGISTER(eflags)
    REGISTER(fs_base)
    REGISTER(gs_base)
#undef REGISTER
}

int report_json(const char *path, const struct fault *fault) {
    char attempt[600];
    cJSON *report = cJSON_CreateObject();
    cJSON_AddNumberToObject(report, "version", 1);
    add_text(report, "image", fault->program->path);
    cJSON_AddBoolToObject(report, "violation", fault->violation);
    cJSON_AddNumberToObject(report, "status", fault_exit_status(fault));
    add_text(report, "cause", fault_cause_name(fault->cause));
    add_text(report, "signal", sigabbrev_np(fault->stopped->signal));
    add_compartment(report, "compartment", fault->program, fault->compartment);
    if (fault->thread >= 0) {
        cJSON_AddNumberToObject(report, "thread", fault->thread);
    }
    add_code(report, "where", &fault->code);
    report_attempt(fault, attempt, sizeof attempt);
    add_text(report, "tried", attempt);
    add_text(report, "why", fault->why);
    if (fault->cause == FAULT_SYSTEM_CALL) {
        add_text(report, "system_call", system_call_name(fault->stopped->info.si_syscall));
    }
    if (fault->cause == FAULT_GATE) {
        cJSON_AddNumberToObject(report, "trap", fault->trap);
        add_compartment(report, "crossing_from", fault->program, fault->crossing_from);
        add_compartment(report, "crossing_to", fault->program, fault->crossing_to);
    }
    add_memory(report, fault);
    add_backtrace(report, fault);
    add_chain(report, fault);
    add_registers(report, fault->stopped);

    char *text = cJSON_Print(report);
    cJSON_Delete(report);
    int error = text ? file_write(path, text, strlen(text)) : -ENOMEM;
    cJSON_free(text);
    return error;
}
