/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of `flexos run`. */
#ifndef FLEXOS_TOOL_RUN_OPTIONS_H
#define FLEXOS_TOOL_RUN_OPTIONS_H

#include "cmd/cmd.h"
#include "util/vec.h"

struct run_options {
    struct build_options build; /* build.config: the configuration or the image */
    struct strings ports, volumes, environment;
    const char *net;    /* or NULL */
    const char *name;   /* or NULL */
    const char *report; /* file for the crash report as JSON, or NULL */
    bool detach, gdb, stop_on_fault, registers, core, quiet;
    unsigned stop_seconds;
    VEC(struct config_option) set;
};

/* Exit status: EXIT_DONE to go on; else what the command returns (after a message or the help). */
int run_options_parse(struct run_options *options, int argc, char **argv, bool *go_on);
void run_options_free(struct run_options *options);

#endif
