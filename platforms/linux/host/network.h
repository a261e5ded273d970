/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network devices of an image. User mode: a confined helper process (libslirp) is the network
 * 10.0.2.0/24 with router 10.0.2.2, name server 10.0.2.3 and the image at 10.0.2.15, told
 * to the image at its start (and by DHCP, to who asks), and forwards ports of the host. TAP: a descriptor of /dev/net/tun with checksum and segmentation
 * offload, whose frames start with a struct virtio_net_hdr. Nothing here looks into a frame.
 */
#ifndef PLATFORM_LINUX_NETWORK_H
#define PLATFORM_LINUX_NETWORK_H

#include "helper.h"

#include <stdint.h>

#define NETWORK_MAC "52:54:00:12:34:56"
#define NETWORK_MTU 1500
/* User mode. Known before the first client knocks: waiting for DHCP would cost it seconds. */
#define NETWORK_USER_ADDRESS "10.0.2.15/24"
#define NETWORK_USER_GATEWAY "10.0.2.2"
#define NETWORK_USER_DNS "10.0.2.3"

struct network_port {
    const char *address; /* of the host */
    uint16_t host, guest;
    bool udp;
};

/* 0, or a negative errno with a sentence (cause and remedy) in `message`. */
int network_user_start(struct helper *helper, const struct network_port *ports, size_t count,
                       char message[HELPER_MESSAGE]);

/*
 * Opens TAP interface `name` (empty: a new one); its name is stored in `name`. Returns the
 * descriptor, or a negative errno with a sentence in `message`.
 */
int network_tap_open(char name[16], unsigned *mtu, char message[HELPER_MESSAGE]);

#endif
