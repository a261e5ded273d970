/* SPDX-License-Identifier: BSD-3-Clause */
/* An audit report for people. */
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "util/map.h"
#include "util/mem.h"

enum { SHOWN = 12 }; /* items of a long list; the JSON has all */

static const char *compartment_name(const cJSON *audit, double number) {
    const cJSON *c;
    cJSON_ArrayForEach(c, audit_list(audit, "compartments")) {
        if (audit_number(c, "number") == number) {
            return audit_string(c, "name");
        }
    }
    return "?";
}

static bool holds(const cJSON *list, double number) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (cJSON_IsNumber(item) && item->valuedouble == number) {
            return true;
        }
    }
    return false;
}

static void print_libraries(const cJSON *audit, double number) {
    const char *separator = "  with instances of ";
    const cJSON *libraries = audit_list(audit, "libraries"), *l;
    cJSON_ArrayForEach(l, libraries) {
        if (!audit_flag(l, "replicated") && holds(audit_list(l, "compartments"), number)) {
            printf("  %-16s %s\n", audit_string(l, "name"), audit_string(l, "kind"));
        }
    }
    cJSON_ArrayForEach(l, libraries) {
        if (audit_flag(l, "replicated") && holds(audit_list(l, "compartments"), number)) {
            printf("%s%s", separator, audit_string(l, "name"));
            separator = ", ";
        }
    }
    fputs(separator[0] == ',' ? "\n" : "", stdout);
}

static void print_compartments(const cJSON *audit) {
    bool isolated = audit_flag(audit, "isolated");
    const cJSON *c;
    cJSON_ArrayForEach(c, audit_list(audit, "compartments")) {
        double number = audit_number(c, "number");
        printf("\ncompartment %.0f, %s", number, audit_string(c, "name"));
        if (isolated && number != 0) {
            printf(": gate %s, sharing %s", audit_string(c, "gate"), audit_string(c, "sharing"));
        }
        printf(" (code %.1f KiB, data %.1f KiB)\n", audit_number(c, "text_bytes") / 1024,
               audit_number(c, "data_bytes") / 1024);
        print_libraries(audit, number);
    }
}

struct pair_of_gates {
    double from, to;
    size_t gates, sites;
};

/* One line for each ordered pair of compartments that has gates. */
static void print_gates(const cJSON *audit) {
    struct arena arena = {0};
    struct map pairs = {0};
    const cJSON *gate;
    size_t total = 0;
    cJSON_ArrayForEach(gate, audit_list(audit, "gates")) {
        double from = audit_number(gate, "from"), to = audit_number(gate, "to");
        void **slot = map_put(&pairs, arena_printf(&arena, "%.0f-%.0f", from, to));
        if (*slot == NULL) {
            *slot = arena_alloc(&arena, sizeof(struct pair_of_gates));
            *(struct pair_of_gates *)*slot = (struct pair_of_gates){.from = from, .to = to};
        }
        struct pair_of_gates *pair = *slot;
        pair->gates++;
        pair->sites += (size_t)audit_number(gate, "sites");
        total++;
    }
    printf("\n%zu gates, %d entry thunks, %d functions that need none (stateless)\n", total,
           cJSON_GetArraySize(audit_list(audit, "thunks")),
           cJSON_GetArraySize(audit_list(audit, "stateless")));
    for (size_t i = 0; i < pairs.n; i++) {
        const struct pair_of_gates *p = pairs.entries[i].value;
        printf("  %s -> %s: %zu functions, %zu call sites\n", compartment_name(audit, p->from),
               compartment_name(audit, p->to), p->gates, p->sites);
    }
    map_free(&pairs);
    arena_free(&arena);
}

static void print_shared(const cJSON *audit) {
    const cJSON *shared = cJSON_GetObjectItemCaseSensitive(audit, "shared"), *item;
    const cJSON *objects = audit_list(shared, "objects");
    int shown = 0;
    printf("\n%.0f bytes of shared static data in %d objects\n", audit_number(shared, "bytes"),
           cJSON_GetArraySize(objects));
    cJSON_ArrayForEach(item, audit_list(shared, "pairs")) {
        const cJSON *between = audit_list(item, "between");
        const cJSON *a = cJSON_GetArrayItem(between, 0), *b = cJSON_GetArrayItem(between, 1);
        if (a != NULL && b != NULL) {
            printf("  %s and %s: %.0f bytes\n", compartment_name(audit, a->valuedouble),
                   compartment_name(audit, b->valuedouble), audit_number(item, "bytes"));
        }
    }
    cJSON_ArrayForEach(item, objects) {
        if (shown++ < SHOWN) {
            printf("  %s:%s, %.0f bytes\n", audit_string(item, "library"),
                   audit_string(item, "name"), audit_number(item, "bytes"));
        }
    }
    if (shown > SHOWN) {
        printf("  and %d more\n", shown - SHOWN);
    }
}

bool inspect_image(const char *image) {
    cJSON *audit = audit_load(image, NULL);
    if (audit == NULL) {
        return false;
    }
    const cJSON *tcb = cJSON_GetObjectItemCaseSensitive(audit, "tcb");
    printf("%s: mechanism %s, platform %s, %d libraries\n", image, audit_string(audit, "mechanism"),
           audit_string(audit, "platform"), cJSON_GetArraySize(audit_list(audit, "libraries")));
    print_compartments(audit);
    print_gates(audit);
    print_shared(audit);
    printf("\ntrusted base: %.1f KiB of code, %.1f KiB of data, %d PKRU writes, %d system call "
           "instructions\n",
           audit_number(tcb, "text_bytes") / 1024, audit_number(tcb, "data_bytes") / 1024,
           cJSON_GetArraySize(audit_list(audit, "pkru_writes")),
           cJSON_GetArraySize(audit_list(audit, "system_calls")));
    int inferred = cJSON_GetArraySize(audit_list(audit, "inferred"));
    int missing = cJSON_GetArraySize(audit_list(audit, "missing"));
    if (inferred > 0) {
        printf("%d parameters are described by their type alone (inferred)\n", inferred);
    }
    if (missing > 0) {
        printf("%d functions are missing and answer ENOSYS\n", missing);
    }
    printf("\nAll of it: flexos audit %s\n", image);
    cJSON_Delete(audit);
    return true;
}
