/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packet device: a TAP descriptor or a socket that keeps message boundaries, both non-blocking,
 * from the launcher. With `vnet` each frame has a struct virtio_net_hdr in front, which carries what
 * is left to do (checksum, segmentation) and what was verified.
 */
#include "linux.h"

#define NEEDS_CSUM 1 /* virtio_net_hdr.flags */
#define DATA_VALID 2
#define GSO_NONE 0 /* virtio_net_hdr.gso_type */
#define GSO_TCPV4 1
#define ETHERNET_HEADER 14
#define FRAME_MAX 65550

struct vnet_header {
    uint8_t flags, gso_type;
    uint16_t header_len, gso_size, csum_start, csum_offset;
};
_Static_assert(sizeof(struct vnet_header) == 10, "virtio specification 5.1.6");

int flexos_net_info(unsigned device, struct flexos_net_info *info) {
    if (!flexos_caller_range(info, sizeof *info, true)) {
        return -LINUX_EFAULT;
    }
    if (device != 0 || linux_boot.net < 0) {
        return -LINUX_ENODEV;
    }
    const uint8_t *from = (const uint8_t *)&linux_boot.net_info;
    for (size_t i = 0; i < sizeof *info; i++) {
        ((uint8_t *)info)[i] = from[i];
    }
    return 0;
}

/* Checks the array and the device; the number of packets to move, or an error. */
static long admit(unsigned device, const struct flexos_packet *packets, unsigned count,
                  bool receive) {
    if (device != 0 || linux_boot.net < 0) {
        return -LINUX_ENODEV;
    }
    const size_t len = (size_t)count * sizeof *packets;
    if (!flexos_caller_range(packets, len, receive)) {
        return -LINUX_EFAULT;
    }
    for (unsigned i = 0; i < count; i++) {
        if (packets[i].size > FRAME_MAX) {
            return -LINUX_EMSGSIZE;
        }
        if (!flexos_caller_range(packets[i].data, packets[i].size, receive)) {
            return -LINUX_EFAULT;
        }
    }
    return count;
}

static void write_header(struct vnet_header *h, const struct flexos_packet *p) {
    h->flags = 0;
    h->gso_type = GSO_NONE;
    h->header_len = h->gso_size = h->csum_start = h->csum_offset = 0;
    if (p->flags & FLEXOS_PACKET_CSUM) {
        h->flags = NEEDS_CSUM;
        h->csum_start = p->csum_start;
        h->csum_offset = p->csum_offset;
    }
    if (p->flags & FLEXOS_PACKET_TCP4) {
        h->gso_type = GSO_TCPV4;
        h->gso_size = p->gso_size;
        h->header_len = (uint16_t)(p->csum_start + 20);
    }
}

long flexos_net_send(unsigned device, const struct flexos_packet *packets, unsigned count) {
    const long admitted = admit(device, packets, count, false);
    if (admitted <= 0) {
        return admitted;
    }
    for (unsigned i = 0; i < count; i++) {
        struct vnet_header header;
        struct linux_iovec iov[2] = {{&header, sizeof header}, {packets[i].data, packets[i].size}};
        if (!linux_boot.net_vnet && packets[i].flags != 0) {
            return i > 0 ? (long)i : -LINUX_EINVAL;
        }
        write_header(&header, &packets[i]);
        const struct linux_iovec *first = linux_boot.net_vnet ? iov : iov + 1;
        const long n = linux_call3(LINUX_WRITEV, linux_boot.net, first, linux_boot.net_vnet ? 2 : 1);
        if (n == -LINUX_EAGAIN) {
            linux_armed_send |= FLEXOS_EVENT_NET(0);
            return i > 0 ? (long)i : -LINUX_EAGAIN;
        }
        /* Any other error loses this frame, as a wire may. */
    }
    return (long)count;
}

static void read_header(const struct vnet_header *h, struct flexos_packet *p) {
    p->flags = 0;
    p->csum_start = p->csum_offset = p->gso_size = 0;
    if (!linux_boot.net_vnet) {
        return;
    }
    if (h->flags & NEEDS_CSUM) {
        p->flags = FLEXOS_PACKET_CSUM;
        p->csum_start = h->csum_start;
        p->csum_offset = h->csum_offset;
    } else if (h->flags & DATA_VALID) {
        p->flags = FLEXOS_PACKET_VALID;
    }
    if (h->gso_type == GSO_TCPV4) {
        p->flags |= FLEXOS_PACKET_TCP4;
        p->gso_size = h->gso_size;
    }
}

long flexos_net_receive(unsigned device, struct flexos_packet *packets, unsigned count) {
    const long admitted = admit(device, packets, count, true);
    if (admitted <= 0) {
        return admitted;
    }
    const size_t extra = linux_boot.net_vnet ? sizeof(struct vnet_header) : 0;
    for (unsigned i = 0; i < count; i++) {
        struct vnet_header header = {0, 0, 0, 0, 0, 0};
        struct linux_iovec iov[2] = {{&header, sizeof header}, {packets[i].data, packets[i].size}};
        const struct linux_iovec *first = extra > 0 ? iov : iov + 1;
        long n;
        do {
            n = linux_call3(LINUX_READV, linux_boot.net, first, extra > 0 ? 2 : 1);
        } while (n > 0 && (size_t)n < extra + ETHERNET_HEADER); /* not a frame */
        if (n <= 0) {
            linux_armed |= n == -LINUX_EAGAIN ? FLEXOS_EVENT_NET(0) : 0;
            return i > 0 ? (long)i : -LINUX_EAGAIN;
        }
        packets[i].used = (uint32_t)((size_t)n - extra);
        read_header(&header, &packets[i]);
    }
    return (long)count;
}
