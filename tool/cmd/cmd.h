/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The subcommands. Each gets its own arguments (argv[0] is the command's name) and returns the exit
 * status: 0 done, 1 it failed after a diagnostic, 2 it was called wrongly. The table in main.c and
 * the help text come from COMMANDS.
 */
#ifndef FLEXOS_TOOL_CMD_H
#define FLEXOS_TOOL_CMD_H

#include "config/config.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* name, arguments, what it does; an empty description hides it from the help */
#define COMMANDS(X)                                                                                \
    X(build, "CONFIG [-o IMAGE] [--platform P] [--set K=V]",                                       \
      "makes an image and its audit report")                                                       \
    X(run, "CONFIG [--platform P] [--set K=V] [-- ARGUMENTS]",                                     \
      "builds if needed, starts the image, forwards ports, shows the console")                     \
    X(ps, "", "lists the running images")                                                          \
    X(logs, "IMAGE", "shows the console of a running image")                                       \
    X(stop, "IMAGE", "ends a running image")                                                       \
    X(inspect, "IMAGE|CONFIG [--set K=V]",                                                         \
      "compartments, libraries, gates, shared data, sizes, TCB")                                   \
    X(audit, "IMAGE [POLICY]", "the same as JSON; with a policy, fails when it is broken")         \
    X(isolate, "LIB CONFIG [-o NEW]", "a new configuration with LIB in a compartment of its own")  \
    X(doctor, "[--json | CHECK]", "what this host can run, and why not")                           \
    X(docs, "update|check|diagnostic-names", "")

#define X(name, arguments, what) int cmd_##name(int argc, char **argv);
COMMANDS(X)
#undef X

/* Options that build and run share: --set, --platform, -o, -q. */
struct build_options {
    const char *config;              /* path of the configuration */
    const char *out;                 /* -o, or NULL */
    const struct config_option *set; /* --set and --platform, in order */
    size_t set_count;
    char **rest; /* arguments after -- */
    int rest_count;
};

/* Parses argv; false after a message. The strings stay in argv; set is allocated. */
bool build_options_parse(struct build_options *options, int argc, char **argv);

/*
 * Makes the image of a configuration: where it lies is returned (the caller's to free) and, when
 * CONFIG is not NULL, what was read. NULL after diagnostics.
 */
char *build_image(const struct build_options *options, struct config **config);

#endif
