/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting for several files once: the engine of poll and select. Internal to library vfs. */
#ifndef VFS_POLL_WAIT_H
#define VFS_POLL_WAIT_H

#include <poll.h>
#include <stdint.h>

/* Fills revents of each entry. Returns how many are not 0, or a negative errno. A negative fd is
 * skipped; one that is not open gives POLLNVAL. `deadline_ns` 0 = only look. */
long poll_wait(struct pollfd *fds, unsigned long count, uint64_t deadline_ns);

#endif
