/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files that check policies share. */
#ifndef FLEXOS_TOOL_AUDIT_POLICY_H
#define FLEXOS_TOOL_AUDIT_POLICY_H

#include "audit/audit.h"
#include "yaml/read.h"

struct policy {
    struct arena arena;
    const cJSON *audit;
    int broken;
    bool bad; /* the policy itself is wrong */
};

/* Reads a word of the policy; a wrong one marks the policy as bad. */
bool policy_text(struct policy *policy, const struct node *node, const char *key,
                 const char **text);

/* Whether the list of numbers holds the number. */
bool policy_holds(const cJSON *list, double number);

/* The library of that name, with or without `lib`, or NULL. */
const cJSON *policy_library(const struct policy *policy, const char *name);

/* Two libraries are apart when the image is isolated and no compartment holds both. */
bool policy_apart(const struct policy *policy, const cJSON *a, const cJSON *b);

/* The key `forbid` (audit/rules.c). */
void policy_forbid(struct policy *policy, const struct node *value, const char *key);

#endif
