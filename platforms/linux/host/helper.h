/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Helper processes of the launcher: each does one thing for the image (the network, a volume) and
 * is confined to it. A helper dies with the launcher, ignores the terminal's signals, holds no
 * descriptor but its own, and reports to its parent once whether it could start.
 */
#ifndef PLATFORM_LINUX_HELPER_H
#define PLATFORM_LINUX_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HELPER_MESSAGE 400

struct helper {
    pid_t pid;
    int fd; /* the image's end of the socket */
};

/* In the child. On success `ready` is called once, before serving; never returns. */
typedef void helper_main(void *context, int socket_fd, void (*ready)(void),
                         void (*failed)(const char *format, ...));

/*
 * Forks a helper connected by a SOCK_SEQPACKET pair and waits until it is ready. `keep` is one more
 * descriptor that it needs, or -1. 0, or a negative errno with a sentence in `message`.
 */
int helper_start(struct helper *helper, const char *name, int keep, helper_main *run, void *context,
                 char message[HELPER_MESSAGE]);

/* Ends it and collects it. Safe to call when it was never started (pid 0). */
void helper_stop(struct helper *helper);

/*
 * Confinement, in the helper. All are for good. seccomp allows the listed system calls and answers
 * EPERM to all others; landlock allows the given folders only (false: this kernel cannot).
 */
bool confine_no_new_privileges(void);
void confine_drop_capabilities(uint32_t keep); /* bits of the first 32 */
bool confine_seccomp(const int *allowed, size_t count);
bool confine_landlock(const char *const *read_folders, size_t count, int write_folder_fd,
                      bool write_folder_read_only);

#endif
