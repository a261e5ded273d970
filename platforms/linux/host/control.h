/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The launcher's end of the control page (include/flexos/control.h): it is made here, shared with
 * the image by descriptor, and carries signals to it. Nothing that the image writes to the page is
 * used as an address or a length.
 */
#ifndef PLATFORM_LINUX_CONTROL_H
#define PLATFORM_LINUX_CONTROL_H

#include "flexos/control.h"

struct control {
    struct flexos_control *page;
    int page_fd;
    int wake_fd;
};

/* Returns 0 or a negative errno. */
int control_create(struct control *control);
void control_destroy(struct control *control);

/* Marks `signal` pending and wakes the image. Never blocks. */
void control_signal(struct control *control, int signal);

#endif
