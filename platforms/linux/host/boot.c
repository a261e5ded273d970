/* SPDX-License-Identifier: BSD-3-Clause */
/* Descriptors and start words of an image; see boot.h. */
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_DESCRIPTOR 3

__attribute__((format(printf, 2, 3))) static int add(struct boot *boot, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof boot->text - boot->length;
    int length = vsnprintf(boot->text + boot->length, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) {
        return -E2BIG;
    }
    boot->length += (size_t)length;
    return 0;
}

/* The number that the descriptor will have in the image, or -E2BIG. */
static int add_descriptor(struct boot *boot, int fd) {
    if (boot->count == BOOT_DESCRIPTORS) {
        return -E2BIG;
    }
    boot->descriptors[boot->count++] = fd;
    return FIRST_DESCRIPTOR + (int)boot->count - 1;
}

int boot_init(struct boot *boot, int page_fd, int wake_fd) {
    memset(boot, 0, sizeof *boot);
    int page = add_descriptor(boot, page_fd);
    int wake = add_descriptor(boot, wake_fd);
    return add(boot, "FLEXOS_BOOT=ctl=%d:%d", page, wake);
}

int boot_net(struct boot *boot, const struct boot_net *net) {
    int fd = add_descriptor(boot, net->fd);
    if (fd < 0) {
        return fd;
    }
    int error = add(boot, " net=%d:%s net.kind=%s net.vnet=%d net.mtu=%u net.ip=%s", fd, net->mac,
                    net->tap ? "tap" : "packet", net->vnet, net->mtu, net->address);
    if (!error && net->gateway) {
        error = add(boot, " net.gateway=%s", net->gateway);
    }
    if (!error && net->dns) {
        error = add(boot, " net.dns=%s", net->dns);
    }
    return error;
}

int boot_volume(struct boot *boot, int fd, bool read_only, const char *guest_path) {
    fd = add_descriptor(boot, fd);
    if (fd < 0) {
        return fd;
    }
    int error = add(boot, " vol=%d:%s:", fd, read_only ? "ro" : "rw");
    for (const unsigned char *at = (const unsigned char *)guest_path; !error && *at; at++) {
        error = *at <= ' ' || *at == '%' || *at == 0x7f ? add(boot, "%%%02X", *at)
                                                        : add(boot, "%c", *at);
    }
    return error;
}

int boot_install(const struct boot *boot) {
    int high[BOOT_DESCRIPTORS];

    /* First out of the way of the final numbers, then down to them. */
    for (size_t i = 0; i < boot->count; i++) {
        high[i] = fcntl(boot->descriptors[i], F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR + BOOT_DESCRIPTORS);
        if (high[i] < 0) {
            return -errno;
        }
    }
    for (size_t i = 0; i < boot->count; i++) {
        if (dup2(high[i], FIRST_DESCRIPTOR + (int)i) < 0) {
            return -errno;
        }
    }
    if (close_range((unsigned)FIRST_DESCRIPTOR + (unsigned)boot->count, ~0u, CLOSE_RANGE_CLOEXEC)) {
        return -errno;
    }
    return 0;
}
