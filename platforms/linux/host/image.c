/* SPDX-License-Identifier: BSD-3-Clause */
/* Starts an image: fork, tracing, descriptors, execve; see image.h. */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t original_mask;

void image_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGTRAP);
    sigdelset(&all, SIGSYS);
    sigdelset(&all, SIGABRT);
    sigprocmask(SIG_SETMASK, &all, &original_mask);
}

void image_unblock_signals(void) {
    sigprocmask(SIG_SETMASK, &original_mask, NULL);
}

/* What the child tells the launcher through a pipe that a successful execve closes. */
struct failure {
    int error;
    char step[60];
};

_Noreturn static void fail(int report, int error, const char *step) {
    struct failure failure = {.error = error};
    strncpy(failure.step, step, sizeof failure.step - 1);
    ssize_t written = write(report, &failure, sizeof failure);
    (void)written;
    _exit(FLEXOS_EXIT_REFUSED);
}

static void default_dispositions(void) {
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_DFL);
    }
}

/* The signal mask of the launcher (all but faults) is kept: the image gets nothing else. */
static void set_mask_for_debugger(void) {
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT); /* how gdb stops a program that runs */
    sigprocmask(SIG_UNBLOCK, &interrupt, NULL);
}

_Noreturn static void run_child(const struct image *image, const struct boot *boot, int go,
                                int report) {
    default_dispositions();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) {
        fail(report, errno, "asking to end with the launcher");
    }
    if (image->trace != IMAGE_TRACE) {
        prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); /* EINVAL without Yama: not needed */
    }
    if (image->trace == IMAGE_TRACE_DEBUGGER) {
        set_mask_for_debugger();
    }

    struct rlimit core = {0, 0};
    if (image->core_dump && getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = core.rlim_max;
    }
    setrlimit(RLIMIT_CORE, &core);

    char byte;
    if (read(go, &byte, 1) != 1) {
        _exit(FLEXOS_EXIT_REFUSED); /* the launcher has gone */
    }

    size_t count = 0;
    while (image->environment && image->environment[count]) {
        count++;
    }
    const char **environment = calloc(count + 2, sizeof *environment);
    if (!environment) {
        fail(report, ENOMEM, "building its environment");
    }
    environment[0] = boot->text;
    for (size_t i = 0; i < count; i++) {
        environment[i + 1] = image->environment[i];
    }

    /* The pipe must survive the renumbering and be closed by execve. */
    report = fcntl(report, F_DUPFD_CLOEXEC, 200);
    int error = boot_install(boot);
    if (error) {
        fail(report, -error, "passing its descriptors");
    }
    execve(image->path, image->arguments, (char *const *)environment);
    fail(report, errno, "executing the file");
}

#define TRACE_OPTIONS                                                                              \
    (PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK |            \
     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

static int collect(struct image *image, int report, const char **step) {
    struct failure failure;
    static char text[sizeof failure.step];
    ssize_t size = read(report, &failure, sizeof failure);
    if (size != (ssize_t)sizeof failure) {
        return 0; /* closed by execve, or the child died: the supervisor will see it */
    }
    memcpy(text, failure.step, sizeof text);
    *step = text;
    /* The child may be traced: let it end before it is collected. */
    kill(image->pid, SIGKILL);
    while (waitpid(image->pid, NULL, __WALL) < 0 && errno == EINTR)
        ;
    return -failure.error;
}

/* Lets a traced child run up to the stop that execve causes. */
static void run_to_exec(pid_t pid) {
    int status;
    while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
        bool exec = status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
        if (exec || status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
            return;
        }
        ptrace(PTRACE_CONT, pid, NULL, NULL);
    }
}

int image_start(struct image *image, const struct boot *boot, const struct image_hooks *hooks,
                const char **step) {
    int go[2], report[2];
    *step = "making a pipe";
    if (pipe2(go, O_CLOEXEC)) {
        return -errno;
    }
    if (pipe2(report, O_CLOEXEC)) {
        close(go[0]);
        close(go[1]);
        return -errno;
    }
    *step = "making a process";
    image->pid = fork();
    if (image->pid < 0) {
        return -errno;
    }
    if (image->pid == 0) {
        close(go[1]);
        close(report[0]);
        run_child(image, boot, go[0], report[1]);
    }
    close(go[0]);
    close(report[1]);

    image->traced = ptrace(PTRACE_SEIZE, image->pid, NULL, TRACE_OPTIONS) == 0;
    if (!image->traced && image->trace != IMAGE_TRACE_DEBUGGER) {
        hooks->say(hooks->context, "tracing is not permitted here (ptrace), so a fault ends the "
                                   "image without a report; its isolation is the same");
    }
    ssize_t written = write(go[1], "", 1);
    (void)written;
    close(go[1]);

    if (image->traced) {
        run_to_exec(image->pid);
    }
    int error = collect(image, report[0], step);
    close(report[0]);
    if (error || !image->traced) {
        return error;
    }
    if (image->trace == IMAGE_TRACE_DEBUGGER) {
        kill(image->pid, SIGSTOP); /* a signal given to DETACH is lost at this kind of stop */
        ptrace(PTRACE_DETACH, image->pid, NULL, NULL);
        image->traced = false;
    } else {
        ptrace(PTRACE_CONT, image->pid, NULL, NULL);
    }
    return 0;
}
