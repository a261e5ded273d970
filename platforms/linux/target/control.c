/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control page shared with the launcher, and how the image ends. Compartments read the pending
 * signals there (key 0: they cannot write it); the TCB takes them.
 */
#include "linux.h"

static struct flexos_control alone; /* without a launcher there are no signals */
static struct flexos_control *control = &alone;

void linux_control_map(void) {
    static const uint64_t none;
    flexos_published.signals = &none;
    if (linux_boot.control < 0) {
        return;
    }
    const long at =
        linux_call6(LINUX_MMAP, 0, FLEXOS_CONTROL_SIZE, LINUX_PROT_READ | LINUX_PROT_WRITE,
                    LINUX_MAP_SHARED, linux_boot.control, 0);
    if (at < 0 && at > -4096) {
        flexos_refuse("the control page cannot be mapped", "start the image with `flexos run`");
    }
    control = (struct flexos_control *)at;
    if (control->magic != FLEXOS_CONTROL_MAGIC) {
        flexos_refuse("the control page is of another version",
                      "use the `flexos run` that belongs to this image");
    }
    linux_call1(LINUX_CLOSE, linux_boot.control);
    linux_boot.control = -1;
    flexos_published.signals = &control->signals;
}

void linux_control_state(uint32_t state, int status) {
    control->status = status;
    __atomic_store_n(&control->state, state, __ATOMIC_RELEASE);
}

uint64_t flexos_signals_take(void) {
    return __atomic_exchange_n(&control->signals, 0, __ATOMIC_ACQ_REL);
}

_Noreturn void flexos_exit(int status) {
    linux_control_state(FLEXOS_STATE_LEAVING, status & 0xff);
    flexos_host_exit(status & 0xff);
}

_Noreturn void flexos_host_exit(int status) {
    for (;;) {
        linux_call1(LINUX_EXIT_GROUP, status);
    }
}
