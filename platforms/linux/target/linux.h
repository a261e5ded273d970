/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this folder call of each other. */
#ifndef FLEXOS_LINUX_LINUX_H
#define FLEXOS_LINUX_LINUX_H

#include "core/tcb.h"
#include "flexos/control.h"
#include "flexos/platform.h"
#include "kernel.h"

/* What the words of FLEXOS_BOOT say (flexos/control.h); filled once by boot.c. */
struct linux_boot {
    int control, wake; /* descriptors, -1: none */
    int net;
    bool net_vnet; /* frames have a virtio_net_hdr in front */
    bool net_tap;
    struct flexos_net_info net_info;
    unsigned volumes;
    struct linux_volume {
        int fd;
        bool read_only;
        char name[256];
    } volume[FLEXOS_VOLUME_MAX];
};
extern struct linux_boot linux_boot;

void linux_boot_parse(const char *words);

/* Devices that returned -EAGAIN since flexos_wait reported them: those are waited for. */
extern unsigned linux_armed;      /* FLEXOS_EVENT_*: for reading */
extern unsigned linux_armed_send; /* likewise, for writing */

void linux_memory_map(void);     /* arenas */
void linux_memory_inspect(void); /* no vDSO, nothing writable and executable */
void linux_control_map(void);    /* the control page */
void linux_control_state(uint32_t state, int status);
void linux_clock_start(void);  /* calibrates the time-stamp counter */
void linux_clock_refine(void); /* now and then, to follow the host's clock */
void linux_seal(void);         /* system call filter and dispatch */

uint64_t linux_now(int clock); /* ns */

#endif
