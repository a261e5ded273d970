/* SPDX-License-Identifier: BSD-3-Clause */
/* The audit report: see audit.h; docs/audit.md describes each field. */
#include "link/audit.h"

#include "diag/diag.h"
#include "link/embed.h"
#include "link/iface.h"
#include "link/layout.h"
#include "link/scan.h"
#include "link/steps.h"
#include "util/file.h"
#include "util/str.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static cJSON *entry(cJSON *list) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    return object;
}

static void add_number(cJSON *object, const char *name, uint64_t value) {
    cJSON_AddNumberToObject(object, name, (double)value);
}

static void add_domains(cJSON *object, const char *name, uint32_t domains) {
    cJSON *list = cJSON_AddArrayToObject(object, name);
    for (int k = 0; k < DOMAIN_COUNT; k++)
        if (domains & 1U << k)
            cJSON_AddItemToArray(list, cJSON_CreateNumber(k));
}

static void add_compartments(const struct linker *linker, const struct scan *scan, cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "compartments");
    for (unsigned k = linker->isolated ? 0 : 1; k < linker->domains; k++) {
        const struct config_compartment *c = k ? config_compartment(linker->plan->config, k) : NULL;
        cJSON *object = entry(list);
        add_number(object, "number", k);
        cJSON_AddStringToObject(object, "name", c ? c->name : "tcb");
        cJSON_AddStringToObject(object, "gate", c ? gate_name(c->gate) : gate_name(GATE_FULL));
        cJSON_AddStringToObject(object, "sharing", sharing_name(c ? c->sharing : SHARING_DSS));
        add_number(object, "text_bytes", scan->text_bytes[k]);
        add_number(object, "data_bytes", scan->data_bytes[k]);
    }
}

/* Live bytes of code or of writable data in all instances of a library. */
static uint64_t library_bytes(const struct library *library, bool code) {
    uint64_t bytes = 0;
    for (unsigned k = 0; k < DOMAIN_COUNT; k++)
        for (size_t i = 1; library->instances[k] && i < library->object.section_count; i++) {
            const struct section *section = &library->object.sections[i];
            bool writable = (section->header->sh_flags & SHF_WRITE) != 0;
            if (library->instances[k]->live[i] && section_is_alloc(section) &&
                (code ? section_is_code(section) : writable))
                bytes += section->header->sh_size;
        }
    return bytes;
}

static void add_libraries(const struct linker *linker, cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "libraries");
    for (size_t i = 0; i < linker->library_count; i++) {
        const struct library *library = &linker->libraries[i];
        uint32_t domains = 0;
        for (unsigned k = 0; k < DOMAIN_COUNT; k++)
            domains |= library->instances[k] ? 1U << k : 0;
        cJSON *object = entry(list);
        cJSON_AddStringToObject(object, "name", library->name);
        cJSON_AddStringToObject(object, "kind", manifest_kind_name(library->plan->manifest->kind));
        add_domains(object, "compartments", domains);
        cJSON_AddBoolToObject(object, "replicated", library->plan->replicated);
        add_number(object, "text_bytes", library_bytes(library, true));
        add_number(object, "data_bytes", library_bytes(library, false));
    }
}

static void add_function(cJSON *object, const struct function *function) {
    cJSON_AddStringToObject(object, "library", function->home->library->name);
    cJSON_AddStringToObject(object, "function", function->name);
}

/* What iface_audit said of a function: "annotated", "inferred" or "none". */
static const char *interface_of(const cJSON *report, const struct function *function) {
    const cJSON *one, *parameter;
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(report, "interfaces")) {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, "function"));
        const char *library =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, "library"));
        if (!name || !library || strcmp(name, function->name) != 0 ||
            strcmp(library, function->home->library->name) != 0)
            continue;
        cJSON_ArrayForEach(parameter, cJSON_GetObjectItemCaseSensitive(one, "parameters")) {
            if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(parameter, "inferred")))
                return "inferred";
        }
        return "annotated";
    }
    return "none";
}

static void add_gates(const struct linker *linker, cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "gates");
    for (size_t i = 0; i < linker->gates.n; i++) {
        const struct call_gate *gate = linker->gates.v[i];
        const struct signature *s = &gate->function->prototype->signature;
        char text[64];
        snprintf(text, sizeof text, "i%u s%u w%u%s -> %s", s->ireg, s->sse, gate->words,
                 s->variadic ? " ..." : "", result_text(s->result));
        cJSON *object = entry(list);
        add_number(object, "from", gate->from);
        add_number(object, "to", gate->function->home->domain);
        add_function(object, gate->function);
        cJSON_AddStringToObject(object, "signature", text);
        cJSON_AddStringToObject(object, "prototype", gate->function->prototype->text);
        cJSON_AddBoolToObject(object, "errno",
                              gate->function->home->library->plan->manifest->errno_carried);
        cJSON_AddStringToObject(object, "interface", interface_of(report, gate->function));
        add_number(object, "sites", gate->sites);
    }
}

static void add_thunks(const struct linker *linker, cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "thunks");
    for (size_t i = 0; i < linker->thunks.n; i++) {
        const struct thunk *thunk = linker->thunks.v[i];
        const struct function *function = thunk->function;
        cJSON *object = entry(list);
        add_function(object, function);
        add_number(object, "home", function->home->domain);
        cJSON_AddBoolToObject(object, "stateless", function->stateless);
        add_domains(object, "users", thunk->users & ~(1U << function->home->domain));
        add_number(object, "sites", thunk->uses);
    }
}

/* Which compartments call a stateless function of another one is told by its callers' bit mask. */
static void add_stateless(const struct linker *linker, cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "stateless");
    for (size_t i = 0; i < linker->functions.n; i++) {
        const struct function *function = linker->functions.v[i];
        if (!function->free_sites)
            continue;
        cJSON *object = entry(list);
        add_function(object, function);
        add_domains(object, "callers", function->free_callers);
        add_number(object, "sites", function->free_sites);
    }
}

static uint64_t shared_size(const struct shared_object *shared) {
    return shared->library->object.symbols[shared->symbol].st_size;
}

static void add_shared(const struct linker *linker, const struct scan *scan, cJSON *report) {
    cJSON *object = cJSON_AddObjectToObject(report, "shared");
    add_number(object, "bytes", linker->isolated ? scan->data_bytes[DOMAIN_SHARED] : 0);
    cJSON *list = cJSON_AddArrayToObject(object, "objects");
    for (size_t i = 0; i < linker->shared.n; i++) {
        const struct shared_object *shared = &linker->shared.v[i];
        cJSON *one = entry(list);
        cJSON_AddStringToObject(one, "library", shared->library->name);
        cJSON_AddStringToObject(one, "name", symbol_name(&shared->library->object, shared->symbol));
        add_number(one, "bytes", shared_size(shared));
        add_domains(one, "compartments", shared->users);
    }
    cJSON *pairs = cJSON_AddArrayToObject(object, "pairs");
    for (unsigned a = 1; linker->isolated && a < linker->domains; a++)
        for (unsigned b = a + 1; b < linker->domains; b++) {
            uint64_t bytes = 0;
            for (size_t i = 0; i < linker->shared.n; i++)
                if ((linker->shared.v[i].users & 1U << a) && (linker->shared.v[i].users & 1U << b))
                    bytes += shared_size(&linker->shared.v[i]);
            if (!bytes)
                continue;
            cJSON *pair = entry(pairs);
            add_domains(pair, "between", 1U << a | 1U << b);
            add_number(pair, "bytes", bytes);
        }
}

/* Parameters whose kind was inferred from their type alone, from what iface_audit added. */
static void add_inferred(cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "inferred");
    const cJSON *one, *parameter;
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(report, "interfaces")) {
        cJSON_ArrayForEach(parameter, cJSON_GetObjectItemCaseSensitive(one, "parameters")) {
            if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(parameter, "inferred")))
                continue;
            static const char *const from[] = {"library", "function"};
            cJSON *object = entry(list);
            for (int i = 0; i < 2; i++)
                cJSON_AddStringToObject(
                    object, from[i],
                    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, from[i])));
            cJSON_AddStringToObject(
                object, "parameter",
                cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parameter, "name")));
            cJSON_AddStringToObject(
                object, "kind",
                cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parameter, "kind")));
        }
    }
}

static void add_missing(const struct linker *linker, cJSON *report) {
    cJSON *list = cJSON_AddArrayToObject(report, "missing");
    for (size_t i = 0; i < linker->stubs.n; i++) {
        cJSON *object = entry(list);
        cJSON_AddStringToObject(object, "library", linker->stubs.v[i].library->name);
        cJSON_AddStringToObject(object, "function", linker->stubs.v[i].name);
    }
}

static void add_sites(cJSON *report, const char *name, const struct scan_sites *sites) {
    cJSON *list = cJSON_AddArrayToObject(report, name);
    for (size_t i = 0; i < sites->n; i++) {
        char address[32];
        snprintf(address, sizeof address, "0x%" PRIx64, sites->v[i].address);
        cJSON *object = entry(list);
        cJSON_AddStringToObject(object, "address", address);
        cJSON_AddStringToObject(object, "symbol", sites->v[i].symbol);
        add_number(object, "offset", sites->v[i].offset);
    }
}

static char *make_report(struct linker *linker, const struct scan *scan) {
    const struct config *config = linker->plan->config;
    cJSON *report = cJSON_CreateObject();
    add_number(report, "version", 1);
    cJSON_AddStringToObject(report, "image", config->name);
    cJSON_AddStringToObject(report, "platform", platform_name(config->platform));
    cJSON_AddStringToObject(report, "mechanism", mechanism_name(config->mechanism));
    cJSON_AddBoolToObject(report, "isolated", linker->isolated);
    add_compartments(linker, scan, report);
    add_libraries(linker, report);
    iface_audit(linker, report);
    add_gates(linker, report);
    add_thunks(linker, report);
    add_stateless(linker, report);
    add_shared(linker, scan, report);
    add_inferred(report);
    add_missing(linker, report);
    cJSON *tcb = cJSON_AddObjectToObject(report, "tcb");
    uint64_t text = scan->text_bytes[0], data = scan->data_bytes[0];
    for (size_t i = 0; !linker->isolated && i < linker->library_count; i++)
        if (linker->libraries[i].tcb) {
            text += library_bytes(&linker->libraries[i], true);
            data += library_bytes(&linker->libraries[i], false);
        }
    add_number(tcb, "text_bytes", text);
    add_number(tcb, "data_bytes", data);
    add_sites(report, "pkru_writes", &scan->pkru_writes);
    add_sites(report, "system_calls", &scan->system_calls);
    add_number(cJSON_AddObjectToObject(report, "accidental"), "syscall", scan->accidental);
    char *text_out = cJSON_Print(report);
    cJSON_Delete(report);
    return text_out;
}

int audit_image(struct linker *linker, const char *image) {
    struct scan scan;
    int result = scan_image(linker, image, &scan);
    char *report = result == 0 ? make_report(linker, &scan) : NULL;
    scan_free(&scan);
    if (!report)
        return result == SCAN_AGAIN ? SCAN_AGAIN : -1;
    char *path = arena_printf(&linker->arena, "%s.audit.json", linker->out);
    int error = file_write(path, report, strlen(report));
    if (!error && linker->isolated)
        error = embed_section(image, ".flexos.audit", report, strlen(report));
    free(report);
    if (error)
        diag_error(LOC_FILE(path), "cannot write the audit report: %s", strerror(-error));
    return error ? -1 : 0;
}
