/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the parts of the TCB (core, mechanism, platform) call of each other. Libraries never see
 * this file. Everything here runs in compartment 0; nothing here blocks.
 *
 * Order of the start: platform (memory, descriptors) -> flexos_boot -> mechanism (keys, secrets) ->
 * platform (devices, seal) -> the main thread, which enters flexos_start of libc.
 */
#ifndef FLEXOS_CORE_TCB_H
#define FLEXOS_CORE_TCB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/layout.h"
#include "flexos/limits.h"
#include "flexos/published.h"

/* --- core ------------------------------------------------------------------------------------ */

/* The compartment whose call runs now; written by the gates into compartment 0. Read it before
   anything that may switch threads. Without a mechanism it stays 0. */
extern volatile uint32_t flexos_caller;

/* Whether the caller may read (or also write) all of [addr, addr + len). An empty range is fine. */
bool flexos_caller_range(const void *addr, size_t len, bool write);
/* The same for compartment `k` instead of the caller. */
bool flexos_range_of(unsigned k, uintptr_t start, size_t len, bool write);

/* Start-up names the constant parts of the image (code, constants, arguments), at most 8. */
void flexos_constants_add(uintptr_t start, uintptr_t end);

/* What lies above the upper end of a stack: gates to variadic functions may read some words beyond
   the arguments of a call. */
#define FLEXOS_STACK_HEADROOM 1024

/* Makes the stack of thread `tid` in arena `k`: guard pages once. Returns its upper end, 16-byte
   aligned, above a record that names no compartment; 0 when the host has no memory. */
uintptr_t flexos_stack_make(unsigned k, unsigned tid);
/* Gives the memory of that stack back. */
void flexos_stack_free(unsigned k, unsigned tid);

/* Continues on the stack of thread 0 with next(); never returns. */
_Noreturn void flexos_boot(void (*next)(void));
/* In architecture folders: continues with function `next` on another stack. */
_Noreturn void flexos_stack_enter(uintptr_t sp, void (*next)(void));
/* Saves the callee-saved registers on the stack and its pointer in *save, continues at `load`. */
void flexos_stack_switch(uintptr_t *save, uintptr_t load);
/* First stack pointer of a thread that begins with call(entry, arg) on the stack below `top`. */
uintptr_t flexos_stack_prepare(uintptr_t top, void (*entry)(void *), void *arg);

/* Ends the image before it has begun: status 88, and on stderr what is wrong and how to mend it. */
_Noreturn void flexos_refuse(const char *what, const char *remedy);
/* A broken invariant of the TCB itself. */
_Noreturn void flexos_panic(const char *file, int line, const char *what);
#define flexos_assert(x) ((x) ? (void)0 : flexos_panic(__FILE__, __LINE__, #x))

/* --- what a mechanism provides ---------------------------------------------------------------- */

/* Switches protection on: keys for all of layout and arenas, secrets. Refuses what it cannot do. */
void flexos_mechanism_start(void);
/* Arena of the stacks on which the TCB switches threads. */
unsigned flexos_mechanism_switch_arena(void);
/* A thread number comes into use, its switching stack ends at `top`; another thread is about to be
   continued; a number is given up. */
void flexos_mechanism_thread_made(unsigned tid, uintptr_t top);
void flexos_mechanism_thread_switch(unsigned from, unsigned to);
void flexos_mechanism_thread_gone(unsigned tid);
/* Whether compartment `k` may name `entry` as the entry of a thread. */
bool flexos_mechanism_entry(uintptr_t entry, unsigned k);

/* --- what a platform provides (the host) -------------------------------------------------------
 */

void flexos_host_print(const char *text, size_t len); /* stderr */
_Noreturn void flexos_host_exit(int status);
int flexos_host_guard(uintptr_t addr, size_t len);   /* no access from now on */
int flexos_host_release(uintptr_t addr, size_t len); /* contents become zero */
void flexos_host_random(void *buf, size_t len);      /* never fails */
/* Protection keys. allocate: 1..15 in this order, or a negative errno. protect: read-write pages
   get the key. enforced: whether a denied access really faults (tries one in a child process, with
   a key that is allocated). */
int flexos_host_key_allocate(void);
int flexos_host_key_protect(uintptr_t addr, size_t len, int key);
bool flexos_host_key_enforced(int key);

#endif
