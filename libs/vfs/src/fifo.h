/* SPDX-License-Identifier: BSD-3-Clause */
/* Named pipes. Internal to library vfs. */
#ifndef VFS_FIFO_H
#define VFS_FIFO_H

#include "node.h"

struct fifo;

int fifo_open(struct place place, int flags,
              struct file **file); /* waits for the other side as open() does */
bool fifo_place(const struct file *file, struct place *place); /* false: is none */
void fifo_end_closed(struct fifo *fifo, struct file *file);

#endif
