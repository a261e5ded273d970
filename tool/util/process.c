/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/str.h"

/* In the child: never returns. The reason of a failed exec goes to REPORT as an errno. */
static void child(const struct process *process, int out, int err, int report) {
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    if (!process->pass_output) {
        dup2(out, 1);
    }
    if (!process->pass_errors) {
        dup2(err, 2);
    }
    if (process->directory == NULL || chdir(process->directory) == 0) {
        for (const char *const *e = process->env; e != NULL && *e != NULL; e++) {
            putenv((char *)*e);
        }
        execvp(process->argv[0], (char *const *)process->argv);
    }
    int error = errno;
    if (write(report, &error, sizeof error) < 0) {
        _exit(126);
    }
    _exit(127);
}

/* Reads both streams until both are closed. */
static void collect(int fds[2], struct strbuf text[2]) {
    struct pollfd polls[2] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}};
    char buffer[16 * 1024];
    while (polls[0].fd >= 0 || polls[1].fd >= 0) {
        if (poll(polls, 2, -1) < 0) {
            continue; /* interrupted */
        }
        for (int i = 0; i < 2; i++) {
            if (polls[i].fd < 0 || polls[i].revents == 0) {
                continue;
            }
            ssize_t n = read(polls[i].fd, buffer, sizeof buffer);
            if (n > 0) {
                sb_add_n(&text[i], buffer, (size_t)n);
            } else if (n == 0 || errno != EINTR) {
                polls[i].fd = -1;
            }
        }
    }
}

static int wait_for(pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_run(struct process *process) {
    int out[2], err[2], report[2];
    if (pipe2(out, O_CLOEXEC) != 0) {
        return -errno;
    }
    if (pipe2(err, O_CLOEXEC) != 0) {
        int error = -errno;
        close(out[0]), close(out[1]);
        return error;
    }
    if (pipe2(report, O_CLOEXEC) != 0) {
        int error = -errno;
        close(out[0]), close(out[1]), close(err[0]), close(err[1]);
        return error;
    }
    pid_t pid = fork();
    int error = pid < 0 ? -errno : 0;
    if (pid == 0) {
        child(process, out[1], err[1], report[1]);
    }
    close(out[1]), close(err[1]), close(report[1]);
    if (pid > 0) {
        struct strbuf text[2] = {{0}, {0}};
        int cause = 0;
        collect((int[2]){out[0], err[0]}, text);
        if (read(report[0], &cause, sizeof cause) == (ssize_t)sizeof cause) {
            error = -cause;
        }
        process->status = wait_for(pid);
        process->out_size = text[0].n;
        process->err_size = text[1].n;
        process->out = sb_take(&text[0]);
        process->err = sb_take(&text[1]);
    }
    close(out[0]), close(err[0]), close(report[0]);
    return error;
}

void process_free(struct process *process) {
    free(process->out);
    free(process->err);
    process->out = process->err = NULL;
}
