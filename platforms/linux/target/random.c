/* SPDX-License-Identifier: BSD-3-Clause */
/* Random bytes of the host. */
#include "linux.h"

void flexos_host_random(void *buf, size_t len) {
    char *at = buf;
    while (len > 0) {
        const long n = linux_call3(LINUX_GETRANDOM, at, len, 0);
        if (n < 0 && n != -LINUX_EINTR) {
            flexos_refuse("the host gives no random numbers", "use Linux 3.17 or later");
        }
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
}

long flexos_random(void *buf, size_t len) {
    if (!flexos_caller_range(buf, len, true)) {
        return -LINUX_EFAULT;
    }
    flexos_host_random(buf, len);
    return (long)len;
}
