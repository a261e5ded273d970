/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos audit: the report as JSON, or its check against a policy. */
#include "audit/audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"

int cmd_audit(int argc, char **argv) {
    char *text = NULL;
    if (argc != 2 && argc != 3) {
        fputs("usage: flexos audit IMAGE [POLICY]\n", stderr);
        return EXIT_USAGE;
    }
    cJSON *audit = audit_load(argv[1], &text);
    int status = audit != NULL ? EXIT_DONE : EXIT_FAILED;
    if (audit != NULL && argc == 2) {
        fputs(text, stdout);
    } else if (audit != NULL) {
        int broken = policy_check(argv[2], audit);
        if (broken == 0) {
            printf("%s: all requirements of %s hold\n", argv[1], argv[2]);
        } else if (broken > 0) {
            fprintf(stderr, "%s: %d broken requirement%s of %s\n", argv[1], broken,
                    broken == 1 ? "" : "s", argv[2]);
        }
        status = broken == 0 ? EXIT_DONE : EXIT_FAILED;
    }
    cJSON_Delete(audit);
    free(text);
    return status;
}
