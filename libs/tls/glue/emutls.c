/* SPDX-License-Identifier: BSD-3-Clause */
/* Thread-local variables as clang compiles them with -femulated-tls: each variable is described by
 * a control block, and its address in the running thread is asked for here.
 *
 * Each thread has an array of pointers in this compartment's heap, indexed by the number that a
 * variable gets when it is first used. Thread numbers are used again; the array belongs to the
 * thread whose serial number it carries, and the first use by a new thread of the same number
 * frees what its predecessor left. Objects are freed then, not when the thread ends. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/limits.h>
#include <flexos/platform.h>
#include <flexos/published.h>

enum { GROWTH = 16 };

struct control {
    size_t size, align;
    uintptr_t index;     /* 0: not used yet; the compiler starts it so */
    const void *initial; /* NULL: zeroes */
};

static struct thread_objects {
    uint64_t serial; /* of the thread that these belong to */
    void **object;
    size_t room;
} threads[FLEXOS_MAX_THREADS];

static uintptr_t variables; /* numbers given so far */

void *__emutls_get_address(struct control *control);

/* A program cannot go on without its variable, and the caller does not check. */
static _Noreturn void out_of_memory(void) {
    static const char text[] = "tls: no memory for a thread-local variable\n";
    flexos_console_write(text, sizeof text - 1);
    abort();
}

static void forget(struct thread_objects *own, uint64_t serial) {
    for (size_t i = 0; i < own->room; i++) {
        free(own->object[i]);
    }
    free(own->object);
    *own = (struct thread_objects){.serial = serial};
}

static void grow(struct thread_objects *own, size_t index) {
    size_t room = index + GROWTH;
    void **object = realloc(own->object, room * sizeof *object);
    if (!object) {
        out_of_memory();
    }
    memset(object + own->room, 0, (room - own->room) * sizeof *object);
    own->object = object;
    own->room = room;
}

static void *make(const struct control *control) {
    size_t align = control->align < sizeof(void *) ? sizeof(void *) : control->align;
    size_t size = (control->size + align - 1) & ~(align - 1);
    void *object = aligned_alloc(align, size);
    if (!object) {
        out_of_memory();
    }
    if (control->initial) {
        memcpy(object, control->initial, control->size);
    } else {
        memset(object, 0, control->size);
    }
    return object;
}

void *__emutls_get_address(struct control *control) {
    struct thread_objects *own = &threads[flexos_published.current];
    if (own->serial != flexos_published.serial) {
        forget(own, flexos_published.serial);
    }
    if (control->index == 0) {
        control->index = ++variables;
    }
    if (control->index > own->room) {
        grow(own, control->index);
    }
    void **slot = &own->object[control->index - 1];
    if (!*slot) {
        *slot = make(control);
    }
    return *slot;
}
