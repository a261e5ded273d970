/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packet device: a TAP descriptor or a socket that keeps message boundaries, both non-blocking,
 * from the launcher. With `vnet` each frame has a struct virtio_net_hdr in front, which carries
 * what is left to do (checksum, segmentation) and what was verified.
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

/* Whether there is such a device and such an array. */
static int admit(unsigned device, const struct flexos_packet *packets, unsigned count, bool write) {
    if (device != 0 || linux_boot.net < 0) {
        return -LINUX_ENODEV;
    }
    return flexos_caller_range(packets, count * sizeof *packets, write) ? 0 : -LINUX_EFAULT;
}

/* Takes a copy of one descriptor and checks it. The copy, because a buffer may overlap the array:
   what arrives in the buffer must not become a descriptor that was checked before. */
static int take(struct flexos_packet *copy, const struct flexos_packet *packet, bool write) {
    const volatile struct flexos_packet *from = packet;
    copy->data = from->data;
    copy->size = from->size;
    copy->flags = from->flags;
    copy->csum_start = from->csum_start;
    copy->csum_offset = from->csum_offset;
    copy->gso_size = from->gso_size;
    if (copy->size > FRAME_MAX) {
        return -LINUX_EMSGSIZE;
    }
    return flexos_caller_range(copy->data, copy->size, write) ? 0 : -LINUX_EFAULT;
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

/* One frame; 0, -EAGAIN, or an error in the descriptor. Another error of the host loses the frame,
   as a wire may. */
static int send_one(const struct flexos_packet *packet) {
    struct flexos_packet p;
    const int bad = take(&p, packet, false);
    if (bad < 0) {
        return bad;
    }
    if (!linux_boot.net_vnet && p.flags != 0) {
        return -LINUX_EINVAL;
    }
    struct vnet_header header;
    write_header(&header, &p);
    const struct linux_iovec iov[2] = {{&header, sizeof header}, {p.data, p.size}};
    const unsigned skip = linux_boot.net_vnet ? 0 : 1;
    const long n = linux_call3(LINUX_WRITEV, linux_boot.net, iov + skip, 2 - skip);
    if (n == -LINUX_EAGAIN) {
        linux_armed_send |= FLEXOS_EVENT_NET(0);
        return -LINUX_EAGAIN;
    }
    return 0;
}

long flexos_net_send(unsigned device, const struct flexos_packet *packets, unsigned count) {
    const int bad = admit(device, packets, count, false);
    if (bad < 0) {
        return bad;
    }
    for (unsigned i = 0; i < count; i++) {
        const int result = send_one(&packets[i]);
        if (result < 0) {
            return i > 0 ? (long)i : result;
        }
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

static int receive_one(struct flexos_packet *packet) {
    struct flexos_packet p;
    const int bad = take(&p, packet, true);
    if (bad < 0) {
        return bad;
    }
    struct vnet_header header = {0, 0, 0, 0, 0, 0};
    const struct linux_iovec iov[2] = {{&header, sizeof header}, {p.data, p.size}};
    const unsigned skip = linux_boot.net_vnet ? 0 : 1;
    const size_t extra = linux_boot.net_vnet ? sizeof header : 0;
    long n;
    do {
        n = linux_call3(LINUX_READV, linux_boot.net, iov + skip, 2 - skip);
    } while (n > 0 && (size_t)n < extra + ETHERNET_HEADER); /* not a frame */
    if (n <= 0) {
        linux_armed |= n == -LINUX_EAGAIN ? FLEXOS_EVENT_NET(0) : 0;
        return -LINUX_EAGAIN;
    }
    packet->used = (uint32_t)((size_t)n - extra);
    read_header(&header, packet);
    return 0;
}

long flexos_net_receive(unsigned device, struct flexos_packet *packets, unsigned count) {
    const int bad = admit(device, packets, count, true);
    if (bad < 0) {
        return bad;
    }
    for (unsigned i = 0; i < count; i++) {
        const int result = receive_one(&packets[i]);
        if (result < 0) {
            return i > 0 ? (long)i : result;
        }
    }
    return (long)count;
}
