/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The source interface of FlexOS: gates, shared objects, the shared heap.
 *
 *     char buf[512] __attribute__((flexos_share));
 *     rc = flexos_gate(liblwip, recv, connfd, buf, 512, 0);
 *
 * All of it has the same meaning in every configuration; without isolation it costs nothing. The
 * tool defines __FLEXOS__ when it compiles for an image. Without it (any C11 compiler with GNU
 * extensions) a gate is a plain call, shared objects are ordinary objects and the shared heap is
 * the heap, so that one source is also an ordinary program.
 *
 * What this header does not do: annotate prototypes (flexos/interface.h).
 */
#ifndef FLEXOS_FLEXOS_H
#define FLEXOS_FLEXOS_H

#include <stddef.h>

/*
 * flexos_gate(library, function, arguments...): calls `function`, which `library` must export
 * (names with and without `lib` are the same library); the result is that of the function, also
 * void. The claim is checked when the image is linked: a library that does not export the function
 * is a build error. Where two libraries export a name, this is how the caller picks one.
 *
 * `function` may also be an expression of type pointer to function: then the call goes through the
 * pointer, whose target finds its own compartment, and `library` is only what the reader is told.
 *
 * The declaration of the function must be visible. Gates nest in arguments.
 */
#define flexos_gate(library, ...) FLEXOS_GATE_(__COUNTER__, #library, __VA_ARGS__)

/* Arguments are expanded before they get here, so that gates nest. */
#define FLEXOS_GATE_(number, library, ...) FLEXOS_GATE_NUMBERED_(number, library, __VA_ARGS__)

#ifdef __FLEXOS__

#define FLEXOS_ALIAS_(library, function) __asm__("flexos$" library "$" function)

/* The alias has the type of the function; it is referred to only if `function` names a function
 * (then dereferencing it does not change its type), else the expression itself is called. */
#define FLEXOS_GATE_NUMBERED_(number, library, function, ...)                                      \
    __extension__({                                                                                \
        extern __typeof__(*(function)) flexos_gate_##number##_ FLEXOS_ALIAS_(library, #function);  \
        __builtin_choose_expr(                                                                     \
            __builtin_types_compatible_p(__typeof__(function), __typeof__(*(function))),           \
            flexos_gate_##number##_, (function))(__VA_ARGS__);                                     \
    })

#else

#define FLEXOS_GATE_NUMBERED_(number, library, function, ...) ((function)(__VA_ARGS__))

#endif

/*
 * __attribute__((flexos_share)) on a variable: its storage is memory that all compartments can
 * use. A static or global object goes to the shared region, a local one to the data shadow stack
 * (pass/README.md); the variable is used as before. On one of several declarators it holds for
 * that one: `int a, b __attribute__((flexos_share)), *c;`.
 *
 * Objects that alloca() returns have no declarator; take them from the shared heap instead.
 */
#if defined(__clang__)
#define flexos_share annotate("flexos_share")
#else
#define flexos_share /* an empty attribute: every object is shared */
#endif

/*
 * The shared heap, which all compartments can use: as malloc, calloc, realloc, free and memalign.
 * free() and realloc() of the same compartment find the heap by the address and accept these
 * objects too. Errors: NULL and errno ENOMEM.
 */
#ifdef __FLEXOS__

void *flexos_malloc_shared(size_t size);
void *flexos_calloc_shared(size_t count, size_t size);
void *flexos_realloc_shared(void *object, size_t size);
void *flexos_memalign_shared(size_t align, size_t size);
void flexos_free_shared(void *object);

#else

#include <stdlib.h>

#define flexos_malloc_shared(size) malloc(size)
#define flexos_calloc_shared(count, size) calloc((count), (size))
#define flexos_realloc_shared(object, size) realloc((object), (size))
#define flexos_free_shared(object) free(object)

/* posix_memalign is not declared in strict C11: aligned_alloc wants a multiple of the alignment. */
static inline void *flexos_memalign_shared(size_t align, size_t size) {
    return aligned_alloc(align, (size + align - 1) / align * align);
}

#endif

#endif
