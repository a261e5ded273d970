/* The launcher: the host's side of emulate/run, split by job. */
#ifndef EMULATE_LAUNCH_H
#define EMULATE_LAUNCH_H

#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* The launcher's own exit statuses, those of timeout(1) and docker-run(1). */
enum { STATUS_TIMEOUT = 124, STATUS_FAILURE = 125 };

/* A machine has a place for this many shares: see machine.c. */
enum { MAX_SHARES = 16, MAX_FORWARDS = 16, MAX_ENVIRONMENT = 256 };

struct forward {
    unsigned host, guest;
};

struct options {
    const char *kernel_dir;  /* has vmlinux and initramfs */
    const char *shares[MAX_SHARES];
    size_t share_count;
    struct forward forwards[MAX_FORWARDS];
    size_t forward_count;
    const char *environment[MAX_ENVIRONMENT]; /* NAME=VALUE */
    size_t environment_count;
    const char *user;        /* NULL: root */
    unsigned memory;         /* MiB */
    unsigned cpus;
    unsigned timeout;        /* seconds, 0: none */
    bool verbose;
    char **command;
};

struct machine {
    pid_t pid;
    int control, stream; /* our ends of the two ports, non-blocking */
    int log;             /* the kernel's log and QEMU's messages, a memfd */
};

/* Prints "emulate: ..." and exits with STATUS_FAILURE. */
_Noreturn void launch_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* options.c: exits with a message when the command line is wrong. */
void options_parse(struct options *options, int argc, char **argv);

/* tsc.c: the rate of this host's time stamp counter, and so, under TCG, of the
 * machine's. */
unsigned tsc_khz(void);

/* machine.c */
void machine_start(struct machine *machine, const struct options *options);
void machine_stop(struct machine *machine);
/* Copies the log, or its last lines, to standard error. */
void machine_show_log(const struct machine *machine, bool whole);

/* describe.c: tells the guest what to run; describe_start() last of all. */
void describe_start(struct frame_writer *control);
void describe_command(struct frame_writer *control, const struct options *options);

/* relay.c: carries streams and signals until the end; the exit status. */
int relay_run(struct machine *machine, const struct options *options,
              struct frame_writer *control);

#endif
