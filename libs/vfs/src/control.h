/* SPDX-License-Identifier: BSD-3-Clause */
/* ioctl by the kind of its pointer. For libc; see control.c. */
#ifndef VFS_CONTROL_H
#define VFS_CONTROL_H

#include <flexos/interface.h>

long vfs_ioctl_word(int fd, unsigned request, int *value flexos_inout(4));
long vfs_ioctl_window(int fd, unsigned short *window flexos_out(8)); /* TIOCGWINSZ */

#endif
