/* SPDX-License-Identifier: BSD-3-Clause */
/* Does not match the header. */
#include "mismatch.h"
#include <flexos/interface.h>

long mismatch_size(const char *text flexos_string) {
    return 0;
}
