/* SPDX-License-Identifier: BSD-3-Clause */
/* The name by which musl's own files reach errno. */
#include "internal.h"

#undef errno
LIBC_HIDDEN int *___errno_location(void) {
    return __errno_location();
}
