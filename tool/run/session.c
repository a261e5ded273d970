/* SPDX-License-Identifier: BSD-3-Clause */
/* A run on this host; see session.h. */
#include "run/session.h"

#include "platforms/linux/host/image.h"
#include "platforms/linux/host/network.h"
#include "platforms/linux/host/volume.h"
#include "run/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define MAX_VOLUMES 8 /* FLEXOS_VOLUME_MAX of flexos/platform.h */

struct native {
    struct session *session;
    struct control control;
    struct boot boot;
    struct helper network;
    int tap; /* descriptor or -1 */
    struct helper volumes[MAX_VOLUMES];
    size_t volume_count;
    pid_t debugger;
};

void session_say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("flexos: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void session_started(struct session *session) {
    if (session->started_fd >= 0) {
        ssize_t written = write(session->started_fd, "", 1);
        (void)written;
        close(session->started_fd);
        session->started_fd = -1;
    }
}

static void say(void *context, const char *text) {
    (void)context;
    session_say("%s", text);
}

static int report(void *context, const struct stopped *stopped) {
    struct session *session = ((struct native *)context)->session;
    struct fault fault;
    fflush(stdout);
    if (!session->program_opened) {
        int error = program_open(&session->program, session->image);
        if (error) {
            session_say("SIG%s in the image; no report, because %s cannot be read: %s",
                        sigabbrev_np(stopped->signal), session->image, strerror(-error));
            return FLEXOS_EXIT_FAULT;
        }
        session->program_opened = true;
    }
    fault_analyse(&fault, &session->program, stopped);
    report_text(stderr, &fault, session->options->registers);
    if (session->options->report) {
        int error = report_json(session->options->report, &fault);
        if (error) {
            session_say("%s: the report cannot be written: %s", session->options->report,
                        strerror(-error));
        }
    }
    return fault_exit_status(&fault);
}

static void helper_ended(void *context, pid_t pid, int status) {
    struct native *native = context;
    const char *what = NULL;
    if (pid == native->debugger) {
        native->debugger = 0;
        return;
    }
    if (pid == native->network.pid) {
        native->network.pid = 0;
        what = "network";
    }
    for (size_t i = 0; i < native->volume_count; i++) {
        if (pid == native->volumes[i].pid) {
            native->volumes[i].pid = 0;
            what = native->session->settings->volumes.v[i].guest;
        }
    }
    if (what) {
        session_say("the helper process for %s ended (%s %d); the image goes on without it", what,
                    WIFSIGNALED(status) ? "signal" : "status",
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

static int start_user_network(struct native *native) {
    const struct settings *settings = native->session->settings;
    char message[HELPER_MESSAGE];
    struct network_port *ports = calloc(settings->ports.n + 1, sizeof *ports);
    for (size_t i = 0; ports && i < settings->ports.n; i++) {
        const struct config_port *port = &settings->ports.v[i];
        ports[i] = (struct network_port){port->host_address, port->host, port->guest, port->udp};
    }
    int error =
        ports ? network_user_start(&native->network, ports, settings->ports.n, message) : -ENOMEM;
    free(ports);
    if (error) {
        session_say("%s", message);
        return error;
    }
    const struct boot_net net = {
        .fd = native->network.fd,
        .mtu = NETWORK_MTU,
        .mac = NETWORK_MAC,
        .address = NETWORK_USER_ADDRESS,
        .gateway = NETWORK_USER_GATEWAY,
        .dns = NETWORK_USER_DNS,
    };
    return boot_net(&native->boot, &net);
}

static int start_tap(struct native *native) {
    const struct settings *settings = native->session->settings;
    char message[HELPER_MESSAGE], name[16] = "";
    unsigned mtu;
    if (settings->tap) {
        strncpy(name, settings->tap, sizeof name - 1);
    }
    native->tap = network_tap_open(name, &mtu, message);
    if (native->tap < 0) {
        session_say("%s", message);
        return native->tap;
    }
    for (size_t i = 0; i < settings->ports.n; i++) {
        session_say("note: port %u is not forwarded: on a TAP interface clients connect to the "
                    "image's own address, port %u",
                    settings->ports.v[i].host, settings->ports.v[i].guest);
    }
    const struct boot_net net = {
        .fd = native->tap,
        .tap = true,
        .vnet = true,
        .mtu = mtu,
        .mac = NETWORK_MAC,
        .address = settings->address ? settings->address : "dhcp",
        .gateway = settings->gateway,
        .dns = settings->dns,
    };
    return boot_net(&native->boot, &net);
}

static int start_volumes(struct native *native) {
    const struct settings *settings = native->session->settings;
    char message[HELPER_MESSAGE];
    if (settings->volumes.n > MAX_VOLUMES) {
        session_say("%zu volumes; at most %d were expected", settings->volumes.n, MAX_VOLUMES);
        return -E2BIG;
    }
    for (size_t i = 0; i < settings->volumes.n; i++) {
        const struct config_volume *volume = &settings->volumes.v[i];
        struct helper *helper = &native->volumes[i];
        int error = volume_start(helper, volume->host, volume->read_only, message);
        if (error) {
            session_say("volume %s:%s: %s", volume->host, volume->guest, message);
            return error;
        }
        native->volume_count++;
        error = boot_volume(&native->boot, helper->fd, volume->read_only, volume->guest);
        if (error) {
            session_say("volume %s:%s: the path is too long", volume->host, volume->guest);
            return error;
        }
    }
    return 0;
}

static int start_devices(struct native *native) {
    const struct settings *settings = native->session->settings;
    int error = control_create(&native->control);
    if (error) {
        session_say("the control page cannot be made: %s", strerror(-error));
        return error;
    }
    error = boot_init(&native->boot, native->control.page_fd, native->control.wake_fd);
    if (!error && native->session->peek.has_network && settings->net == NET_USER) {
        error = start_user_network(native);
    } else if (!error && native->session->peek.has_network && settings->net == NET_TAP) {
        error = start_tap(native);
    }
    return error ? error : start_volumes(native);
}

static void stop_devices(struct native *native) {
    helper_stop(&native->network);
    for (size_t i = 0; i < native->volume_count; i++) {
        helper_stop(&native->volumes[i]);
    }
    if (native->tap >= 0) {
        close(native->tap);
    }
    if (native->debugger > 0) {
        waitpid(native->debugger, NULL, 0);
    }
    control_destroy(&native->control);
}

/* argv of the image: its name, the configuration's arguments, the command line's. */
static void collect_arguments(const struct session *session, struct strings *arguments) {
    vec_push(arguments, session->settings->name ? session->settings->name : session->image);
    for (size_t i = 0; i < session->settings->cmdline.n; i++) {
        vec_push(arguments, session->settings->cmdline.v[i]);
    }
    for (int i = 0; i < session->options->build.rest_count; i++) {
        vec_push(arguments, session->options->build.rest[i]);
    }
    vec_push(arguments, NULL);
}

/* Only what --env names, and what programs on a terminal need: an image starts the same everywhere.
 */
static void collect_environment(const struct session *session, struct strings *environment) {
    static const char *const passed[] = {"TERM", "TZ"};
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
        const char *value = getenv(passed[i]);
        if (value) {
            vec_push(environment, xasprintf("%s=%s", passed[i], value));
        }
    }
    for (size_t i = 0; i < session->options->environment.n; i++) {
        const char *word = session->options->environment.v[i];
        const char *value = strchr(word, '=') ? NULL : getenv(word);
        if (strchr(word, '=')) {
            vec_push(environment, word);
        } else if (value) {
            vec_push(environment, xasprintf("%s=%s", word, value));
        }
    }
    vec_push(environment, NULL);
}

static int run_image(struct native *native) {
    struct session *session = native->session;
    const struct image_hooks hooks = {
        .context = native, .fault = report, .helper = helper_ended, .say = say};
    struct strings arguments = {0}, environment = {0};
    const char *step;
    collect_arguments(session, &arguments);
    collect_environment(session, &environment);
    struct image image = {
        .path = session->image,
        .arguments = (char *const *)arguments.v,
        .environment = (char *const *)environment.v,
        .trace = session->options->gdb             ? IMAGE_TRACE_DEBUGGER
                 : session->options->stop_on_fault ? IMAGE_TRACE_STOP
                                                   : IMAGE_TRACE,
        .core_dump = session->options->core,
        .stop_seconds = session->options->stop_seconds,
    };
    fflush(stdout);
    fflush(stderr);
    int status = FLEXOS_EXIT_REFUSED;
    int error = image_start(&image, &native->boot, &hooks, &step);
    if (error) {
        session_say("%s cannot be started: %s: %s", session->image, step, strerror(-error));
    } else {
        if (session->options->gdb) {
            native->debugger = debugger_start(session, image.pid);
        }
        session_started(session);
        status = image_supervise(&image, &native->control, &hooks);
    }
    vec_free(&arguments);
    vec_free(&environment);
    return status;
}

int session_run_native(struct session *session) {
    static struct native native;
    native = (struct native){.session = session, .network.fd = -1, .tap = -1};
    struct termios terminal;
    bool have_terminal = tcgetattr(STDIN_FILENO, &terminal) == 0;
    int status = FLEXOS_EXIT_REFUSED;

    image_block_signals();
    if (start_devices(&native) == 0) {
        announce_start(session, NULL);
        status = run_image(&native);
    }
    stop_devices(&native);
    if (session->program_opened) {
        program_close(&session->program);
    }
    if (have_terminal) {
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
    }
    return status;
}
