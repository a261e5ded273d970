/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The caller's side of a gate with a descriptor: enter copies annotated private buffers to the
 * bounce area, leave copies results back.
 *
 * These functions protect the caller against what comes back. They do not judge the caller's own
 * pointers: what cannot be copied stays as it is, and check refuses it on the other side.
 */
#include "core/iface_private.h"

/* Bytes of a private string with its zero byte; it is the caller's own memory, so it may run on. */
static uint64_t string_length(uint64_t at) {
    uint64_t length = 0;
    while (((const char *)at)[length] != '\0') {
        length++;
    }
    return length + 1;
}

/* A count that may be lowered: to what fits. */
static uint64_t lowered(const struct flexos_iface_call *call,
                        const struct flexos_iface_param *param, uint64_t original,
                        uint64_t length) {
    struct flexos_iface_frame *frame = call->frame;
    const uint64_t room = frame->bounce > frame->floor ? (frame->bounce - frame->floor) & ~15UL : 0;
    if (!(param->flags & FLEXOS_IFACE_PART) || length == FLEXOS_IFACE_BAD || length <= room ||
        room == 0 ||
        flexos_iface_common(call, original, length, (param->flags & FLEXOS_IFACE_OUT) != 0)) {
        return length;
    }
    *flexos_iface_place(&frame->regs, param->lower) = room;
    return room;
}

static bool is_pointer_to_copy(const struct flexos_iface_param *param) {
    return (param->kind == FLEXOS_IFACE_BUFFER || param->kind == FLEXOS_IFACE_STRINGZ) &&
           !(param->flags & FLEXOS_IFACE_INFERRED);
}

static void enter_param(const struct flexos_iface_call *call, unsigned i) {
    struct flexos_iface_frame *frame = call->frame;
    const struct flexos_iface_param *param = &flexos_iface_params[call->iface->first + i];
    uint64_t *place = flexos_iface_place(&frame->regs, param->place);
    const uint64_t original = *place;
    frame->param[i].original = original;
    frame->param[i].copy = 0;
    if (original == 0 || !is_pointer_to_copy(param)) {
        return;
    }
    uint64_t length;
    if (param->kind == FLEXOS_IFACE_STRINGZ) {
        if (flexos_iface_readable(call, original) != 0) {
            return;
        }
        length = string_length(original);
    } else {
        length = flexos_iface_length(&frame->regs, param->length, NULL);
        length = lowered(call, param, original, length);
    }
    frame->param[i].length = length;
    if (param->members == 0) {
        frame->param[i].copy = flexos_iface_bounce(
            call, FLEXOS_IFACE_ENTER, param->name, original, length,
            param->kind == FLEXOS_IFACE_STRINGZ ? FLEXOS_IFACE_IN : param->flags, 0);
    } else if (length != 0 && length != FLEXOS_IFACE_BAD) {
        const uint64_t object =
            flexos_iface_snapshot(call, FLEXOS_IFACE_ENTER, param->name, original, length);
        const uint64_t copy = flexos_iface_bounce_take(frame, length);
        if (copy == 0) {
            flexos_iface_refuse(call, param->name, original, length, flexos_iface_too_large);
        }
        flexos_iface_copy(copy, object, length);
        frame->param[i].snapshot = object;
        frame->param[i].copy = copy;
        flexos_iface_members_walk(call, FLEXOS_IFACE_ENTER, param, object, copy, length, 0);
    }
    if (frame->param[i].copy != 0) {
        *place = frame->param[i].copy;
    }
}

uint64_t flexos_iface_enter(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    const struct flexos_iface_call call = flexos_iface_call(index, regs, from, to);
    struct flexos_iface_frame *frame = call.frame;
    frame->used = 0;
    flexos_iface_bounce_start(frame, (uint64_t)frame);
    for (unsigned i = 0; i < call.iface->params; i++) {
        enter_param(&call, i);
    }
    return frame->bounce == frame->bounce_end
               ? 0
               : (frame->bounce_end - frame->bounce + FLEXOS_IFACE_OWN_STACK + 63) & ~15UL;
}

/* How many bytes of an OUT buffer come back. */
static uint64_t written(const struct flexos_iface_call *call,
                        const struct flexos_iface_param *param, uint64_t length) {
    uint64_t bytes = length;
    if (param->written != 0) {
        bytes = flexos_iface_length(&call->frame->regs, param->written, NULL);
        return bytes == FLEXOS_IFACE_BAD ? 0 : bytes < length ? bytes : length;
    }
    if (!(param->flags & FLEXOS_IFACE_IN)) {
        if (flexos_iface_failed(call)) {
            return 0;
        }
        /* a length that the function changed: *addrlen */
        const uint64_t now = flexos_iface_length(&call->frame->regs, param->length, NULL);
        bytes = now < length ? now : length;
    }
    return bytes;
}

/* A buffer without pointers goes back; only what it held is wiped. */
static void leave_buffer(const struct flexos_iface_call *call,
                         const struct flexos_iface_param *param, uint64_t original, uint64_t copy,
                         uint64_t length) {
    const uint64_t bytes = param->flags & FLEXOS_IFACE_OUT ? written(call, param, length) : 0;
    flexos_iface_copy(original, copy, bytes);
    flexos_iface_zero(copy, param->written != 0 ? bytes : length);
}

static void leave_param(const struct flexos_iface_call *call, unsigned i) {
    struct flexos_iface_frame *frame = call->frame;
    const struct flexos_iface_param *param = &flexos_iface_params[call->iface->first + i];
    const uint64_t original = frame->param[i].original, copy = frame->param[i].copy;
    const uint64_t length = frame->param[i].length;
    if (copy == 0) {
        return;
    }
    if (param->members == 0) {
        leave_buffer(call, param, original, copy, length);
        return;
    }
    const uint64_t object = frame->param[i].snapshot;
    uint64_t back = flexos_iface_failed(call) ? 0 : frame->regs.result[0];
    if (call->iface->result == FLEXOS_IFACE_RESULT_INT32) {
        back = (uint32_t)back;
    }
    frame->used = object - (uint64_t)frame->scratch + ((length + 15) & ~15UL);
    frame->bounce = copy;
    flexos_iface_members_walk(call, FLEXOS_IFACE_LEAVE, param, object, copy, length, back);
    if (param->stride == 0 && (param->flags & FLEXOS_IFACE_OUT)) {
        flexos_iface_structure_back(param, original, copy, length);
    }
    flexos_iface_zero(frame->bounce, copy + length - frame->bounce);
}

void flexos_iface_leave(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    const struct flexos_iface_call call = flexos_iface_call(index, regs, from, to);
    flexos_iface_result_back(&call);
    flexos_iface_check_result(&call);
    for (unsigned i = 0; i < call.iface->params; i++) {
        leave_param(&call, i);
    }
}
