/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading of audit reports (docs/audit.md has the format), and policies over them. */
#ifndef FLEXOS_TOOL_AUDIT_H
#define FLEXOS_TOOL_AUDIT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The report of an image: from its section .flexos.audit, else from IMAGE.audit.json; a path that
 * ends in .json is read as it is. NULL after a diagnostic. *text, when asked for, is freed by the
 * caller.
 */
cJSON *audit_load(const char *image, char **text);

/* The report for people, on standard output; false after a diagnostic. */
bool inspect_image(const char *image);

/* Members, with a fallback where a report lacks them. */
const char *audit_string(const cJSON *object, const char *key); /* "" */
double audit_number(const cJSON *object, const char *key);      /* 0 */
bool audit_flag(const cJSON *object, const char *key);
const cJSON *audit_list(const cJSON *object, const char *key); /* NULL iterates as empty */

/* Checks a policy file; the number of broken requirements (each reported), or -1 for a bad policy.
 */
int policy_check(const char *path, const cJSON *audit);

#endif
