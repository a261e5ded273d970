/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs compilers side by side: as many as there are processors, or FLEXOS_JOBS. What a job prints
 * is kept apart and handed over when it ends.
 */
#ifndef FLEXOS_TOOL_BUILD_JOBS_H
#define FLEXOS_TOOL_BUILD_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct jobs;

/* What a job did: its number, whether it succeeded, what it printed. */
typedef void job_ended(void *context, size_t number, bool succeeded, const char *output);

struct jobs *jobs_start(const char *scratch, job_ended *ended, void *context);

/* Starts argv as job `number`; waits for an earlier one first if there are enough. 0 or -errno. */
int jobs_add(struct jobs *jobs, size_t number, const char *const *argv);

/* Waits for those that still run and frees everything. */
void jobs_finish(struct jobs *jobs);

#endif
