/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands by a running image: forwards signals, handles its ptrace stops, hands faults to the
 * report, and makes its end the launcher's exit status. All signals of the launcher are blocked
 * (image_block_signals) and taken one after the other here, so there is no handler and no race.
 */
#include "image.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REMIND_SECONDS 3

struct supervisor {
    struct image *image;
    struct control *control;
    const struct image_hooks *hooks;
    bool ended;
    int status;         /* the launcher's exit status */
    int fault_status;   /* of the fault that was reported, or 0 */
    int killed_by;      /* why the supervisor killed it: SIGINT, SIGTERM, or 0 */
    int64_t first_stop; /* when the first SIGINT or SIGTERM came, ns, or 0 */
    bool reminded;
    bool paused; /* by Ctrl-Z */
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

__attribute__((format(printf, 2, 3))) static void say(struct supervisor *supervisor,
                                                      const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    supervisor->hooks->say(supervisor->hooks->context, text);
}

static void kill_image(struct supervisor *supervisor, int reason) {
    supervisor->killed_by = reason;
    kill(supervisor->image->pid, SIGKILL);
}

static bool is_fault(int number) {
    return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE ||
           number == SIGTRAP || number == SIGSYS;
}

/* Reports a fault of `pid`, which stands still. */
static void report_fault(struct supervisor *supervisor, struct stopped *stopped, pid_t pid) {
    stopped->copy = pid != supervisor->image->pid;
    if (stopped_examine(stopped, pid)) {
        say(supervisor, "the registers of the image cannot be read: %s", strerror(errno));
    }
    int status = supervisor->hooks->fault(supervisor->hooks->context, stopped);
    if (!stopped->copy) {
        supervisor->fault_status = status;
    }
}

/* An image that starts tries in a forked process whether a denied access really faults. */
static bool is_self_test(const struct supervisor *supervisor, pid_t pid) {
    return pid != supervisor->image->pid &&
           __atomic_load_n(&supervisor->control->page->state, __ATOMIC_ACQUIRE) ==
               FLEXOS_STATE_STARTING;
}

static void signal_stop(struct supervisor *supervisor, pid_t pid, int number) {
    struct stopped stopped = {.signal = number};

    if (is_fault(number)) {
        siginfo_t info;
        bool known = ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) == 0;
        if (known && info.si_code > 0 && is_self_test(supervisor, pid)) {
            /* it dies as it should */
        } else if (known && info.si_code > 0) {
            report_fault(supervisor, &stopped, pid);
            if (supervisor->image->trace == IMAGE_TRACE_STOP && !stopped.copy) {
                ptrace(PTRACE_DETACH, pid, NULL, SIGSTOP);
                supervisor->image->traced = false;
                say(supervisor,
                    "the image is stopped at the fault; look at it with: gdb -p %d  "
                    "(Ctrl-C here ends it)",
                    pid);
                return;
            }
        } else if (known) {
            say(supervisor, "SIG%s was sent to the image by process %d", sigabbrev_np(number),
                info.si_pid);
        }
    }
    ptrace(PTRACE_CONT, pid, NULL, number);
}

/* The last moment of a process in which it can be examined. */
static void exit_stop(struct supervisor *supervisor, pid_t pid) {
    unsigned long status;
    if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &status) == 0 && WIFSIGNALED((int)status) &&
        WTERMSIG((int)status) == SIGSYS && !supervisor->fault_status) {
        struct stopped stopped = {.signal = SIGSYS, .dying = true};
        report_fault(supervisor, &stopped, pid);
    }
    ptrace(PTRACE_CONT, pid, NULL, NULL);
}

static void process_stop(struct supervisor *supervisor, pid_t pid, int status) {
    int number = WSTOPSIG(status), event = status >> 16;
    if (event == PTRACE_EVENT_STOP) {
        bool group =
            number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
        if (supervisor->paused) {
            return; /* resumed by SIGCONT */
        }
        ptrace(group ? PTRACE_LISTEN : PTRACE_CONT, pid, NULL, NULL);
    } else if (event == PTRACE_EVENT_EXIT) {
        exit_stop(supervisor, pid);
    } else if (event) {
        ptrace(PTRACE_CONT, pid, NULL, NULL);
    } else {
        signal_stop(supervisor, pid, number);
    }
}

static void image_ended(struct supervisor *supervisor, int status) {
    supervisor->ended = true;
    if (WIFEXITED(status)) {
        supervisor->status = WEXITSTATUS(status);
        return;
    }
    int number = WTERMSIG(status);
    supervisor->status = 128 + number;
    if (supervisor->fault_status) {
        supervisor->status = supervisor->fault_status;
    } else if (is_fault(number)) {
        supervisor->status = FLEXOS_EXIT_FAULT;
    }
    if (supervisor->killed_by) {
        say(supervisor, "the image was killed because it did not stop by itself after SIG%s",
            sigabbrev_np(supervisor->killed_by));
    } else if (supervisor->image->trace == IMAGE_TRACE_DEBUGGER && number == SIGKILL) {
        /* gdb's `kill`: the user knows */
    } else if (!supervisor->fault_status || WCOREDUMP(status)) {
        say(supervisor, "the image ended by SIG%s%s%s", sigabbrev_np(number),
            WCOREDUMP(status) ? ", core dumped" : "",
            number == SIGKILL ? " (sent from outside, or the host ran out of memory)" : "");
    }
}

static void collect(struct supervisor *supervisor) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
        if (WIFSTOPPED(status)) {
            process_stop(supervisor, pid, status);
        } else if (pid == supervisor->image->pid) {
            image_ended(supervisor, status);
        } else if (supervisor->hooks->helper) {
            supervisor->hooks->helper(supervisor->hooks->context, pid, status);
        }
    }
}

/* Ctrl-Z: the image holds still with the launcher and goes on with it. */
static void pause_both(struct supervisor *supervisor) {
    pid_t pid = supervisor->image->pid;
    supervisor->paused = true;
    if (!supervisor->image->traced || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL)) {
        kill(pid, SIGSTOP);
    }
    raise(SIGSTOP);
    /* Here again after SIGCONT. */
    supervisor->paused = false;
    kill(pid, SIGCONT);
    if (supervisor->image->traced) {
        ptrace(PTRACE_CONT, pid, NULL, NULL);
    }
}

static void stop_signal(struct supervisor *supervisor, int number) {
    if (number == SIGINT && supervisor->first_stop) {
        kill_image(supervisor, number);
        return;
    }
    if (!supervisor->first_stop) {
        supervisor->first_stop = now_ns();
    }
    control_signal(supervisor->control, number);
    /* A debugger's image, or one stopped at a fault, cannot hear it. */
    if (supervisor->image->trace != IMAGE_TRACE && !supervisor->image->traced) {
        kill_image(supervisor, number);
    }
}

static void handle(struct supervisor *supervisor, int number) {
    switch (number) {
    case SIGCHLD:
        break; /* collected after every signal */
    case SIGTSTP:
        pause_both(supervisor);
        break;
    case SIGINT:
    case SIGTERM:
        stop_signal(supervisor, number);
        break;
    case SIGCONT:
    case SIGTTIN:
    case SIGTTOU:
    case SIGPIPE:
        break;
    default:
        control_signal(supervisor->control, number);
    }
}

/* What is due after the first request to stop, and how long to wait for the next thing. */
static struct timespec deadlines(struct supervisor *supervisor) {
    struct timespec wait = {3600, 0};
    if (!supervisor->first_stop || supervisor->killed_by) {
        return wait;
    }
    int64_t passed = now_ns() - supervisor->first_stop;
    int64_t limit = (int64_t)supervisor->image->stop_seconds * 1000000000;
    int64_t remind = (int64_t)REMIND_SECONDS * 1000000000;
    if (limit && passed >= limit) {
        kill_image(supervisor, SIGTERM);
        return wait;
    }
    if (!supervisor->reminded && passed >= remind) {
        supervisor->reminded = true;
        say(supervisor, "the image has not stopped yet; Ctrl-C once more kills it");
    }
    int64_t left = supervisor->reminded ? INT64_C(3600000000000) : remind - passed;
    if (limit && limit - passed < left) {
        left = limit - passed;
    }
    wait.tv_sec = left / 1000000000;
    wait.tv_nsec = left % 1000000000;
    return wait;
}

int image_supervise(struct image *image, struct control *control, const struct image_hooks *hooks) {
    struct supervisor supervisor = {.image = image, .control = control, .hooks = hooks};
    sigset_t all;
    sigfillset(&all);

    collect(&supervisor);
    while (!supervisor.ended) {
        struct timespec wait = deadlines(&supervisor);
        int number = sigtimedwait(&all, NULL, &wait);
        if (number > 0) {
            handle(&supervisor, number);
        }
        collect(&supervisor);
    }
    return supervisor.status;
}
