/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

extern char **environ;

struct job {
    pid_t pid; /* 0: free */
    size_t number;
    char *output; /* file that takes what it prints */
};

struct jobs {
    struct job *job;
    size_t room, running;
    job_ended *ended;
    void *context;
};

static size_t width(void) {
    const char *wanted = getenv("FLEXOS_JOBS");
    long n = wanted != NULL ? strtol(wanted, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 256 ? 256 : (size_t)n;
}

struct jobs *jobs_start(const char *scratch, job_ended *ended, void *context) {
    struct jobs *jobs = xcalloc(1, sizeof *jobs);
    jobs->room = width();
    jobs->job = xcalloc(jobs->room, sizeof *jobs->job);
    jobs->ended = ended;
    jobs->context = context;
    for (size_t i = 0; i < jobs->room; i++) {
        jobs->job[i].output = xasprintf("%s.%zu.txt", scratch, i);
    }
    return jobs;
}

static void report(struct jobs *jobs, struct job *job, int status) {
    char *text = NULL;
    size_t size;
    if (file_read(job->output, 0, &text, &size) != 0) {
        text = xstrdup("");
    }
    jobs->running--;
    job->pid = 0;
    jobs->ended(jobs->context, job->number, WIFEXITED(status) && WEXITSTATUS(status) == 0, text);
    free(text);
}

/* Any of our children: the tool has no others while jobs run. */
static void wait_for_one(struct jobs *jobs) {
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    for (size_t i = 0; i < jobs->room && pid > 0; i++) {
        if (jobs->job[i].pid == pid) {
            report(jobs, &jobs->job[i], status);
            return;
        }
    }
    if (pid < 0 && errno == ECHILD) {
        jobs->running = 0; /* somebody else has waited for them */
    }
}

int jobs_add(struct jobs *jobs, size_t number, const char *const *argv) {
    posix_spawn_file_actions_t actions;
    while (jobs->running == jobs->room) {
        wait_for_one(jobs);
    }
    struct job *job = jobs->job;
    while (job->pid != 0) {
        job++;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, job->output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    int error = posix_spawnp(&job->pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        job->pid = 0;
        return -error;
    }
    job->number = number;
    jobs->running++;
    return 0;
}

void jobs_finish(struct jobs *jobs) {
    while (jobs->running > 0) {
        wait_for_one(jobs);
    }
    for (size_t i = 0; i < jobs->room; i++) {
        unlink(jobs->job[i].output);
        free(jobs->job[i].output);
    }
    free(jobs->job);
    free(jobs);
}
