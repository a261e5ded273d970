/* SPDX-License-Identifier: BSD-3-Clause */
/* getrandom: the host's random bytes. They never run out, so no flag makes a difference. */
#include <errno.h>

#include <flexos/platform.h>
#include <flexos/syscalls.h>

#define GRND_ALL 7u

long sys_getrandom(void *buf flexos_out_part(len), size_t len, unsigned flags) {
    return flags & ~GRND_ALL ? -EINVAL : flexos_random(buf, len);
}
