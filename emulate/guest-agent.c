/* Runs the command as the child of PID 1 and relays its streams, its signals
 * and its status. Everything is polled: a stream whose reader is slow must
 * not delay a signal. */
#include "frame.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Our end of the command's pipes, by its descriptor number; -1 when closed. */
struct agent {
    int pipes[3];
    int control, stream, children;
    struct frame_reader from_control, from_stream;
    struct frame_writer to_stream;
    unsigned char *input; /* bytes for the command that its pipe did not take */
    size_t input_start, input_end;
    bool input_ended;
    pid_t pid;
    int status; /* -1 while the command runs */
};

static void close_pipe(struct agent *agent, int number)
{
    if (agent->pipes[number] >= 0)
        close(agent->pipes[number]);
    agent->pipes[number] = -1;
}

_Noreturn static void become_command(const struct command *command, const int ends[3])
{
    for (int number = 0; number < 3; number++)
        dup2(ends[number], number);
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);

    const uint32_t *user = command->user;
    if (user != NULL &&
        (setgroups(command->user_count - 2, user + 2) != 0 ||
         setresgid(user[1], user[1], user[1]) != 0 ||
         setresuid(user[0], user[0], user[0]) != 0)) {
        fprintf(stderr, "emulate: cannot become user %u: %s\n", user[0], strerror(errno));
        _exit(125);
    }
    if (chdir(command->directory) != 0) {
        fprintf(stderr, "emulate: cannot enter %s in the machine: %s; --share it if it is "
                "under /tmp or /run\n", command->directory, strerror(errno));
        _exit(125);
    }
    environ = command->environment;
    execvp(command->arguments[0], command->arguments);
    int error = errno;
    fprintf(stderr, "emulate: cannot run %s: %s\n", command->arguments[0], strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

static void start(struct agent *agent, const struct command *command)
{
    int theirs[3];
    for (int number = 0; number < 3; number++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            guest_fail("cannot make a pipe: %s", strerror(errno));
        theirs[number] = ends[number == 0 ? 0 : 1];
        agent->pipes[number] = ends[number == 0 ? 1 : 0];
        fcntl(agent->pipes[number], F_SETFL, O_NONBLOCK);
    }
    agent->pid = fork();
    if (agent->pid < 0)
        guest_fail("cannot fork: %s", strerror(errno));
    if (agent->pid == 0)
        become_command(command, theirs);
    for (int number = 0; number < 3; number++)
        close(theirs[number]);
    frame_put(&agent->to_stream, FRAME_STARTED, NULL, 0);
}

/* A terminal sends these to the whole foreground group, so we do too. */
static bool for_the_group(int number)
{
    return number == SIGINT || number == SIGQUIT || number == SIGHUP;
}

static void obey_control(struct agent *agent)
{
    if (!frame_read(&agent->from_control, agent->control))
        guest_fail("the control port closed");
    struct frame frame;
    while (frame_take(&agent->from_control, &frame)) {
        int number = (int)frame_number(&frame);
        if (frame.type == FRAME_READER_GONE && (number == 1 || number == 2))
            close_pipe(agent, number);
        if (frame.type != FRAME_SIGNAL || agent->status >= 0)
            continue;
        /* Right after the fork there is no group of its own yet. */
        if (!for_the_group(number) || kill(-agent->pid, number) != 0)
            kill(agent->pid, number);
    }
}

/* Gives the command the input it has room for. */
static void feed(struct agent *agent)
{
    while (agent->input_start < agent->input_end && agent->pipes[0] >= 0) {
        ssize_t put = write(agent->pipes[0], agent->input + agent->input_start,
                            agent->input_end - agent->input_start);
        if (put < 0 && errno == EAGAIN)
            return;
        if (put < 0)
            close_pipe(agent, 0); /* the command closed its input */
        else
            agent->input_start += (size_t)put;
    }
    agent->input_start = agent->input_end = 0;
    if (agent->input_ended)
        close_pipe(agent, 0);
}

/* Takes one frame of input at a time: what the command does not read stays
 * in the port, and so makes the sender on the host wait. */
static void take_input(struct agent *agent)
{
    struct frame frame;
    while (agent->input_start == agent->input_end &&
           frame_take(&agent->from_stream, &frame)) {
        if (frame.type != FRAME_STDIN)
            continue;
        if (frame.length == 0)
            agent->input_ended = true;
        if (frame.length <= FRAME_CHUNK)
            memcpy(agent->input, frame.payload, frame.length);
        agent->input_end = frame.length;
        feed(agent);
    }
}

/* Reads one chunk of output. False if there was none for now. */
static bool take_output(struct agent *agent, int number)
{
    static unsigned char chunk[FRAME_CHUNK];
    if (agent->pipes[number] < 0)
        return false;
    ssize_t got = read(agent->pipes[number], chunk, sizeof chunk);
    if (got == 0)
        close_pipe(agent, number);
    if (got <= 0)
        return false;
    frame_put(&agent->to_stream, number == 1 ? FRAME_STDOUT : FRAME_STDERR,
              chunk, (size_t)got);
    return true;
}

static void reap(struct agent *agent)
{
    struct signalfd_siginfo ignored;
    while (read(agent->children, &ignored, sizeof ignored) > 0)
        ;
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        if (pid == agent->pid)
            agent->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void relay(struct agent *agent)
{
    enum { CONTROL, STREAM, CHILDREN, INPUT, OUTPUT, ERRORS, COUNT };
    bool sending = frame_pending(&agent->to_stream);
    bool feeding = agent->input_start < agent->input_end;
    short want_output = sending ? 0 : POLLIN;
    short from_stream = feeding ? 0 : POLLIN;
    short to_stream = sending ? POLLOUT : 0;
    struct pollfd states[COUNT] = {
        [CONTROL] = {.fd = agent->control, .events = POLLIN},
        [STREAM] = {.fd = agent->stream, .events = (short)(from_stream | to_stream)},
        [CHILDREN] = {.fd = agent->children, .events = POLLIN},
        [INPUT] = {.fd = feeding ? agent->pipes[0] : -1, .events = POLLOUT},
        /* Negative descriptors are skipped; so is a pipe we have no room for,
         * or its hang-up would make us spin. */
        [OUTPUT] = {.fd = sending ? -1 : agent->pipes[1], .events = want_output},
        [ERRORS] = {.fd = sending ? -1 : agent->pipes[2], .events = want_output},
    };
    poll(states, COUNT, -1);

    if (states[CONTROL].revents & POLLIN)
        obey_control(agent);
    if (states[CHILDREN].revents & POLLIN)
        reap(agent);
    if (states[STREAM].revents & POLLIN && !frame_read(&agent->from_stream, agent->stream))
        guest_fail("the stream port closed");
    if (states[INPUT].revents)
        feed(agent);
    take_input(agent);
    if (states[OUTPUT].revents)
        take_output(agent, 1);
    if (states[ERRORS].revents)
        take_output(agent, 2);
    if (!frame_flush(&agent->to_stream, agent->stream))
        guest_fail("cannot write to the stream port: %s", strerror(errno));
}

/* Sends everything queued, waiting for the port. */
static void flush_all(struct agent *agent)
{
    while (frame_pending(&agent->to_stream)) {
        struct pollfd state = {.fd = agent->stream, .events = POLLOUT};
        poll(&state, 1, -1);
        frame_flush(&agent->to_stream, agent->stream);
    }
}

void guest_run(const struct command *command, int control, int stream)
{
    static struct agent agent;
    agent.control = control;
    agent.stream = stream;
    agent.status = -1;
    agent.input = malloc(FRAME_CHUNK);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    signal(SIGPIPE, SIG_IGN);
    agent.children = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
    if (agent.children < 0 || agent.input == NULL)
        guest_fail("cannot set up the agent: %s", strerror(errno));

    start(&agent, command);
    while (agent.status < 0)
        relay(&agent);

    /* As outside, the end of the command is the end: what it left running is
     * stopped, after its last output and before the files are written back. */
    kill(-1, SIGKILL);
    for (int number = 1; number <= 2; number++)
        while (take_output(&agent, number))
            flush_all(&agent);
    sync();
    uint32_t status = (uint32_t)agent.status;
    frame_put(&agent.to_stream, FRAME_EXIT, &status, sizeof status);
    flush_all(&agent);
    for (;;)
        pause(); /* the launcher has the status now and ends the machine */
}
