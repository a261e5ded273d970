/* The emulated machine's only program of its own: /init, split by job. */
#ifndef EMULATE_GUEST_H
#define EMULATE_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the launcher asked for, gathered from the control port. */
struct command {
    char **arguments;
    size_t argument_count;
    char **environment;
    size_t environment_count;
    char *directory;
    uint32_t *user; /* uid, gid, supplementary groups; NULL: stay root */
    size_t user_count;
};

/* Reports a failure of the machine itself to the launcher and powers off. */
_Noreturn void guest_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* guest-modules.c: loads every module of the initramfs in its list's order. */
void guest_load_modules(void);

/* guest-mount.c */
void guest_mount_early(void);                       /* /dev for the ports */
void guest_mount_root(void);                        /* the host's / as our / */
void guest_mount_share(const char *tag, const char *path);

/* guest-network.c: brings up lo and eth0 with QEMU's user-network address. */
void guest_network_up(void);

/* guest-agent.c: runs the command, relays its streams, reports its status. */
_Noreturn void guest_run(const struct command *command, int control, int stream);

#endif
