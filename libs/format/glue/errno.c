/* SPDX-License-Identifier: BSD-3-Clause */
/* The name by which musl's own files reach errno. */
#include <errno.h>

#undef errno
__attribute__((visibility("hidden"))) int *___errno_location(void);
int *___errno_location(void) {
    return __errno_location();
}
