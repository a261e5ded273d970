/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a program and waits for it. Standard input is /dev/null; what it prints is captured (both
 * streams without a deadlock) or passed on. Not for interactive programs or for running images.
 */
#ifndef FLEXOS_TOOL_UTIL_PROCESS_H
#define FLEXOS_TOOL_UTIL_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

struct process {
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
    const char *directory;   /* working directory, NULL: ours */
    const char *const *env;  /* NULL-terminated NAME=VALUE pairs added to ours, or NULL */
    bool pass_output;        /* standard output is passed on, not captured */
    bool pass_errors;        /* standard error likewise */

    /* results */
    int status; /* exit status; 128 + signal number when a signal ended it */
    char *out;  /* captured texts, terminated; freed by process_free */
    char *err;
    size_t out_size, err_size;
};

int process_run(struct process *process); /* 0 when it ran (see status), else a negative errno */
void process_free(struct process *process);

#endif
