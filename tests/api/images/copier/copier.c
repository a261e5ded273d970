/* SPDX-License-Identifier: BSD-3-Clause */
/* The private objects of caller, under `sharing: copy`. */
#include "private_objects.h"
#include "service.h"

int main(void) {
    private_objects();
    return service_pick(3) == 7 ? 0 : 1;
}
