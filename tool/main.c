/* SPDX-License-Identifier: BSD-3-Clause */
/* The tool's entry: finds the subcommand, or explains what there is. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

struct command {
    const char *name, *arguments, *what;
    int (*run)(int argc, char **argv);
};

static int usage(FILE *to, const struct command *commands, size_t count, int status) {
    fputs("usage: flexos COMMAND ...\n\n", to);
    for (size_t i = 0; i < count; i++) {
        if (*commands[i].what != '\0') {
            fprintf(to, "  %-8s %s\n           %s\n", commands[i].name, commands[i].arguments,
                    commands[i].what);
        }
    }
    fputs("\nStart with: flexos run examples/hello/hello.yaml\n", to);
    return status;
}

int main(int argc, char **argv) {
    const struct command commands[] = {
#define X(name, arguments, what) {#name, arguments, what, cmd_##name},
        COMMANDS(X)
#undef X
    };
    const size_t count = sizeof commands / sizeof *commands;
    const char *names[sizeof commands / sizeof *commands];
    if (argc < 2) {
        return usage(stderr, commands, count, EXIT_USAGE);
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        return usage(stdout, commands, count, EXIT_DONE);
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = commands[i].name;
        if (strcmp(commands[i].name, argv[1]) == 0) {
            bool help = argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0);
            if (help && strcmp(argv[1], "run") != 0) { /* which has more to say itself */
                printf("usage: flexos %s %s\n%s\n", argv[1], commands[i].arguments,
                       commands[i].what);
                return EXIT_DONE;
            }
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    const char *near = diag_nearest(argv[1], names, count);
    fprintf(stderr, "flexos: unknown command '%s'%s%s%s\n", argv[1], near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "; `flexos help` lists the commands");
    return EXIT_USAGE;
}
