/* SPDX-License-Identifier: BSD-3-Clause */
/* File locks. Internal to library vfs. */
#ifndef VFS_LOCK_H
#define VFS_LOCK_H

#include "file.h"

struct flock;

long lock_record(int fd, int cmd, struct flock *lock);
void lock_file_closed(struct file *file); /* its flock() goes */

#endif
