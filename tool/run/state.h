/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The running images of this user: one small file for each in $XDG_RUNTIME_DIR/flexos or
 * /tmp/flexos-UID. A launcher holds a lock on its file as long as it lives, so the file of one that
 * crashed is recognised, and removed by whoever looks next.
 */
#ifndef FLEXOS_TOOL_RUN_STATE_H
#define FLEXOS_TOOL_RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define STATE_NAME 64

struct state_entry {
    char name[STATE_NAME];
    pid_t pid; /* of the launcher */
    char *image;
    char *log;         /* NULL: its console is a terminal */
    char *ports;       /* "127.0.0.1:6379->6379" ... or "" */
    char *mode;        /* "native" or "emulated" */
    long long started; /* seconds since 1970 */
};

struct state {
    char *path; /* NULL: not registered */
    int fd;
};

/*
 * Registers this process. entry->name is what is wanted; NAME-2, NAME-3, ... is chosen when it is
 * taken, unless `exact`. 0 or a negative errno (-EEXIST: taken).
 */
int state_register(struct state *state, struct state_entry *entry, bool exact);
void state_remove(struct state *state);

/* The running images, sorted by name; the caller's to free by state_free. */
struct state_entry *state_list(size_t *count);
void state_free(struct state_entry *entries, size_t count);

/* Whether the launcher of this entry still runs. */
bool state_alive(const struct state_entry *entry);

/* Where the console of a detached image is written; allocated. */
char *state_log_path(const char *name);

#endif
