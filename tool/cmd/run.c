/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos run: builds if needed, chooses where the image runs, runs it there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "flexos/limits.h"
#include "platforms/linux/host/keys.h"
#include "run/session.h"
#include "util/file.h"

static bool is_program(const char *path) {
    char magic[4] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool elf = fd >= 0 && read(fd, magic, 4) == 4 && memcmp(magic, "\177ELF", 4) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return elf;
}

/* The image, built when a configuration was named, and its settings. NULL after a message. */
static char *prepare(struct run_options *options, struct settings *settings) {
    const char *target = options->build.config;
    char *image;
    if (is_program(target)) {
        image = realpath(target, NULL);
        int error = settings_load(settings, image);
        if (error) {
            session_say("%s.run.json cannot be read: %s; build the image again", image,
                        strerror(-error));
            return NULL;
        }
        if (!settings->name) {
            settings->name = path_base(image);
        }
        return image;
    }
    struct config *config;
    image = build_image(&options->build, &config);
    if (image) {
        settings_from_config(settings, config);
        config_free(config);
    }
    return image;
}

static bool bad(const char *option, const char *value, const char *expected) {
    if (expected) {
        fprintf(stderr, "flexos run: %s %s: %s\n", option, value, expected);
    }
    return expected != NULL;
}

/* The command line over the configuration. */
static bool override(const struct run_options *options, struct settings *settings) {
    for (size_t i = 0; i < options->ports.n; i++) {
        const char *text = options->ports.v[i];
        if (bad("--port", text, settings_add_port(settings, text))) {
            return false;
        }
    }
    for (size_t i = 0; i < options->volumes.n; i++) {
        const char *text = options->volumes.v[i];
        if (bad("--volume", text, settings_add_volume(settings, text))) {
            return false;
        }
    }
    return !options->net || !bad("--net", options->net, settings_set_net(settings, options->net));
}

static char *ports_text(const struct settings *settings) {
    char *text = xstrdup("");
    for (size_t i = 0; i < settings->ports.n; i++) {
        const struct config_port *port = &settings->ports.v[i];
        char *more = xasprintf("%s%s%s:%u->%u%s", text, *text ? " " : "", port->host_address,
                               port->host, port->guest, port->udp ? "/udp" : "");
        free(text);
        text = more;
    }
    return text;
}

static int name_taken(const char *name) {
    session_say("an image named %s is running already; stop it (flexos stop %s) or choose another "
                "--name",
                name, name);
    return FLEXOS_EXIT_REFUSED;
}

/* What the settings ask for and the image cannot use is said, and left out. */
static void drop_unused(struct session *session) {
    struct settings *settings = session->settings;
    if (settings->ports.n && !session->peek.has_network) {
        session_say("note: no port is forwarded, since the image holds no network library; add "
                    "`- lwip: COMPARTMENT` to `libraries` of the configuration");
        settings->ports.n = 0;
    }
    if (settings->volumes.n && !session->peek.has_volumes) {
        session_say("note: the image does not see its volumes, since it holds no library for them; "
                    "add `- volume: COMPARTMENT` to `libraries` of the configuration");
        settings->volumes.n = 0;
    }
}

static int run_session(struct session *session) {
    const char *why = NULL;
    bool keys =
        session->peek.have_layout && session->peek.layout.mechanism == FLEXOS_MECHANISM_INTEL_MPK;
    bool native = !keys || keys_enforced(&why);
    struct state_entry *entry = &session->entry;

    drop_unused(session);
    entry->image = xstrdup(session->image);
    entry->ports = session->peek.has_network ? ports_text(session->settings) : xstrdup("");
    entry->mode = xstrdup(native ? "native" : "emulated");
    entry->started = time(NULL);
    int error = state_register(&session->state, entry, session->options->name != NULL);
    if (error == -EEXIST) {
        return name_taken(entry->name);
    }
    if (error) {
        session_say("note: `flexos ps` will not show this image: its state cannot be written: %s",
                    strerror(-error));
    }
    int status = native ? session_run_native(session) : session_run_emulated(session, why);
    state_remove(&session->state);
    announce_end(session, status);
    return status;
}

/* The foreground part of --detach: waits until the image runs or has failed to. */
static int wait_for_start(pid_t pid, int started, const struct state_entry *entry) {
    char byte;
    ssize_t size;
    while ((size = read(started, &byte, 1)) < 0 && errno == EINTR) {
    }
    if (size == 1) {
        printf("%s: running in the background\nNext: flexos logs %s; flexos stop %s\n", entry->name,
               entry->name, entry->name);
        return EXIT_DONE;
    }
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    char *text;
    size_t length;
    if (file_read(entry->log, 1u << 20, &text, &length) == 0) {
        fputs(text, stderr);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : FLEXOS_EXIT_REFUSED;
}

static bool is_running(const char *name) {
    size_t count;
    struct state_entry *running = state_list(&count);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        found |= strcmp(running[i].name, name) == 0;
    }
    state_free(running, count);
    return found;
}

/* Continues in a process of its own session; the name is fixed before, so that it can be told. */
static int detach(struct session *session) {
    struct state_entry *entry = &session->entry;
    int pipe_ends[2];
    char wanted[STATE_NAME - 8];
    if (session->options->name && is_running(entry->name)) {
        return name_taken(entry->name);
    }
    snprintf(wanted, sizeof wanted, "%.50s", entry->name);
    for (int number = 2; is_running(entry->name); number++) {
        snprintf(entry->name, sizeof entry->name, "%.50s-%d", wanted, number);
    }
    entry->log = state_log_path(entry->name);
    char *folder = path_directory(entry->log);
    file_make_directories(folder);
    free(folder);
    int log = open(entry->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || pipe2(pipe_ends, O_CLOEXEC)) {
        session_say("%s: the log cannot be made: %s", entry->log, strerror(errno));
        return FLEXOS_EXIT_REFUSED;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid != 0) {
        close(pipe_ends[1]);
        close(log);
        return pid < 0 ? FLEXOS_EXIT_REFUSED : wait_for_start(pid, pipe_ends[0], entry);
    }
    close(pipe_ends[0]);
    setsid();
    int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    close(null);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close(log);
    session->started_fd = pipe_ends[1];
    _exit(run_session(session));
}

int cmd_run(int argc, char **argv) {
    struct run_options options;
    struct settings settings = {0};
    struct session session = {.options = &options, .settings = &settings, .started_fd = -1};
    bool go_on;
    int status = run_options_parse(&options, argc, argv, &go_on);
    if (!go_on) {
        return status;
    }
    char *image = prepare(&options, &settings);
    if (!image) {
        return EXIT_FAILED;
    }
    if (!override(&options, &settings)) {
        return EXIT_USAGE;
    }
    int error = peek_image(&session.peek, image);
    if (error) {
        session_say("%s is not an image: %s; build it with `flexos build CONFIG`", image,
                    strerror(-error));
        return FLEXOS_EXIT_REFUSED;
    }
    session.image = image;
    snprintf(session.entry.name, sizeof session.entry.name, "%s",
             options.name ? options.name : settings.name);
    status = options.detach ? detach(&session) : run_session(&session);
    free(image);
    settings_free(&settings);
    run_options_free(&options);
    return status;
}
