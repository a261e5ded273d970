/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices, as services of the TCB. The same calls on every platform. They never block, except
 * flexos_wait. Errors are negative errno values; -EAGAIN means: call flexos_wait, then try again.
 * Pointers are checked as described in core.h.
 */
#ifndef FLEXOS_PLATFORM_H
#define FLEXOS_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/* Events for flexos_wait: a device is ready to be read again, or a signal is pending. */
#define FLEXOS_EVENT_TIMEOUT 0u /* nothing but the deadline */
#define FLEXOS_EVENT_CONSOLE 0x1u
#define FLEXOS_EVENT_SIGNAL 0x2u
#define FLEXOS_EVENT_NET(device) (0x10u << (device))
#define FLEXOS_EVENT_VOLUME(volume) (0x100u << (volume))
#define FLEXOS_NET_MAX 4
#define FLEXOS_VOLUME_MAX 8

#define FLEXOS_FOREVER UINT64_MAX

/* Sleeps until an event or until monotonic time `deadline_ns`; 0 only looks. Returns a mask of
   FLEXOS_EVENT_*; 0 when the deadline has come. */
unsigned flexos_wait(uint64_t deadline_ns);

/* Fetches and clears the pending signals: bit (n - 1) for signal n. */
uint64_t flexos_signals_take(void);

/* Clocks, for hosts where flexos_published.tsc_mult is 0; ns. */
#define FLEXOS_CLOCK_WALL 0
#define FLEXOS_CLOCK_MONOTONIC 1
int64_t flexos_clock(int clock);

/* Console. Writing may be partial; reading returns 0 at the end of the input. */
long flexos_console_write(const void *buf, size_t len);
long flexos_console_read(void *buf, size_t len);

/* Fills the buffer with random bytes of the host; returns len. */
long flexos_random(void *buf, size_t len);

/* Ends the image; only the low 8 bits of status are visible outside. */
_Noreturn void flexos_exit(int status);

/*
 * Network devices 0, 1, ... move Ethernet frames, several in one call so that one crossing moves
 * many. `packets` and every `data` are checked. A frame is never fragmented by this interface.
 */
struct flexos_packet {
    void *data;
    uint32_t size;                    /* send: bytes of the frame; receive: room in data */
    uint32_t used;                    /* receive: bytes of the frame */
    uint16_t flags;                   /* FLEXOS_PACKET_* */
    uint16_t csum_start, csum_offset; /* with FLEXOS_PACKET_CSUM, as in struct virtio_net_hdr */
    uint16_t gso_size;                /* with FLEXOS_PACKET_TCP4: bytes of a segment */
};
#define FLEXOS_PACKET_CSUM 1  /* the checksum must still be completed */
#define FLEXOS_PACKET_VALID 2 /* receive: the checksum was verified */
#define FLEXOS_PACKET_TCP4 4  /* larger than the MTU: TCP over IPv4, to be cut in segments */

struct flexos_net_info {
    uint8_t mac[6];
    uint16_t mtu;
    uint32_t offload; /* FLEXOS_PACKET_* that flexos_net_send understands */
    uint32_t address; /* IPv4, network byte order; 0: use DHCP */
    uint32_t netmask, gateway, nameserver;
};
int flexos_net_info(unsigned device, struct flexos_net_info *info); /* -ENODEV: no such device */
/* Both return the number of packets moved, or -EAGAIN when it would be 0. */
long flexos_net_send(unsigned device, const struct flexos_packet *packets, unsigned count);
long flexos_net_receive(unsigned device, struct flexos_packet *packets, unsigned count);

/*
 * Volumes: directories of the host behind a broker process; messages as in volume.h. Requests may
 * be answered out of order and never stop the image. `path`, `path2` and `data` have the lengths
 * that the request says and may be NULL when these are 0. submit: 0, -EAGAIN (queue full: wait for
 * FLEXOS_EVENT_VOLUME, complete, try again), -ENODEV, -EMSGSIZE. complete: bytes of data received
 * (>= 0), -EAGAIN (no answer yet), -ENODEV.
 */
struct flexos_volume_request;
struct flexos_volume_response;
long flexos_volume_submit(unsigned volume, const struct flexos_volume_request *request,
                          const char *path, const char *path2, const void *data);
long flexos_volume_complete(unsigned volume, struct flexos_volume_response *reply, void *data,
                            size_t size);
/* Copies the mount point of a volume (as in the configuration) with its NUL and says whether it is
   read-only; bytes copied, -ENODEV (no such volume: the numbers have no gaps), or -ERANGE. */
long flexos_volume_name(unsigned volume, char *name, size_t size, int *read_only);

#endif
