/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words of FLEXOS_BOOT and the descriptors that go with them (include/flexos/control.h).
 *
 * A caller adds devices, then boot_install() in the child moves the descriptors to 3, 4, ... in the
 * order in which they were added, closes everything else, and boot_environment() gives the string.
 */
#ifndef PLATFORM_LINUX_BOOT_H
#define PLATFORM_LINUX_BOOT_H

#include <stdbool.h>
#include <stddef.h>

#define BOOT_DESCRIPTORS 40
#define BOOT_TEXT 8192

struct boot {
    int descriptors[BOOT_DESCRIPTORS]; /* as they are in the launcher */
    size_t count;
    char text[BOOT_TEXT]; /* "FLEXOS_BOOT=..." */
    size_t length;
};

struct boot_net {
    int fd;
    bool tap;
    bool vnet;
    unsigned mtu;
    const char *mac;
    const char *address; /* "dhcp" or A/PREFIX */
    const char *gateway; /* or NULL */
    const char *dns;     /* or NULL */
};

/* All return 0 or -E2BIG when there is no more room. */
int boot_init(struct boot *boot, int page_fd, int wake_fd);
int boot_net(struct boot *boot, const struct boot_net *net);
int boot_volume(struct boot *boot, int fd, bool read_only, const char *guest_path);

/* In the child, before execve. 0 or a negative errno. */
int boot_install(const struct boot *boot);

#endif
