/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that build and run share. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "util/progress.h"
#include "util/vec.h"

static bool usage_error(const char *command, const char *what, const char *word) {
    fprintf(stderr, "flexos %s: %s%s; `flexos help` shows how it is called\n", command, what, word);
    return false;
}

/* The value of `--flag VALUE` or `--flag=VALUE`, or NULL when argv[*i] is another option. */
static const char *value_of(const char *flag, int argc, char **argv, int *i) {
    size_t n = strlen(flag);
    if (strncmp(argv[*i], flag, n) != 0) {
        return NULL;
    }
    if (argv[*i][n] == '=' && flag[1] == '-') {
        return argv[*i] + n + 1;
    }
    return argv[*i][n] == '\0' && *i + 1 < argc ? argv[++*i] : NULL;
}

bool build_options_parse(struct build_options *options, int argc, char **argv) {
    VEC(struct config_option) set = {0};
    const char *value;
    *options = (struct build_options){0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            options->rest = argv + i + 1;
            options->rest_count = argc - i - 1;
            break;
        } else if ((value = value_of("--set", argc, argv, &i)) != NULL) {
            vec_push(&set, (struct config_option){"--set", value});
        } else if ((value = value_of("--platform", argc, argv, &i)) != NULL) {
            vec_push(&set, (struct config_option){"--platform", value});
        } else if ((value = value_of("-o", argc, argv, &i)) != NULL) {
            options->out = value;
        } else if (strcmp(argv[i], "-q") == 0) {
            progress_quiet(true);
        } else if (argv[i][0] == '-') {
            return usage_error(argv[0], "unknown option, or one without its value: ", argv[i]);
        } else if (options->config == NULL) {
            options->config = argv[i];
        } else {
            return usage_error(argv[0], "one configuration was expected, not also ", argv[i]);
        }
    }
    if (options->config == NULL) {
        return usage_error(argv[0], "a configuration file was expected", "");
    }
    options->set = set.v;
    options->set_count = set.n;
    return true;
}
