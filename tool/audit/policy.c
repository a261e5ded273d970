/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Policies: requirements over an audit report. Libraries stand for the compartments that they lie
 * in, because libraries of one compartment cannot be told apart by any gate.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/policy.h"
#include "config/config.h"
#include "util/str.h"
#include "yaml/read.h"

const cJSON *policy_library(const struct policy *p, const char *name) {
    const cJSON *l;
    const char *bare = str_starts(name, "lib") ? name + 3 : name;
    cJSON_ArrayForEach(l, audit_list(p->audit, "libraries")) {
        const char *own = audit_string(l, "name");
        if (strcmp(own, name) == 0 || strcmp(own, bare) == 0) {
            return l;
        }
    }
    return NULL;
}

bool policy_holds(const cJSON *list, double number) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (cJSON_IsNumber(item) && item->valuedouble == number) {
            return true;
        }
    }
    return false;
}

bool policy_text(struct policy *p, const struct node *node, const char *key, const char **text) {
    bool good = read_text(&p->arena, node, key, "a word", text);
    p->bad = p->bad || !good;
    return good;
}

static void check_mechanism(struct policy *p, const struct node *value, const char *key) {
    static const char *const words[] = {"none", "intel-mpk"};
    const char *actual = audit_string(p->audit, "mechanism");
    unsigned index;
    if (!read_word(&p->arena, value, key, words, 2, &index)) {
        p->bad = true;
    } else if (strcmp(actual, words[index]) != 0) {
        DIAG(value->loc, POLICY_MECHANISM, NULL, actual, words[index]);
        p->broken++;
    }
}

static void check_gate(struct policy *p, const struct node *value, const char *key) {
    static const char *const words[] = {"full", "light"};
    const cJSON *c;
    unsigned index;
    if (!read_word(&p->arena, value, key, words, 2, &index)) {
        p->bad = true;
        return;
    }
    cJSON_ArrayForEach(c, audit_list(p->audit, "compartments")) {
        bool light = strcmp(audit_string(c, "gate"), "light") == 0;
        if (audit_number(c, "number") != 0 && light && index == 0) {
            DIAG(value->loc, POLICY_GATE, NULL, audit_string(c, "name"));
            p->broken++;
        }
    }
    if (!audit_flag(p->audit, "isolated")) {
        DIAG(value->loc, POLICY_MECHANISM, NULL, "none", "a mechanism with gates");
        p->broken++;
    }
}

bool policy_apart(const struct policy *p, const cJSON *a, const cJSON *b) {
    const cJSON *number;
    bool common = !audit_flag(p->audit, "isolated");
    cJSON_ArrayForEach(number, audit_list(a, "compartments")) {
        common = common || policy_holds(audit_list(b, "compartments"), number->valuedouble);
    }
    return !common;
}

static void check_group(struct policy *p, const struct node *group) {
    for (size_t i = 0; i < group->count; i++) {
        const char *name;
        if (!policy_text(p, group->items[i].value, "separate", &name)) {
            return;
        }
        const cJSON *one = policy_library(p, name);
        if (one == NULL) {
            DIAG(group->items[i].value->loc, POLICY_LIBRARY, NULL, name);
            p->bad = true;
            return;
        }
        for (size_t j = 0; j < i; j++) {
            const char *other = group->items[j].value->text;
            if (!policy_apart(p, policy_library(p, other), one)) {
                DIAG(group->items[i].value->loc, POLICY_SEPARATE, NULL, other, name);
                p->broken++;
            }
        }
    }
}

static void check_separate(struct policy *p, const struct node *value, const char *key) {
    bool nested =
        value->kind == NODE_LIST && value->count > 0 && value->items[0].value->kind == NODE_LIST;
    if (value->kind == NODE_LIST && !nested) {
        check_group(p, value);
        return;
    }
    for (size_t i = 0; nested && i < value->count; i++) {
        if (value->items[i].value->kind != NODE_LIST) {
            nested = false;
        } else {
            check_group(p, value->items[i].value);
        }
    }
    if (!nested) {
        DIAG(value->loc, VALUE_TYPE, NULL, node_describe(&p->arena, value), key,
             "a list of lists of libraries");
        p->bad = true;
    }
}

/* A key max-...: the report's number may not be larger. */
static void check_limit(struct policy *p, const struct node *value, const char *key,
                        double actual) {
    uint64_t limit;
    if (!read_size(&p->arena, value, key, &limit)) {
        p->bad = true;
    } else if (actual > (double)limit) {
        DIAG(value->loc, POLICY_LIMIT, NULL, actual, key, value->text);
        p->broken++;
    }
}

static void check_objects(struct policy *p, const struct node *value, const char *key) {
    const cJSON *shared = cJSON_GetObjectItemCaseSensitive(p->audit, "shared"), *object;
    if (value->kind != NODE_LIST) {
        DIAG(value->loc, VALUE_TYPE, NULL, node_describe(&p->arena, value), key,
             "a list of LIBRARY:OBJECT");
        p->bad = true;
        return;
    }
    cJSON_ArrayForEach(object, audit_list(shared, "objects")) {
        const char *name = arena_printf(&p->arena, "%s:%s", audit_string(object, "library"),
                                        audit_string(object, "name"));
        bool allowed = false;
        for (size_t i = 0; i < value->count && !p->bad; i++) {
            const char *pattern;
            allowed = policy_text(p, value->items[i].value, key, &pattern) &&
                      (allowed || str_glob(pattern, name));
        }
        if (!allowed && !p->bad) {
            DIAG(value->loc, POLICY_OBJECT, NULL, name, audit_number(object, "bytes"));
            p->broken++;
        }
    }
}

static void check_inferred(struct policy *p, const struct node *value, const char *key) {
    bool forbidden;
    const cJSON *item;
    if (!read_bool(&p->arena, value, key, &forbidden)) {
        p->bad = true;
        return;
    }
    cJSON_ArrayForEach(item, audit_list(p->audit, "inferred")) {
        if (forbidden) {
            DIAG(value->loc, POLICY_INFERRED, NULL, audit_string(item, "parameter"),
                 audit_string(item, "function"), audit_string(item, "library"));
            p->broken++;
        }
    }
}

static void check_key(struct policy *p, const char *key, const struct node *value) {
    const cJSON *shared = cJSON_GetObjectItemCaseSensitive(p->audit, "shared");
    const cJSON *tcb = cJSON_GetObjectItemCaseSensitive(p->audit, "tcb");
    if (strcmp(key, "require-mechanism") == 0) {
        check_mechanism(p, value, key);
    } else if (strcmp(key, "require-gate") == 0) {
        check_gate(p, value, key);
    } else if (strcmp(key, "separate") == 0) {
        check_separate(p, value, key);
    } else if (strcmp(key, "forbid") == 0) {
        policy_forbid(p, value, key);
    } else if (strcmp(key, "max-shared-bytes") == 0) {
        check_limit(p, value, key, audit_number(shared, "bytes"));
    } else if (strcmp(key, "max-tcb-bytes") == 0) {
        check_limit(p, value, key, audit_number(tcb, "text_bytes"));
    } else if (strcmp(key, "max-gates") == 0) {
        check_limit(p, value, key, cJSON_GetArraySize(audit_list(p->audit, "gates")));
    } else if (strcmp(key, "allow-shared-objects") == 0) {
        check_objects(p, value, key);
    } else if (strcmp(key, "forbid-inferred") == 0) {
        check_inferred(p, value, key);
    }
}

int policy_check(const char *path, const cJSON *audit) {
    static const char *const keys[] = {
        "require-mechanism", "require-gate",  "separate",  "forbid",
        "max-shared-bytes",  "max-tcb-bytes", "max-gates", "allow-shared-objects",
        "forbid-inferred"};
    struct policy p = {.audit = audit};
    const struct node *root = yaml_load_file(&p.arena, path);
    if (root != NULL && root->kind != NODE_MAP) {
        DIAG(root->loc, VALUE_TYPE, NULL, node_describe(&p.arena, root), "the policy",
             "a map such as `require-mechanism: intel-mpk`");
        root = NULL;
    }
    p.bad =
        root == NULL || !read_keys(&p.arena, root, "the policy", keys, sizeof keys / sizeof *keys);
    for (size_t i = 0; !p.bad && i < root->count; i++) {
        check_key(&p, root->items[i].key->text, root->items[i].value);
    }
    arena_free(&p.arena);
    return p.bad ? -1 : p.broken;
}
