/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gdb on an image that has been started and stopped at its first instruction: it attaches, so that
 * descriptors, arguments and environment are those of an ordinary run.
 */
#include "run/session.h"

#include "platforms/linux/host/image.h"
#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

pid_t debugger_start(const struct session *session, pid_t pid) {
    char *script = flexos_path("tool/run/gdb/flexos.py");
    char *source = xasprintf("source %s", script), *number = xasprintf("%d", pid);
    bool have_script = file_exists(script);
    pid_t child = fork();
    if (child == 0) {
        image_unblock_signals();
        /* SIGINT interrupts the image through gdb; nothing else of it is for the program. */
        const char *arguments[] = {"gdb",
                                   "-q",
                                   session->image,
                                   "-p",
                                   number,
                                   "-ex",
                                   "handle SIGSTOP nostop noprint nopass",
                                   "-ex",
                                   have_script ? source : "info program",
                                   NULL};
        execvp("gdb", (char *const *)(uintptr_t)arguments);
        session_say("gdb cannot be started: %s; install it: apt install gdb", strerror(errno));
        kill(pid, SIGKILL);
        _exit(1);
    }
    free(script);
    free(source);
    free(number);
    return child < 0 ? -errno : child;
}
