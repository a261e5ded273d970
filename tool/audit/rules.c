/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of `forbid`: gates and entry thunks that an image may not have. */
#include "audit/policy.h"

#include <string.h>

#include "util/str.h"

/* Whether a library that matches the pattern lies in the compartment. */
static bool lies_in(const struct policy *p, const char *pattern, double number) {
    const cJSON *l;
    cJSON_ArrayForEach(l, audit_list(p->audit, "libraries")) {
        if (str_glob(pattern, audit_string(l, "name")) &&
            policy_holds(audit_list(l, "compartments"), number)) {
            return true;
        }
    }
    return false;
}

static const char *compartment_name(const struct policy *p, double number) {
    const cJSON *c;
    cJSON_ArrayForEach(c, audit_list(p->audit, "compartments")) {
        if (audit_number(c, "number") == number) {
            return audit_string(c, "name");
        }
    }
    return "?";
}

/* A part of a rule: a glob over names, "*" when left out. */
static const char *part(struct policy *p, const struct node *rule, const char *key) {
    const struct pair *pair = node_find(rule, key);
    const char *text = "*";
    if (pair != NULL) {
        policy_text(p, pair->value, key, &text);
    }
    return text;
}

static bool any(const char *pattern) {
    return strcmp(pattern, "*") == 0;
}

/* A library that a rule names: one of the image, or a pattern. NULL for a pattern. */
static const cJSON *named(struct policy *p, const struct node *rule, const char *key) {
    const struct pair *pair = node_find(rule, key);
    const char *name = part(p, rule, key);
    if (pair == NULL || p->bad || strpbrk(name, "*?[") != NULL) {
        return NULL;
    }
    const cJSON *library = policy_library(p, name);
    if (library == NULL) {
        DIAG(pair->value->loc, POLICY_LIBRARY, NULL, name);
        p->bad = true;
    }
    return library;
}

/* The pattern that a rule has for libraries; a name with `lib` becomes the library's own. */
static const char *pattern_of(struct policy *p, const struct node *rule, const char *key) {
    const cJSON *library = named(p, rule, key);
    return library != NULL ? audit_string(library, "name") : part(p, rule, key);
}

/*
 * A rule about two libraries means something only where a boundary stands between them: calls
 * inside a compartment have no gate that could be listed.
 */
static bool between(struct policy *p, const struct node *rule, const char *from, const char *to) {
    const cJSON *a = named(p, rule, from), *b = named(p, rule, to);
    if (p->bad) {
        return false;
    }
    if (!audit_flag(p->audit, "isolated")) {
        DIAG(rule->loc, POLICY_MECHANISM, NULL, "none", "a mechanism with gates");
        p->broken++;
        return false;
    }
    if (a != NULL && b != NULL && !policy_apart(p, a, b)) {
        DIAG(rule->loc, POLICY_SEPARATE, NULL, audit_string(a, "name"), audit_string(b, "name"));
        p->broken++;
        return false;
    }
    return true;
}

static void forbid_gates(struct policy *p, const struct node *rule) {
    static const char *const keys[] = {"from", "to", "function"};
    if (!read_keys(&p->arena, rule, "'gate'", keys, 3)) {
        p->bad = true;
        return;
    }
    const char *function = part(p, rule, "function");
    const cJSON *gate;
    if (!between(p, rule, "from", "to")) {
        return;
    }
    const char *from = pattern_of(p, rule, "from"), *to = pattern_of(p, rule, "to");
    cJSON_ArrayForEach(gate, audit_list(p->audit, "gates")) {
        double source = audit_number(gate, "from"), target = audit_number(gate, "to");
        if (str_glob(function, audit_string(gate, "function")) &&
            (any(from) || lies_in(p, from, source)) && (any(to) || lies_in(p, to, target))) {
            DIAG(rule->loc, POLICY_FORBIDDEN_GATE, NULL, compartment_name(p, source),
                 compartment_name(p, target), audit_string(gate, "function"));
            p->broken++;
        }
    }
}

static void forbid_thunks(struct policy *p, const struct node *rule) {
    static const char *const keys[] = {"user", "home", "function"};
    if (!read_keys(&p->arena, rule, "'thunk'", keys, 3)) {
        p->bad = true;
        return;
    }
    const char *function = part(p, rule, "function");
    const cJSON *thunk, *number;
    if (!between(p, rule, "user", "home")) {
        return;
    }
    const char *user = pattern_of(p, rule, "user"), *home = pattern_of(p, rule, "home");
    cJSON_ArrayForEach(thunk, audit_list(p->audit, "thunks")) {
        double target = audit_number(thunk, "home");
        if (!str_glob(function, audit_string(thunk, "function")) ||
            !(any(home) || lies_in(p, home, target))) {
            continue;
        }
        cJSON_ArrayForEach(number, audit_list(thunk, "users")) {
            double source = number->valuedouble;
            if (source != target && (any(user) || lies_in(p, user, source))) {
                DIAG(rule->loc, POLICY_FORBIDDEN_THUNK, NULL, compartment_name(p, source),
                     audit_string(thunk, "function"), compartment_name(p, target));
                p->broken++;
            }
        }
    }
}

void policy_forbid(struct policy *p, const struct node *value, const char *key) {
    for (size_t i = 0; value->kind == NODE_LIST && i < value->count; i++) {
        const struct node *item = value->items[i].value;
        const struct pair *gate = node_find(item, "gate"), *thunk = node_find(item, "thunk");
        bool good = item->kind == NODE_MAP && item->count == 1 && (gate != NULL || thunk != NULL) &&
                    item->items[0].value->kind == NODE_MAP;
        if (!good) {
            DIAG(item->loc, POLICY_RULE, NULL, node_describe(&p->arena, item));
            p->bad = true;
        } else if (gate != NULL) {
            forbid_gates(p, gate->value);
        } else {
            forbid_thunks(p, thunk->value);
        }
    }
    if (value->kind != NODE_LIST) {
        DIAG(value->loc, VALUE_TYPE, NULL, node_describe(&p->arena, value), key, "a list of rules");
        p->bad = true;
    }
}
