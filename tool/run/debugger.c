/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * gdb on an image that has been started and stopped at its first instruction: it attaches, so that
 * descriptors, arguments and environment are those of an ordinary run. An isolated image runs on to
 * flexos_start, where its first compartment begins.
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

static void command(struct strings *arguments, const char *text) {
    vec_push(arguments, "-ex");
    vec_push(arguments, text);
}

pid_t debugger_start(const struct session *session, pid_t pid) {
    char *script = flexos_path("tool/run/gdb/flexos.py");
    char *source = xasprintf("source %s", script), *number = xasprintf("%d", pid);
    bool have_script = file_exists(script);
    pid_t child = fork();
    if (child == 0) {
        image_unblock_signals();
        struct strings arguments = {0};
        const char *const first[] = {"gdb", "-q", session->image, "-p", number};
        for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
            vec_push(&arguments, first[i]);
        }
        command(&arguments, "handle SIGSTOP nostop noprint nopass");
        if (have_script) {
            command(&arguments, source);
        }
        if (session->peek.have_layout && session->peek.layout.mechanism) {
            /* Past the self-test, in which a process of the image faults on purpose. */
            command(&arguments, "handle SIGSEGV nostop noprint pass");
            command(&arguments, "tbreak flexos_start");
            command(&arguments, "continue");
            command(&arguments, "handle SIGSEGV stop print pass");
        }
        vec_push(&arguments, NULL);
        execvp("gdb", (char *const *)arguments.v);
        session_say("gdb cannot be started: %s; install it: apt install gdb", strerror(errno));
        kill(pid, SIGKILL);
        _exit(1);
    }
    free(script);
    free(source);
    free(number);
    return child < 0 ? -errno : child;
}
