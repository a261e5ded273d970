/* SPDX-License-Identifier: BSD-3-Clause */
/* The console. Internal to library devices. */
#ifndef DEVICES_CONSOLE_H
#define DEVICES_CONSOLE_H

#include <stddef.h>

long console_read(void *data, size_t length); /* -EAGAIN: nothing has been typed */
long console_write(const void *data, size_t length);
int console_poll(void);

#endif
