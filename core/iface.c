/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The caller's side of a gate with a descriptor: enter copies annotated private buffers to the
 * bounce area, leave copies results back.
 *
 * The bounce area grows downwards from the frame. On a private stack it lies in the shared half of
 * the stack, at the same distance for every byte; on a shared stack it is the stack itself, below
 * what these functions need. Structures with pointers inside are kept as they were in the frame
 * (private), so that leave walks the same buffers as enter, whatever the other side wrote.
 *
 * These functions protect the caller against what comes back. They do not judge the caller's own
 * pointers: what cannot be copied stays as it is, and check refuses it on the other side.
 */
#include "core/iface_private.h"
#include "core/layout.h"

#define CALLBACK_ROOM 0x8000UL /* stack that stays for callbacks */
#define OWN_STACK 0x1000UL     /* what the hooks themselves use, generously */

enum phase { ENTER, LEAVE };

static const char too_large[] =
    "a private buffer is larger than the bounce area: share it (flexos_share, "
    "flexos_malloc_shared), use a smaller one, or raise the stack size";
static const char result_not_shared[] = "the result is a pointer that is not in shared memory";
static const char result_no_handle[] = "the result is no object of the provider";
static const char result_not_own[] = "the result does not lie in memory of the caller";
static const char result_no_entry[] = "the result is no function that the caller may call";

/* Sets up an empty bounce area for a frame at `at`. */
static void bounce_start(struct flexos_iface_frame *frame, uint64_t at) {
    frame->bounce = frame->bounce_end = frame->floor = at;
    if (at < FLEXOS_ARENA_BASE || at >= FLEXOS_ARENA_END ||
        at % FLEXOS_ARENA_SIZE >= FLEXOS_STACKS_SIZE) {
        return; /* not a stack of a thread: no room */
    }
    const unsigned k = (unsigned)((at - FLEXOS_ARENA_BASE) / FLEXOS_ARENA_SIZE);
    const struct flexos_layout_domain *domain = &flexos_layout.domains[k];
    const bool shared =
        domain->sharing == FLEXOS_SHARING_SHARED_STACK || domain->flavour == FLEXOS_GATE_LIGHT;
    const uint64_t distance = shared ? 0 : FLEXOS_STACKS_SHARED;
    const uint64_t bottom = at & ~(flexos_layout.stack_slot - 1);
    const uint64_t floor = bottom + FLEXOS_PAGE_SIZE + CALLBACK_ROOM;
    frame->bounce_end = (shared ? at - OWN_STACK : at + distance) & ~63UL;
    frame->bounce = frame->bounce_end;
    frame->floor = floor + distance;
}

/* Bytes of the bounce area, or 0 when they do not fit. */
static uint64_t bounce_take(struct flexos_iface_frame *frame, uint64_t length) {
    const uint64_t size = (length + 15) & ~15UL;
    if (frame->bounce < frame->floor || size > frame->bounce - frame->floor) {
        return 0;
    }
    frame->bounce -= size;
    return frame->bounce;
}

/* One buffer: its copy in the bounce area. 0: it is passed as it is. */
static uint64_t buffer(const struct flexos_iface_call *call, enum phase phase, uint32_t name,
                       uint64_t original, uint64_t length, uint8_t flags, uint64_t back) {
    if (original == 0 || length == 0 || length == FLEXOS_IFACE_BAD ||
        flexos_iface_common(call, original, length, (flags & FLEXOS_IFACE_OUT) != 0)) {
        return 0;
    }
    const uint64_t copy = bounce_take(call->frame, length);
    if (copy == 0) {
        flexos_iface_refuse(call, name, original, length, too_large);
    }
    if (phase == LEAVE) {
        flexos_iface_copy(original, copy, back < length ? back : length);
    } else if (flags & FLEXOS_IFACE_IN) {
        flexos_iface_copy(copy, original, length);
    } else if (!(flags & FLEXOS_IFACE_BOUNDED)) {
        flexos_iface_zero(copy, length);
    }
    return copy;
}

/* Whether the function says that it failed, so that nothing was written. */
static bool failed(const struct flexos_iface_call *call) {
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

/* The buffer of a member: `object` is the caller's private copy of the structure, `copy` its image
   in the bounce area. What comes back is bounded by what the callee made of the length. */
static void simple_member(const struct flexos_iface_call *call, enum phase phase,
                          const struct flexos_iface_member *member, uint64_t object,
                          uint64_t copy) {
    const uint64_t original = *(const uint64_t *)(object + member->base);
    const uint64_t length =
        flexos_iface_length(&call->frame->regs, member->length, (const void *)object);
    uint64_t back = 0;
    if (phase == LEAVE && (member->flags & FLEXOS_IFACE_OUT) && !failed(call)) {
        back = flexos_iface_length(&call->frame->regs, member->length, (const void *)copy);
        back = back == FLEXOS_IFACE_BAD ? 0 : back;
    }
    const uint64_t moved = buffer(call, phase, member->name, original, length, member->flags, back);
    if (phase == ENTER && moved != 0) {
        *(uint64_t *)(copy + member->base) = moved;
    }
}

/* Bytes of a private buffer that still fit. */
static uint64_t fitting(const struct flexos_iface_call *call,
                        const struct flexos_iface_member *member, uint64_t original,
                        uint64_t length) {
    const struct flexos_iface_frame *frame = call->frame;
    const uint64_t room = frame->bounce > frame->floor ? (frame->bounce - frame->floor) & ~15UL : 0;
    if (length == FLEXOS_IFACE_BAD || length <= room ||
        flexos_iface_common(call, original, length, (member->flags & FLEXOS_IFACE_OUT) != 0)) {
        return length;
    }
    return room;
}

/* The length of an element, which is a member of it, in the copy that is passed on. */
static void set_length(const struct flexos_iface_member *member, uint64_t copy, uint64_t length) {
    const uint8_t *code = flexos_iface_code + member->length; /* MEMBER offset offset type END */
    const uint64_t at = copy + (uint64_t)(code[1] | code[2] << 8);
    if ((code[3] & ~FLEXOS_IFACE_SIGNED) == 8) {
        *(uint64_t *)at = length;
    } else {
        *(uint32_t *)at = (uint32_t)length;
    }
}

/* All elements of an array of structures with one buffer each. Such functions may transfer less
   than they are asked for: when the bounce area is full, the rest of the array gets lengths of 0.
 */
static void elements(const struct flexos_iface_call *call, enum phase phase,
                     const struct flexos_iface_member *element, uint64_t object, uint64_t copy,
                     uint64_t length, uint64_t stride, uint64_t back) {
    bool full = false;
    for (uint64_t at = 0; at + stride <= length; at += stride) {
        const uint64_t original = *(const uint64_t *)(object + at + element->base);
        const uint64_t bytes =
            flexos_iface_length(&call->frame->regs, element->length, (const void *)(object + at));
        const uint64_t fits = full ? 0 : fitting(call, element, original, bytes);
        if (fits != bytes && phase == ENTER) {
            set_length(element, copy + at, fits);
        }
        full = full || fits != bytes;
        const uint64_t moved = buffer(call, phase, element->name, original, fits, element->flags,
                                      element->flags & FLEXOS_IFACE_OUT ? back : 0);
        if (phase == ENTER && moved != 0) {
            *(uint64_t *)(copy + at + element->base) = moved;
        }
        back = fits == FLEXOS_IFACE_BAD || fits > back ? 0 : back - fits;
    }
}

/* A private copy of a structure or array, behind those made before. */
static uint64_t snapshot(const struct flexos_iface_call *call, enum phase phase, uint32_t name,
                         uint64_t original, uint64_t length) {
    struct flexos_iface_frame *frame = call->frame;
    const uint64_t room =
        call->iface->caller_frame - sizeof(struct flexos_iface_frame) - frame->used;
    const uint64_t size = (length + 15) & ~15UL;
    if (length == FLEXOS_IFACE_BAD || size > room) {
        flexos_iface_refuse(call, name, original, length,
                            "more elements than a gate carries in one call (1024)");
    }
    const uint64_t at = (uint64_t)frame->scratch + frame->used;
    frame->used += size;
    if (phase == ENTER) {
        flexos_iface_copy(at, original, length);
    }
    return at;
}

/* A member that points to an array of structures. */
static void array_member(const struct flexos_iface_call *call, enum phase phase,
                         const struct flexos_iface_member *member, uint64_t object, uint64_t copy,
                         uint64_t back) {
    const uint64_t original = *(const uint64_t *)(object + member->base);
    const uint64_t length =
        flexos_iface_length(&call->frame->regs, member->length, (const void *)object);
    if (original == 0 || length == 0) {
        return;
    }
    const uint64_t private = snapshot(call, phase, member->name, original, length);
    const uint64_t image = bounce_take(call->frame, length);
    if (image == 0) {
        flexos_iface_refuse(call, member->name, original, length, too_large);
    }
    if (phase == ENTER) {
        flexos_iface_copy(image, private, length);
        *(uint64_t *)(copy + member->base) = image;
    }
    elements(call, phase, &flexos_iface_members[member->element], private, image, length,
             member->stride, back);
}

/* What hangs on a structure or array that was copied to `copy` and is kept in `object`. */
static void members(const struct flexos_iface_call *call, enum phase phase,
                    const struct flexos_iface_param *param, uint64_t object, uint64_t copy,
                    uint64_t length, uint64_t back) {
    const struct flexos_iface_member *first = &flexos_iface_members[param->member];
    if (param->stride != 0) {
        elements(call, phase, first, object, copy, length, param->stride, back);
        return;
    }
    for (unsigned i = 0; i < param->members; i++) {
        if (first[i].stride != 0) {
            array_member(call, phase, &first[i], object, copy, back);
        } else {
            simple_member(call, phase, &first[i], object, copy);
        }
    }
}

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
        frame->param[i].copy =
            buffer(call, ENTER, param->name, original, length,
                   param->kind == FLEXOS_IFACE_STRINGZ ? FLEXOS_IFACE_IN : param->flags, 0);
    } else if (length != 0 && length != FLEXOS_IFACE_BAD) {
        const uint64_t object = snapshot(call, ENTER, param->name, original, length);
        const uint64_t copy = bounce_take(frame, length);
        if (copy == 0) {
            flexos_iface_refuse(call, param->name, original, length, too_large);
        }
        flexos_iface_copy(copy, object, length);
        frame->param[i].snapshot = object;
        frame->param[i].copy = copy;
        members(call, ENTER, param, object, copy, length, 0);
    }
    if (frame->param[i].copy != 0) {
        *place = frame->param[i].copy;
    }
}

uint64_t flexos_iface_enter(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    const struct flexos_iface_call call = flexos_iface_call(index, regs, from, to);
    struct flexos_iface_frame *frame = call.frame;
    frame->used = 0;
    bounce_start(frame, (uint64_t)frame);
    for (unsigned i = 0; i < call.iface->params; i++) {
        enter_param(&call, i);
    }
    return frame->bounce == frame->bounce_end
               ? 0
               : (frame->bounce_end - frame->bounce + OWN_STACK + 63) & ~15UL;
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
        if (failed(call)) {
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
    uint64_t back = failed(call) ? 0 : frame->regs.result[0];
    if (call->iface->result == FLEXOS_IFACE_RESULT_INT32) {
        back = (uint32_t)back;
    }
    frame->used = object - (uint64_t)frame->scratch + ((length + 15) & ~15UL);
    frame->bounce = copy;
    members(call, LEAVE, param, object, copy, length, back);
    if (param->stride == 0 && (param->flags & FLEXOS_IFACE_OUT)) {
        flexos_iface_structure_back(param, original, copy, length);
    }
    flexos_iface_zero(frame->bounce, copy + length - frame->bounce);
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

static void leave_result(const struct flexos_iface_call *call) {
    const uint64_t value = call->frame->regs.result[0];
    const char *rule = NULL;
    if (!(flexos_layout.flags & FLEXOS_LAYOUT_CHECKS) || value == 0 || value >= (uint64_t)-4095 ||
        is_argument(call, value)) {
        return; /* nothing, or a negative errno, or MAP_FAILED */
    }
    switch (call->iface->result) {
    case FLEXOS_IFACE_RESULT_SHARED:
        rule = flexos_iface_readable(call, value) != 0 ? NULL : result_not_shared;
        break;
    case FLEXOS_IFACE_RESULT_HANDLE:
        rule = flexos_iface_object(call->to, value) ? NULL : result_no_handle;
        break;
    case FLEXOS_IFACE_RESULT_OWN:
        rule = flexos_iface_private(call->from, value, 1) || flexos_iface_readable(call, value) != 0
                   ? NULL
                   : result_not_own;
        break;
    case FLEXOS_IFACE_RESULT_CALLBACK:
        rule = flexos_iface_entry(value, call->from) ? NULL : result_no_entry;
        break;
    default:
        break;
    }
    if (rule != NULL) {
        flexos_iface_refuse(call, 0, value, 0, rule);
    }
}

void flexos_iface_leave(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    const struct flexos_iface_call call = flexos_iface_call(index, regs, from, to);
    flexos_iface_result_back(&call);
    leave_result(&call);
    for (unsigned i = 0; i < call.iface->params; i++) {
        leave_param(&call, i);
    }
}
