/* SPDX-License-Identifier: BSD-3-Clause */
/* Cannot be shared: an error that names the object. */
#include <flexos/flexos.h>

__thread int mine __attribute__((flexos_share)) = 1;

int get(void) {
    return mine;
}
