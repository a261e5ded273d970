/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A run in the emulated machine of emulate/, for hosts without protection keys: `flexos run` of the
 * same image inside it, ports forwarded from outside to it. Signals go to the machine's launcher,
 * which passes them on; those of the terminal reach it by themselves.
 */
#include "run/session.h"

#include "flexos/limits.h"
#include "platforms/linux/host/image.h"
#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void add2(struct strings *command, const char *option, char *value) {
    vec_push(command, option);
    vec_push(command, value);
}

static void share_folder_of(struct strings *command, const char *path) {
    char *real = realpath(path, NULL);
    char *folder = path_directory(real ? real : path);
    add2(command, "--share", folder);
    free(real);
}

/* Options of the machine. False after a message. */
static bool machine_options(const struct session *session, struct strings *command) {
    const struct settings *settings = session->settings;
    share_folder_of(command, session->image);
    for (size_t i = 0; i < settings->volumes.n; i++) {
        add2(command, "--share", xstrdup(settings->volumes.v[i].host));
    }
    if (session->options->report) {
        char *folder = path_directory(session->options->report);
        char *real = realpath(folder, NULL);
        add2(command, "--share", real ? real : xstrdup(folder));
        free(folder);
    }
    if (session->peek.has_network && settings->net == NET_TAP) {
        session_say(
            "net: tap does not reach into the emulated machine; use net: user (--net user)");
        return false;
    }
    for (size_t i = 0; session->peek.has_network && i < settings->ports.n; i++) {
        const struct config_port *port = &settings->ports.v[i];
        if (port->udp) {
            session_say("UDP port %u is not forwarded into the emulated machine", port->host);
        } else {
            add2(command, "--forward", xasprintf("%u:%u", port->host, port->host));
        }
    }
    return true;
}

/* The same run inside. Volumes and ports are given again, as absolute paths and all addresses. */
static void inner_command(const struct session *session, struct strings *command) {
    const struct run_options *options = session->options;
    const struct settings *settings = session->settings;
    vec_push(command, "--");
    vec_push(command, xasprintf("%s/tool/flexos", flexos_build()));
    vec_push(command, "run");
    vec_push(command, realpath(session->image, NULL));
    vec_push(command, "--quiet");
    add2(command, "--net", xstrdup(settings->net == NET_NONE ? "none" : "user"));
    for (size_t i = 0; i < settings->ports.n; i++) {
        const struct config_port *port = &settings->ports.v[i];
        add2(command, "-p",
             xasprintf("0.0.0.0:%u:%u%s", port->host, port->guest, port->udp ? "/udp" : ""));
    }
    for (size_t i = 0; i < settings->volumes.n; i++) {
        const struct config_volume *volume = &settings->volumes.v[i];
        add2(command, "-v",
             xasprintf("%s:%s%s", volume->host, volume->guest, volume->read_only ? ":ro" : ""));
    }
    for (size_t i = 0; i < options->environment.n; i++) {
        const char *word = options->environment.v[i];
        const char *value = strchr(word, '=') ? "" : getenv(word);
        if (value) {
            add2(command, "-e",
                 strchr(word, '=') ? xstrdup(word) : xasprintf("%s=%s", word, value));
        }
    }
    if (options->registers) {
        vec_push(command, "--registers");
    }
    if (options->report) {
        char *folder = path_directory(options->report), *real = realpath(folder, NULL);
        add2(command, "--report", path_join(real ? real : folder, path_base(options->report)));
    }
    if (options->stop_seconds) {
        add2(command, "--stop-timeout", xasprintf("%u", options->stop_seconds));
    }
    if (options->build.rest_count) {
        vec_push(command, "--");
    }
    for (int i = 0; i < options->build.rest_count; i++) {
        vec_push(command, options->build.rest[i]);
    }
    vec_push(command, NULL);
}

/* Passes signals on until the machine's launcher has ended; its exit status. */
static int stand_by(pid_t pid) {
    sigset_t all;
    sigfillset(&all);
    for (;;) {
        siginfo_t info;
        int number = sigwaitinfo(&all, &info), status;
        if (number == SIGTSTP) {
            raise(SIGSTOP);
        } else if (number > 0 && number != SIGCHLD && number != SIGCONT && info.si_code <= 0) {
            kill(pid, number); /* the terminal's own signals have si_code SI_KERNEL */
        }
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
}

int session_run_emulated(struct session *session, const char *why) {
    char *machine = flexos_path("emulate/run"), *mode;
    if (!file_exists(machine)) {
        session_say("%s, and the emulated machine is missing (%s); remedy: run it on a host with "
                    "protection keys, or set `mechanism: none`",
                    why, machine);
        free(machine);
        return FLEXOS_EXIT_REFUSED;
    }
    if (session->options->gdb || session->options->stop_on_fault || session->options->core) {
        session_say("%s, and --gdb, --stop-on-fault and --core do not reach into the emulated "
                    "machine; remedy: emulate/run -- ./flexos run %s ...",
                    why, session->image);
        free(machine);
        return FLEXOS_EXIT_REFUSED;
    }
    struct strings command = {0};
    vec_push(&command, machine);
    if (!machine_options(session, &command)) {
        return FLEXOS_EXIT_REFUSED;
    }
    inner_command(session, &command);
    image_block_signals();
    mode = xasprintf("%s, so the image runs in the emulated machine (emulate/): isolated, but slow",
                     why);
    announce_start(session, mode);
    fflush(stderr);
    pid_t pid = fork();
    if (pid == 0) {
        image_unblock_signals();
        execv(machine, (char *const *)command.v);
        session_say("%s: %s", machine, strerror(errno));
        _exit(FLEXOS_EXIT_REFUSED);
    }
    free(mode);
    if (pid < 0) {
        session_say("no process can be made: %s", strerror(errno));
        return FLEXOS_EXIT_REFUSED;
    }
    session_started(session);
    int status = stand_by(pid);
    vec_free(&command);
    return status;
}
