/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Structures with pointers in them, and arrays of such, on the caller's side. They are kept as they
 * were in the frame (private), so that leave walks the same buffers as enter, whatever the other
 * side wrote into the copy. Both phases make the same decisions from the same numbers.
 */
#include "core/iface_private.h"

/* The buffer of a member: `object` is the caller's private copy of the structure, `copy` its image
   in the bounce area. What comes back is bounded by what the callee made of the length. */
static void simple_member(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                          const struct flexos_iface_member *member, uint64_t object,
                          uint64_t copy) {
    const uint64_t original = *(const uint64_t *)(object + member->base);
    const uint64_t length =
        flexos_iface_length(&call->frame->regs, member->length, (const void *)object);
    uint64_t back = 0;
    if (phase == FLEXOS_IFACE_LEAVE && (member->flags & FLEXOS_IFACE_OUT) &&
        !flexos_iface_failed(call)) {
        back = flexos_iface_length(&call->frame->regs, member->length, (const void *)copy);
        back = back == FLEXOS_IFACE_BAD ? 0 : back;
    }
    const uint64_t moved =
        flexos_iface_bounce(call, phase, member->name, original, length, member->flags, back);
    if (phase == FLEXOS_IFACE_ENTER && moved != 0) {
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
static void elements(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                     const struct flexos_iface_member *element, uint64_t object, uint64_t copy,
                     uint64_t length, uint64_t stride, uint64_t back) {
    bool full = false;
    for (uint64_t at = 0; at + stride <= length; at += stride) {
        const uint64_t original = *(const uint64_t *)(object + at + element->base);
        const uint64_t bytes =
            flexos_iface_length(&call->frame->regs, element->length, (const void *)(object + at));
        const uint64_t fits = full ? 0 : fitting(call, element, original, bytes);
        if (fits != bytes && phase == FLEXOS_IFACE_ENTER) {
            set_length(element, copy + at, fits);
        }
        full = full || fits != bytes;
        const uint64_t moved =
            flexos_iface_bounce(call, phase, element->name, original, fits, element->flags,
                                element->flags & FLEXOS_IFACE_OUT ? back : 0);
        if (phase == FLEXOS_IFACE_ENTER && moved != 0) {
            *(uint64_t *)(copy + at + element->base) = moved;
        }
        back = fits == FLEXOS_IFACE_BAD || fits > back ? 0 : back - fits;
    }
}

/* A private copy of a structure or array, behind those made before. */
uint64_t flexos_iface_snapshot(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                               uint32_t name, uint64_t original, uint64_t length) {
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
    if (phase == FLEXOS_IFACE_ENTER) {
        flexos_iface_copy(at, original, length);
    }
    return at;
}

/* A member that points to an array of structures. */
static void array_member(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                         const struct flexos_iface_member *member, uint64_t object, uint64_t copy,
                         uint64_t back) {
    const uint64_t original = *(const uint64_t *)(object + member->base);
    const uint64_t length =
        flexos_iface_length(&call->frame->regs, member->length, (const void *)object);
    if (original == 0 || length == 0) {
        return;
    }
    const uint64_t private = flexos_iface_snapshot(call, phase, member->name, original, length);
    const uint64_t image = flexos_iface_bounce_take(call->frame, length);
    if (image == 0) {
        flexos_iface_refuse(call, member->name, original, length, flexos_iface_too_large);
    }
    if (phase == FLEXOS_IFACE_ENTER) {
        flexos_iface_copy(image, private, length);
        *(uint64_t *)(copy + member->base) = image;
    }
    elements(call, phase, &flexos_iface_members[member->element], private, image, length,
             member->stride, back);
}

/* What hangs on a structure or array that was copied to `copy` and is kept in `object`. */
void flexos_iface_members_walk(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                               const struct flexos_iface_param *param, uint64_t object,
                               uint64_t copy, uint64_t length, uint64_t back) {
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
