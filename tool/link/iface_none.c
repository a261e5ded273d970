/* SPDX-License-Identifier: BSD-3-Clause */
/* Weak defaults of iface.h: no descriptors. iface*.c override them. */
#include "link/iface.h"

#define DEFAULT __attribute__((weak))

DEFAULT void iface_collect(Dwarf_Die *function, struct strbuf *out) {
    (void)function, (void)out;
}

DEFAULT int iface_describe(struct linker *linker, const struct function *function,
                           const char *annotated, const char *own) {
    (void)linker, (void)function, (void)annotated, (void)own;
    return -1;
}

DEFAULT int iface_emit(struct linker *linker, FILE *out) {
    (void)linker, (void)out;
    return 0;
}

DEFAULT void iface_audit(struct linker *linker, struct cJSON *report) {
    (void)linker, (void)report;
}
