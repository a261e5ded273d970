/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The bounce area: where copies of private buffers lie during a call. It grows downwards from the
 * caller's frame. On a private stack it lies in the shared half of the stack, at the same distance
 * for every byte; on a shared stack it is the stack itself, below what the hooks need.
 */
#include "core/iface_private.h"
#include "core/layout.h"

#define CALLBACK_ROOM 0x8000UL /* stack that stays for callbacks */

const char flexos_iface_too_large[] =
    "a private buffer is larger than the bounce area: share it (flexos_share, "
    "flexos_malloc_shared), use a smaller one, or raise the stack size";

/* Sets up an empty bounce area for a frame at `at`. */
void flexos_iface_bounce_start(struct flexos_iface_frame *frame, uint64_t at) {
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
    frame->bounce_end = (shared ? at - FLEXOS_IFACE_OWN_STACK : at + distance) & ~63UL;
    frame->bounce = frame->bounce_end;
    frame->floor = floor + distance;
}

/* Bytes of the bounce area, or 0 when they do not fit. */
uint64_t flexos_iface_bounce_take(struct flexos_iface_frame *frame, uint64_t length) {
    const uint64_t size = (length + 15) & ~15UL;
    if (frame->bounce < frame->floor || size > frame->bounce - frame->floor) {
        return 0;
    }
    frame->bounce -= size;
    return frame->bounce;
}

/* One buffer: its copy in the bounce area. 0: it is passed as it is. */
uint64_t flexos_iface_bounce(const struct flexos_iface_call *call, enum flexos_iface_phase phase,
                             uint32_t name, uint64_t original, uint64_t length, uint8_t flags,
                             uint64_t back) {
    if (original == 0 || length == 0 || length == FLEXOS_IFACE_BAD ||
        flexos_iface_common(call, original, length, (flags & FLEXOS_IFACE_OUT) != 0)) {
        return 0;
    }
    const uint64_t copy = flexos_iface_bounce_take(call->frame, length);
    if (copy == 0) {
        flexos_iface_refuse(call, name, original, length, flexos_iface_too_large);
    }
    if (phase == FLEXOS_IFACE_LEAVE) {
        flexos_iface_copy(original, copy, back < length ? back : length);
    } else if (flags & FLEXOS_IFACE_IN) {
        flexos_iface_copy(copy, original, length);
    } else if (!(flags & FLEXOS_IFACE_BOUNDED)) {
        flexos_iface_zero(copy, length);
    }
    return copy;
}
