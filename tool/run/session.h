/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One run of an image: the helpers that it needs, the image itself, what the user is told before
 * and after, and that nothing of it is left when it is over.
 */
#ifndef FLEXOS_TOOL_RUN_SESSION_H
#define FLEXOS_TOOL_RUN_SESSION_H

#include "run/options.h"
#include "run/peek.h"
#include "run/program.h"
#include "run/settings.h"
#include "run/state.h"

struct session {
    const struct run_options *options;
    const char *image;
    struct settings *settings;
    struct peek peek;
    struct program program; /* opened at the first fault */
    bool program_opened;
    struct state state;
    struct state_entry entry;
    int started_fd; /* --detach: written once the image runs; else -1 */
};

/* A line of the launcher on stderr. */
void session_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Both return the exit status of `flexos run`. */
int session_run_native(struct session *session);
int session_run_emulated(struct session *session, const char *why);

/* Tells `flexos run -d` that waits in the foreground that the image runs. */
void session_started(struct session *session);

/* What is shared and how to connect, before the image starts; what to type next, after it ended. */
void announce_start(const struct session *session, const char *mode);
void announce_end(const struct session *session, int status);

/* gdb on the image with process id `pid`; returns its process id, or a negative errno. */
pid_t debugger_start(const struct session *session, pid_t pid);

#endif
