/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What passes between the launcher (`flexos run`) and an image of the linux platform when it
 * starts, while it runs and when it ends.
 *
 * Environment of the image: FLEXOS_BOOT, words separated by one space, `key=value`. A word that the
 * image does not know is ignored; a value never holds a space (in `vol` paths, bytes up to 0x20,
 * 0x7f and `%` are written %XX).
 *
 *   ctl=PAGE:WAKE      descriptors of the control page (struct flexos_control, mapped shared)
 *                      and of the eventfd that wakes the image
 *   net=FD:MAC         packet device, MAC as 52:54:00:12:34:56; without it there is no network
 *   net.kind=packet    a SOCK_SEQPACKET socket, one Ethernet frame per message
 *   net.kind=tap       a TAP descriptor, one frame per read or write
 *   net.vnet=0|1       1: each frame starts with a struct virtio_net_hdr of 10 bytes, checksum
 *                      and segmentation offload are on
 *   net.mtu=N          largest IP packet
 *   net.ip=dhcp        the interface gets its address by DHCP, or
 *   net.ip=A/PREFIX    has this one; then perhaps net.gateway=A and net.dns=A
 *   vol=FD:ro|rw:PATH  a host directory (include/flexos/volume.h), mounted at PATH; may occur
 *                      several times
 *
 * All descriptors are non-blocking. Without FLEXOS_BOOT the image runs alone: console only, no
 * signals.
 *
 * Invariants: the launcher trusts nothing that it reads from the control page; the page carries no
 * address and no length.
 */
#ifndef FLEXOS_CONTROL_H
#define FLEXOS_CONTROL_H

#include "flexos/limits.h" /* exit statuses of an image */

#define FLEXOS_CONTROL_MAGIC 0x316c74435f786c66 /* "flx_Ctl1" */
#define FLEXOS_CONTROL_SIZE 4096

/*
 * struct flexos_control.state, written by the image. STARTING: not set up yet, no compartment code
 * has run; faults of processes that it forks now are its self-tests. RUNNING: main of the
 * application has been called. LEAVING: the image is about to exit, `status` holds its exit status.
 */
#define FLEXOS_STATE_STARTING 0
#define FLEXOS_STATE_RUNNING 1
#define FLEXOS_STATE_LEAVING 2

#ifndef __ASSEMBLER__
#include <stdint.h>

struct flexos_control {
    uint64_t magic;
    uint64_t signals;  /* bit n-1: signal n is pending. Atomic or by the launcher, then a write to
                          WAKE; atomic and-not by the image */
    uint32_t state;    /* FLEXOS_STATE_*, by the image */
    int32_t status;    /* by the image */
    uint64_t start_ns; /* by the launcher: CLOCK_MONOTONIC when the image was started */
};

_Static_assert(sizeof(struct flexos_control) <= FLEXOS_CONTROL_SIZE,
               "the control page is one page");
#endif
#endif
