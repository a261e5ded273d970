/* Carries the command's streams, signals and status between this process and
 * the machine. Everything is polled, so that a slow reader of the output does
 * not hold up a signal. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* A boot takes two or three seconds, on a busy host perhaps twenty. */
enum { BOOT_SECONDS = 120, GRACE_SECONDS = 10 };

struct relay {
    const struct options *options;
    struct machine *machine;
    struct frame_writer *to_control;
    struct frame_writer to_stream;
    struct frame_reader from_stream;
    int signals;
    bool input_open;
    bool started;
    struct frame output;   /* what is left to write of the current frame */
    bool output_pending;
    bool output_closed[3];
    double began, deadline;
    bool timed_out;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void put_number(struct relay *relay, enum frame_type type, uint32_t number)
{
    frame_put(relay->to_control, type, &number, sizeof number);
}

static int failed(const struct relay *relay, const char *what)
{
    fprintf(stderr, "emulate: %s\n", what);
    machine_show_log(relay->machine, false);
    return STATUS_FAILURE;
}

static int open_signals(void)
{
    static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++)
        sigaddset(&set, forwarded[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        launch_fail("cannot receive signals: %s", strerror(errno));
    return fd;
}

/* Sends a signal inside. One that would have ended the command, had it run
 * already, ends the machine: an exit status. Otherwise -1. */
static int take_signal(struct relay *relay)
{
    struct signalfd_siginfo info;
    if (read(relay->signals, &info, sizeof info) != (ssize_t)sizeof info)
        return -1;
    int number = (int)info.ssi_signo;
    if (!relay->started)
        return 128 + number;
    put_number(relay, FRAME_SIGNAL, (uint32_t)number);
    return -1;
}

static void take_input(struct relay *relay)
{
    unsigned char chunk[FRAME_CHUNK];
    ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0)
        relay->input_open = false;
    frame_put(&relay->to_stream, FRAME_STDIN, chunk, got > 0 ? (size_t)got : 0);
}

/* Takes frames until one has output to write. An exit status, or -1. */
static int take_frames(struct relay *relay)
{
    struct frame frame;
    while (!relay->output_pending && frame_take(&relay->from_stream, &frame)) {
        switch (frame.type) {
        case FRAME_READY:
            describe_start(relay->to_control);
            break;
        case FRAME_STARTED:
            relay->started = true;
            if (relay->options->verbose)
                fprintf(stderr, "emulate: the command started after %.2f s\n",
                        now() - relay->began);
            break;
        case FRAME_STDOUT:
        case FRAME_STDERR:
            relay->output = frame;
            relay->output_pending = !relay->output_closed[frame.type == FRAME_STDOUT ? 1 : 2];
            break;
        case FRAME_EXIT:
            if (relay->options->verbose)
                machine_show_log(relay->machine, true);
            return relay->timed_out ? STATUS_TIMEOUT : (int)frame_number(&frame);
        case FRAME_FAILURE:
            fprintf(stderr, "emulate: in the machine: %.*s\n", (int)frame.length,
                    (const char *)frame.payload);
            return STATUS_FAILURE;
        default:
            return failed(relay, "unexpected message from the machine");
        }
    }
    return -1;
}

/* Writes at most PIPE_BUF bytes: so much a pipe that polls writable takes
 * without blocking. */
static void write_output(struct relay *relay)
{
    int fd = relay->output.type == FRAME_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
    size_t length = relay->output.length < 4096 ? relay->output.length : 4096;
    ssize_t put = write(fd, relay->output.payload, length);
    if (put < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (put < 0) {
        /* Let the command meet the closed pipe itself, as it would here. */
        relay->output_closed[fd] = true;
        put_number(relay, FRAME_READER_GONE, (uint32_t)fd);
        relay->output_pending = false;
        return;
    }
    relay->output.payload += put;
    relay->output.length -= (size_t)put;
    relay->output_pending = relay->output.length > 0;
}

/* Acts when a deadline has passed: boot, then --timeout, then its grace. */
static int check_deadline(struct relay *relay)
{
    if (relay->options->timeout > 0 && !relay->timed_out &&
        now() - relay->began >= relay->options->timeout) {
        fprintf(stderr, "emulate: stopped after --timeout %u s\n", relay->options->timeout);
        relay->timed_out = true;
        if (!relay->started) {
            failed(relay, "the command had not started by then");
            return STATUS_TIMEOUT;
        }
        put_number(relay, FRAME_SIGNAL, SIGTERM);
        relay->deadline = now() + GRACE_SECONDS;
    }
    if (relay->timed_out && now() >= relay->deadline)
        return STATUS_TIMEOUT;
    if (!relay->started && now() - relay->began >= BOOT_SECONDS)
        return failed(relay, "the machine did not start the command in 120 s");
    return -1;
}

static int step(struct relay *relay)
{
    enum { SIGNALS, INPUT, CONTROL, STREAM, OUTPUT, COUNT };
    bool sending = frame_pending(&relay->to_stream);
    int output = relay->output.type == FRAME_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
    short stream_events = (short)((sending ? POLLOUT : 0) |
                                  (relay->output_pending ? 0 : POLLIN));
    struct pollfd states[COUNT] = {
        [SIGNALS] = {.fd = relay->signals, .events = POLLIN},
        [INPUT] = {.fd = relay->input_open && relay->started && !sending ? STDIN_FILENO : -1,
                   .events = POLLIN},
        [CONTROL] = {.fd = frame_pending(relay->to_control) ? relay->machine->control : -1,
                     .events = POLLOUT},
        [STREAM] = {.fd = stream_events != 0 ? relay->machine->stream : -1,
                    .events = stream_events},
        [OUTPUT] = {.fd = relay->output_pending ? output : -1, .events = POLLOUT},
    };
    poll(states, COUNT, 250);

    int status = -1;
    if (states[SIGNALS].revents)
        status = take_signal(relay);
    if (status < 0)
        status = check_deadline(relay);
    if (status < 0 && states[INPUT].revents)
        take_input(relay);
    if (status < 0 && states[OUTPUT].revents)
        write_output(relay);
    /* The pending output lies in the reader's buffer, so no reading before it
     * is written; and what is buffered comes before the stream's end. */
    if (status < 0)
        status = take_frames(relay);
    if (status < 0 && !relay->output_pending && states[STREAM].revents & (POLLIN | POLLHUP) &&
        !frame_read(&relay->from_stream, relay->machine->stream))
        status = failed(relay, relay->started
                        ? "the machine stopped while the command ran"
                        : "the machine stopped before the command ran");
    if (status < 0)
        status = take_frames(relay);
    frame_flush(relay->to_control, relay->machine->control);
    frame_flush(&relay->to_stream, relay->machine->stream);
    return status;
}

int relay_run(struct machine *machine, const struct options *options,
              struct frame_writer *control)
{
    struct relay relay = {
        .options = options,
        .machine = machine,
        .to_control = control,
        .signals = open_signals(),
        .input_open = true,
        .began = now(),
    };
    int status = -1;
    while (status < 0)
        status = step(&relay);
    return status;
}
