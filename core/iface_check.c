/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The callee's side of a gate with a descriptor: check refuses what the caller may not use, result
 * hands back what was kept private meanwhile.
 *
 * Everything whose content decides over lengths is copied to the frame before it is looked at, and
 * the function gets the copy: length words, arrays of buffers and structures with pointers, strings
 * up to FLEXOS_IFACE_STRING. So a check holds until the function returns. The content of buffers
 * may change while the function runs, as in any shared memory.
 */
#include "core/iface_private.h"
#include "core/layout.h"

static const char bad_length[] = "its length is negative, wraps, or exceeds all memory";
static const char not_common[] =
    "it points to memory that the caller and this function do not share: share the object "
    "(flexos_share, flexos_malloc_shared) or annotate the parameter so that the gate copies it";
static const char not_constant[] = "it points to memory that cannot be written";
static const char no_end[] = "the string does not end inside the memory that it starts in";
static const char no_entry[] = "it is no function that the caller may call: only the start of an "
                               "entry thunk of the caller is";
static const char no_handle[] = "it is no object of the callee";
static const char is_list[] =
    "it is a va_list, which cannot cross a boundary: put the library into the compartment of its "
    "caller, or call the form with `...`";
static const char is_null[] = "it is NULL";
static const char too_many[] = "more elements than a gate carries in one call (1024)";
static const char condition[] = "the precondition of the function does not hold";

static uint64_t *place_of(const struct flexos_iface_call *call,
                          const struct flexos_iface_param *param) {
    return flexos_iface_place(&call->frame->regs, param->place);
}

/* Room for a private copy. */
static uint64_t room(const struct flexos_iface_call *call, uint32_t name, uint64_t value,
                     uint64_t length) {
    struct flexos_iface_frame *frame = call->frame;
    const uint64_t left =
        call->iface->callee_frame - sizeof(struct flexos_iface_frame) - frame->used;
    const uint64_t size = (length + 15) & ~15UL;
    if (size > left) {
        flexos_iface_refuse(call, name, value, length, too_many);
    }
    frame->used += size;
    return (uint64_t)frame->scratch + frame->used - size;
}

static void common(const struct flexos_iface_call *call, uint32_t name, uint64_t value,
                   uint64_t length, bool write) {
    if (length == FLEXOS_IFACE_BAD) {
        flexos_iface_refuse(call, name, value, length, bad_length);
    }
    if (!flexos_iface_common(call, value, length, write)) {
        flexos_iface_refuse(call, name, value, length,
                            write && flexos_iface_common(call, value, length, false) ? not_constant
                                                                                     : not_common);
    }
}

/* A private copy of `length` checked bytes. */
static uint64_t kept(const struct flexos_iface_call *call, uint32_t name, uint64_t value,
                     uint64_t length, bool write) {
    common(call, name, value, length, write);
    const uint64_t copy = room(call, name, value, length);
    flexos_iface_copy(copy, value, length);
    return copy;
}

static void simple_member(const struct flexos_iface_call *call,
                          const struct flexos_iface_member *member, uint64_t object) {
    const uint64_t value = *(const uint64_t *)(object + member->base);
    const uint64_t length =
        flexos_iface_length(&call->frame->regs, member->length, (const void *)object);
    if (value == 0 && length == 0) {
        return;
    }
    if (value != 0 || (member->flags & FLEXOS_IFACE_NONNULL)) {
        common(call, member->name, value, length, (member->flags & FLEXOS_IFACE_OUT) != 0);
    }
}

static void elements(const struct flexos_iface_call *call,
                     const struct flexos_iface_member *element, uint64_t object, uint64_t length,
                     uint64_t stride) {
    for (uint64_t at = 0; at + stride <= length; at += stride) {
        simple_member(call, element, object + at);
    }
}

static void array_member(const struct flexos_iface_call *call,
                         const struct flexos_iface_member *member, uint64_t object) {
    uint64_t *pointer = (uint64_t *)(object + member->base);
    const uint64_t length =
        flexos_iface_length(&call->frame->regs, member->length, (const void *)object);
    if (*pointer == 0 || length == 0) {
        return;
    }
    *pointer = kept(call, member->name, *pointer, length, false);
    elements(call, &flexos_iface_members[member->element], *pointer, length, member->stride);
}

/* A structure or array with pointers: the function gets a checked private copy. */
static void structure(const struct flexos_iface_call *call, unsigned i,
                      const struct flexos_iface_param *param, uint64_t length) {
    uint64_t *place = place_of(call, param);
    const struct flexos_iface_member *first = &flexos_iface_members[param->member];
    const uint64_t object =
        kept(call, param->name, *place, length, (param->flags & FLEXOS_IFACE_OUT) != 0);
    call->frame->param[i].copy = object;
    call->frame->param[i].length = length;
    *place = object;
    if (param->stride != 0) {
        elements(call, first, object, length, param->stride);
        return;
    }
    for (unsigned m = 0; m < param->members; m++) {
        if (first[m].stride != 0) {
            array_member(call, &first[m], object);
        } else {
            simple_member(call, &first[m], object);
        }
    }
}

/* A string: a private copy; in place, once its end was found, if it cannot change, is long, or is
   one only by its type (the function may keep the pointer). */
static void string(const struct flexos_iface_call *call, unsigned i,
                   const struct flexos_iface_param *param) {
    uint64_t *place = place_of(call, param);
    const uint64_t limit = call->from == 0 ? FLEXOS_IFACE_BAD : flexos_iface_readable(call, *place);
    if (limit == 0) {
        flexos_iface_refuse(call, param->name, *place, 1, not_common);
    }
    const volatile char *from = (const volatile char *)*place;
    uint64_t length = 0;
    while (length < limit && from[length] != '\0') {
        length++;
    }
    if (length == limit) {
        flexos_iface_refuse(call, param->name, *place, length, no_end);
    }
    if (length < FLEXOS_IFACE_STRING && call->from != 0 && !flexos_iface_constant(*place) &&
        !(param->flags & FLEXOS_IFACE_INFERRED)) {
        const uint64_t copy = room(call, param->name, *place, length + 1);
        flexos_iface_copy(copy, *place, length);
        ((char *)copy)[length] = '\0';
        call->frame->param[i].copy = copy;
        call->frame->param[i].length = length + 1;
        *place = copy;
    }
}

/* What a type alone says to be a buffer may as well be an object of the callee. */
static void buffer(const struct flexos_iface_call *call, const struct flexos_iface_param *param,
                   uint64_t value, uint64_t length) {
    if ((param->flags & FLEXOS_IFACE_INFERRED) && flexos_iface_object(call->to, value)) {
        return;
    }
    common(call, param->name, value, length,
           (param->flags & (FLEXOS_IFACE_OUT | FLEXOS_IFACE_INFERRED)) == FLEXOS_IFACE_OUT);
}

/* A function; what a type alone says to be one may also be a small number, such as SIG_IGN. */
static void callback(const struct flexos_iface_call *call, const struct flexos_iface_param *param,
                     uint64_t value) {
    const bool number = (param->flags & FLEXOS_IFACE_INFERRED) && value + 1 < FLEXOS_PAGE_SIZE;
    if (call->from != 0 && !number && !flexos_iface_entry(value, call->from)) {
        flexos_iface_refuse(call, param->name, value, 0, no_entry);
    }
}

static void check_param(const struct flexos_iface_call *call, unsigned i) {
    const struct flexos_iface_param *param = &flexos_iface_params[call->iface->first + i];
    const uint64_t value = *place_of(call, param);
    if (value == 0) {
        if (param->flags & FLEXOS_IFACE_NONNULL) {
            flexos_iface_refuse(call, param->name, value, 0, is_null);
        }
        return;
    }
    switch (param->kind) {
    case FLEXOS_IFACE_BUFFER:
    case FLEXOS_IFACE_SHARED: {
        const uint64_t length = flexos_iface_length(&call->frame->regs, param->length, NULL);
        if (param->members != 0) {
            structure(call, i, param, length);
        } else if (!(param->flags & FLEXOS_IFACE_WORD)) {
            buffer(call, param, value, length);
        }
        break;
    }
    case FLEXOS_IFACE_STRINGZ:
        string(call, i, param);
        break;
    case FLEXOS_IFACE_HANDLE:
        if (call->from != 0 && !flexos_iface_object(call->to, value)) {
            flexos_iface_refuse(call, param->name, value, 0, no_handle);
        }
        break;
    case FLEXOS_IFACE_CALLBACK:
        callback(call, param, value);
        break;
    case FLEXOS_IFACE_VA_LIST:
        if (call->from != 0) {
            flexos_iface_refuse(call, param->name, value, 0, is_list);
        }
        break;
    default:
        break;
    }
}

/* Length words first: other parameters' lengths are computed from the private copies. */
static void keep_word(const struct flexos_iface_call *call, unsigned i) {
    const struct flexos_iface_param *param = &flexos_iface_params[call->iface->first + i];
    struct flexos_iface_frame *frame = call->frame;
    uint64_t *place = place_of(call, param);
    frame->param[i].original = *place;
    frame->param[i].copy = 0;
    if (*place == 0 || !(param->flags & FLEXOS_IFACE_WORD)) {
        return;
    }
    const uint64_t length = flexos_iface_length(&frame->regs, param->length, NULL);
    frame->param[i].length = length;
    frame->param[i].copy =
        kept(call, param->name, *place, length, (param->flags & FLEXOS_IFACE_OUT) != 0);
    *place = frame->param[i].copy;
}

void flexos_iface_check(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    const struct flexos_iface_call call = flexos_iface_call(index, regs, from, to);
    call.frame->used = 0;
    if (!(flexos_layout.flags & FLEXOS_LAYOUT_CHECKS)) {
        for (unsigned i = 0; i < call.iface->params; i++) {
            call.frame->param[i].copy = 0;
        }
        return; /* interface_checks: false */
    }
    for (unsigned i = 0; i < call.iface->params; i++) {
        keep_word(&call, i);
    }
    for (unsigned i = 0; i < call.iface->params; i++) {
        check_param(&call, i);
    }
    if (call.iface->condition != 0 && !flexos_iface_condition(regs, call.iface->condition)) {
        flexos_iface_refuse(&call, 0, 0, 0, condition);
    }
}

void flexos_iface_result(uint64_t index, struct flexos_regs *regs, unsigned from, unsigned to) {
    const struct flexos_iface_call call = flexos_iface_call(index, regs, from, to);
    flexos_iface_result_back(&call);
    for (unsigned i = 0; i < call.iface->params; i++) {
        const struct flexos_iface_param *param = &flexos_iface_params[call.iface->first + i];
        const uint64_t copy = call.frame->param[i].copy;
        const uint64_t original = call.frame->param[i].original;
        if (copy == 0 || !(param->flags & FLEXOS_IFACE_OUT) || param->stride != 0) {
            continue;
        }
        flexos_iface_structure_back(param, original, copy, call.frame->param[i].length);
    }
}
