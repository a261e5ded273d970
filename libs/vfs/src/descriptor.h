/* SPDX-License-Identifier: BSD-3-Clause */
/* What the table of descriptors needs from others. Internal to library vfs. */
#ifndef VFS_DESCRIPTOR_H
#define VFS_DESCRIPTOR_H

#include "file.h"

void descriptors_begin(void); /* start.c: opens 0, 1 and 2 before the first use */
long descriptor_pipe_size(struct file *file, long wanted); /* pipe.c; -1 = tell; -EBADF = no pipe */

#endif
