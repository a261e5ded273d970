/* SPDX-License-Identifier: BSD-3-Clause */
/* File locks. Internal to library vfs, except vfs_fcntl_lock, which libc may call directly because
 * it says what its pointer is. */
#ifndef VFS_LOCK_H
#define VFS_LOCK_H

#include "file.h"

struct flock;

long vfs_fcntl_lock(int fd, int cmd, struct flock *lock flexos_inout(32));
void lock_file_closed(struct file *file); /* its flock() goes */

#endif
