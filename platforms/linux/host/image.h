/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starts an image as a child of the launcher and stands by it until it ends.
 *
 * The image gets no signal that was meant to be handled: everything but the synchronous faults is
 * blocked in it, and what the launcher receives reaches it through the control page. Each fault
 * stops the image first (ptrace) and is handed to `hooks->fault` with the process as it stood.
 * Where ptrace is not permitted the image runs all the same, no less isolated, without reports.
 *
 * One image per launcher process. Nothing of the image survives the launcher (PTRACE_O_EXITKILL,
 * PR_SET_PDEATHSIG).
 */
#ifndef PLATFORM_LINUX_IMAGE_H
#define PLATFORM_LINUX_IMAGE_H

#include "boot.h"
#include "control.h"
#include "stopped.h"

#include <stdbool.h>
#include <sys/types.h>

enum image_trace {
    IMAGE_TRACE,         /* report faults */
    IMAGE_TRACE_STOP,    /* report a fault and leave the image stopped for a debugger */
    IMAGE_TRACE_DEBUGGER /* stop the image at its first instruction, untraced, for a debugger */
};

struct image {
    const char *path;
    char *const *arguments;   /* argv of the image */
    char *const *environment; /* without FLEXOS_BOOT */
    enum image_trace trace;
    bool core_dump;
    unsigned stop_seconds; /* after SIGTERM or SIGINT: kill it when this time is over; 0 = never */

    /* set by image_start */
    pid_t pid;
    bool traced;
};

struct image_hooks {
    void *context;
    /* The image stands still at a fault. Returns the exit status that the launcher shall have. */
    int (*fault)(void *context, const struct stopped *stopped);
    /* A helper process (network, volume) has ended while the image runs. */
    void (*helper)(void *context, pid_t pid, int wait_status);
    /* One line for the user, without end of line. */
    void (*say)(void *context, const char *text);
};

/* Blocks the launcher's signals; call before helpers are forked. */
void image_block_signals(void);
/* For helpers: the mask that the launcher had before. */
void image_unblock_signals(void);

/* 0, or a negative errno with the failed step in *step. */
int image_start(struct image *image, const struct boot *boot, const struct image_hooks *hooks,
                const char **step);

/* Until the image has ended. Returns the launcher's exit status. */
int image_supervise(struct image *image, struct control *control, const struct image_hooks *hooks);

#endif
