/* SPDX-License-Identifier: BSD-3-Clause */
/* The part of the audit report about interfaces: for each function with a gate or thunk what is
 * known of its pointers, and whether somebody said it or it was inferred from a type. */
#include "link/iface.h"
#include "link/iface_table.h"

#include <cjson/cJSON.h>
#include <string.h>

struct report {
    cJSON *entry, *params;
    unsigned *inferred, *unknown;
};

static int visit(const struct iface_record *r, void *data) {
    struct report *report = data;
    if (r->kind == 'F') {
        const char *result = iface_result_name(iface_unsigned(r, 0));
        if (result) {
            cJSON_AddStringToObject(report->entry, "result", result);
        }
        if (iface_unsigned(r, 1)) {
            cJSON_AddBoolToObject(report->entry, "owned_by_caller", true);
        }
        return 0;
    }
    if (r->kind != 'P') {
        return 0;
    }
    const unsigned kind = iface_unsigned(r, 1), flags = iface_unsigned(r, 2);
    const bool inferred = (flags & FLEXOS_IFACE_INFERRED) != 0;
    cJSON *param = cJSON_CreateObject();
    cJSON_AddStringToObject(param, "name", r->field[0]);
    cJSON_AddStringToObject(param, "kind", iface_kind_name(kind));
    if (iface_direction_name(flags)) {
        cJSON_AddStringToObject(param, "direction", iface_direction_name(flags));
    }
    cJSON_AddBoolToObject(param, "inferred", inferred);
    *report->inferred += inferred && kind != FLEXOS_IFACE_OPAQUE;
    *report->unknown += inferred && kind == FLEXOS_IFACE_OPAQUE;
    cJSON_AddItemToArray(report->params, param);
    return 0;
}

void iface_audit(struct linker *linker, struct cJSON *report) {
    const struct iface_state *state = linker->iface;
    unsigned inferred = 0, unknown = 0;
    cJSON *interfaces = cJSON_AddArrayToObject(report, "interfaces");
    for (size_t i = 0; state && i < state->described.n; i++) {
        const struct iface_described *described = &state->described.v[i];
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "function", described->function->name);
        cJSON_AddStringToObject(entry, "library", described->function->home->library->name);
        cJSON_AddNumberToObject(entry, "descriptor", described->index);
        cJSON *params = cJSON_AddArrayToObject(entry, "parameters");
        iface_records(described->text, visit, &(struct report){entry, params, &inferred, &unknown});
        cJSON_AddItemToArray(interfaces, entry);
    }
    cJSON_AddNumberToObject(report, "inferred_annotations", inferred);
    cJSON_AddNumberToObject(report, "unknown_pointers", unknown);
}
