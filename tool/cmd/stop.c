/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos stop: asks a running image to end, and ends it when it does not. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "run/state.h"

#define DEFAULT_SECONDS 10

static void pause_ms(long ms) {
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static bool wait_end(const struct state_entry *entry, long ms) {
    for (; state_alive(entry); ms -= 20) {
        if (ms <= 0) {
            return false;
        }
        pause_ms(20);
    }
    return true;
}

/* The launcher passes SIGTERM on; without it nothing of the image lives. */
static int stop(const struct state_entry *entry, long seconds) {
    if (kill(entry->pid, SIGTERM) && errno != ESRCH) {
        fprintf(stderr, "flexos stop: %s (process %d): %s\n", entry->name, entry->pid,
                strerror(errno));
        return EXIT_FAILED;
    }
    if (wait_end(entry, seconds * 1000)) {
        printf("%s has ended\n", entry->name);
        return EXIT_DONE;
    }
    kill(entry->pid, SIGKILL);
    if (!wait_end(entry, 5000)) {
        fprintf(stderr, "flexos stop: %s (process %d) cannot be killed\n", entry->name, entry->pid);
        return EXIT_FAILED;
    }
    printf("%s was killed: it did not end within %ld seconds (--timeout SECONDS waits longer)\n",
           entry->name, seconds);
    return EXIT_DONE;
}

static int usage(void) {
    fputs("usage: flexos stop NAME...|--all [--timeout SECONDS]; `flexos ps` lists the names\n",
          stderr);
    return EXIT_USAGE;
}

static int stop_named(const char *name, const struct state_entry *list, size_t count,
                      long seconds) {
    const char *names[count + 1];
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return stop(&list[i], seconds);
        }
        names[i] = list[i].name;
    }
    const char *near = diag_nearest(name, names, count);
    fprintf(stderr, "flexos stop: no image named %s is running%s%s%s\n", name,
            near ? "; did you mean " : "; `flexos ps` lists them", near ? near : "",
            near ? "?" : "");
    return EXIT_FAILED;
}

int cmd_stop(int argc, char **argv) {
    long seconds = DEFAULT_SECONDS;
    bool all = false;
    int names = 0, status = EXIT_DONE;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--timeout") == 0 && i + 1 < argc) {
            char *end;
            seconds = strtol(argv[++i], &end, 10);
            if (*end != '\0' || seconds < 0 || seconds > 86400) {
                return usage();
            }
        } else if (strcmp(argv[i], "--all") == 0) {
            all = true;
        } else if (argv[i][0] == '-') {
            return usage();
        } else {
            argv[++names] = argv[i];
        }
    }
    if (all == (names > 0)) {
        return usage();
    }
    size_t count;
    struct state_entry *list = state_list(&count);
    for (size_t i = 0; all && i < count; i++) {
        status |= stop(&list[i], seconds);
    }
    for (int i = 1; i <= names; i++) {
        status |= stop_named(argv[i], list, count, seconds);
    }
    state_free(list, count);
    return status;
}
