/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos logs: the console of an image that runs, or ran last, in the background. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "run/state.h"

/* Copies what there is beyond what was shown. */
static bool copy(int fd) {
    char buffer[65536];
    ssize_t size;
    while ((size = read(fd, buffer, sizeof buffer)) > 0) {
        if (fwrite(buffer, 1, (size_t)size, stdout) != (size_t)size) {
            return false;
        }
    }
    return fflush(stdout) == 0 && size == 0;
}

static int show(const char *path, const struct state_entry *running, bool follow) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "flexos logs: %s: %s\n", path, strerror(errno));
        return EXIT_FAILED;
    }
    bool alive, good;
    do {
        alive = follow && running && state_alive(running);
        good = copy(fd);
        if (alive) {
            nanosleep(&(struct timespec){0, 100000000}, NULL);
        }
    } while (alive && good);
    close(fd);
    return good ? EXIT_DONE : EXIT_FAILED;
}

int cmd_logs(int argc, char **argv) {
    bool follow = false;
    const char *name = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-f") == 0 || strcmp(argv[i], "--follow") == 0) {
            follow = true;
        } else if (argv[i][0] == '-' || name) {
            name = NULL;
            break;
        } else {
            name = argv[i];
        }
    }
    if (!name || strchr(name, '/')) {
        fputs("usage: flexos logs NAME [-f]; `flexos ps` lists the names\n", stderr);
        return EXIT_USAGE;
    }
    size_t count;
    struct state_entry *list = state_list(&count), *running = NULL;
    for (size_t i = 0; i < count; i++) {
        running = strcmp(list[i].name, name) == 0 ? &list[i] : running;
    }
    char *path = state_log_path(name);
    int status;
    if (running && !running->log) {
        fprintf(stderr,
                "flexos logs: the console of %s is the terminal of process %d; run it with "
                "--detach to keep a log\n",
                name, running->pid);
        status = EXIT_FAILED;
    } else if (!running && access(path, R_OK) != 0) {
        fprintf(stderr,
                "flexos logs: no image named %s runs or ran in the background; `flexos ps` "
                "lists those that run\n",
                name);
        status = EXIT_FAILED;
    } else {
        status = show(running ? running->log : path, running, follow);
    }
    free(path);
    state_free(list, count);
    return status;
}
