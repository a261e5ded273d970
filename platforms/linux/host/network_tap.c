/* SPDX-License-Identifier: BSD-3-Clause */
/* Opens a TAP interface for an image; see network.h. */
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define VNET_HEADER 10 /* struct virtio_net_hdr */

static int fail(int fd, char message[HELPER_MESSAGE], const char *name, const char *what) {
    int error = errno;
    const char *remedy = "";
    if (error == EPERM || error == EACCES) {
        remedy = "; run as root, or let root make the interface for you once: "
                 "ip tuntap add dev NAME mode tap user USER";
    } else if (error == EBUSY) {
        remedy = "; another program has it open: stop that one or choose another interface";
    } else if (error == ENOENT || error == ENODEV || error == ENXIO) {
        remedy = "; this host has no TUN/TAP device: load it with `modprobe tun`, or use net: user";
    } else if (error == EINVAL) {
        remedy = "; the interface exists and is no TAP interface: choose another name";
    }
    snprintf(message, HELPER_MESSAGE, "TAP interface '%s': %s: %s%s", name, what, strerror(error),
             remedy);
    if (fd >= 0) {
        close(fd);
    }
    return -error;
}

static unsigned read_mtu(const char *name) {
    struct ifreq request = {0};
    memcpy(request.ifr_name, name, strlen(name));
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu > 0;
    if (fd >= 0) {
        close(fd);
    }
    return good ? (unsigned)request.ifr_mtu : NETWORK_MTU;
}

int network_tap_open(char name[16], unsigned *mtu, char message[HELPER_MESSAGE]) {
    struct ifreq request = {.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)};
    memcpy(request.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
    const char *shown = *name ? name : "(new)";

    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return fail(fd, message, shown, "/dev/net/tun cannot be opened");
    }
    if (ioctl(fd, TUNSETIFF, &request)) {
        return fail(fd, message, shown, "it cannot be attached");
    }
    memcpy(name, request.ifr_name, IFNAMSIZ);
    int header = VNET_HEADER;
    if (ioctl(fd, TUNSETVNETHDRSZ, &header)) {
        return fail(fd, message, name, "its frame header cannot be set");
    }
    /* What the packet interface of the image (flexos/platform.h) can say, and no more. */
    if (ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4)) {
        return fail(fd, message, name, "checksum and segmentation offload cannot be switched on");
    }
    *mtu = read_mtu(name);
    return fd;
}
