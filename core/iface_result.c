/* SPDX-License-Identifier: BSD-3-Clause */
/* What comes back as the result of a function: whether it failed, and whether a pointer that it
 * returns is one of the four things that may cross. Runs in the caller. */
#include "core/iface_private.h"
#include "core/layout.h"

static const char not_shared[] = "the result is a pointer that is not in shared memory";
static const char no_handle[] = "the result is no object of the provider";
static const char not_own[] = "the result does not lie in memory of the caller";
static const char no_entry[] = "the result is no function that the caller may call";

/* Whether the function says that it failed, so that nothing was written. */
bool flexos_iface_failed(const struct flexos_iface_call *call) {
    const uint64_t *result = &call->frame->regs.result[0];
    switch (call->iface->result) {
    case FLEXOS_IFACE_RESULT_INT:
        return (int64_t)*result < 0;
    case FLEXOS_IFACE_RESULT_INT32:
        return (int32_t)*result < 0;
    default:
        return false;
    }
}

/* Whether the result points into what the caller passed: strcpy and its kin. */
static bool is_argument(const struct flexos_iface_call *call, uint64_t value) {
    for (unsigned i = 0; i < call->iface->params; i++) {
        const uint64_t original = call->frame->param[i].original;
        if (call->frame->param[i].copy != 0 && value - original < call->frame->param[i].length) {
            return true;
        }
    }
    return false;
}

void flexos_iface_check_result(const struct flexos_iface_call *call) {
    const uint64_t value = call->frame->regs.result[0];
    const char *rule = NULL;
    if (!(flexos_layout.flags & FLEXOS_LAYOUT_CHECKS) || value == 0 || value >= (uint64_t)-4095 ||
        is_argument(call, value)) {
        return; /* nothing, or a negative errno, or MAP_FAILED */
    }
    switch (call->iface->result) {
    case FLEXOS_IFACE_RESULT_SHARED:
        rule = flexos_iface_readable(call, value) != 0 ? NULL : not_shared;
        break;
    case FLEXOS_IFACE_RESULT_HANDLE:
        rule = flexos_iface_object(call->to, value) ? NULL : no_handle;
        break;
    case FLEXOS_IFACE_RESULT_OWN:
        rule = flexos_iface_private(call->from, value, 1) || flexos_iface_readable(call, value) != 0
                   ? NULL
                   : not_own;
        break;
    case FLEXOS_IFACE_RESULT_CALLBACK:
        rule = flexos_iface_entry(value, call->from) ? NULL : no_entry;
        break;
    default:
        break;
    }
    if (rule != NULL) {
        flexos_iface_refuse(call, 0, value, 0, rule);
    }
}
