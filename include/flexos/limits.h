/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers on which the image, the link step and the launcher agree (docs/abi.md section 2).
 * Only plain #defines: this file is included by C and by assembly.
 */
#ifndef FLEXOS_LIMITS_H
#define FLEXOS_LIMITS_H

#ifdef __ASSEMBLER__
#define FLEXOS_CONSTANT(number) number
#else
#define FLEXOS_CONSTANT(number) number##UL
#endif

#define FLEXOS_PAGE_SIZE FLEXOS_CONSTANT(0x1000)
#define FLEXOS_CACHE_LINE 64

#define FLEXOS_MAX_THREADS 16384
#define FLEXOS_MAX_COMPARTMENTS 13 /* besides the TCB, which is compartment 0 */
#define FLEXOS_DOMAINS 16          /* one for each protection key */
#define FLEXOS_DOMAIN_TCB 14       /* private data of the TCB */
#define FLEXOS_DOMAIN_SHARED 15    /* data that all compartments read and write */

#define FLEXOS_IMAGE_BASE FLEXOS_CONSTANT(0x400000)
#define FLEXOS_IMAGE_END FLEXOS_CONSTANT(0x80000000)

/* Arena k of the address space: [BASE + k * SIZE, BASE + (k + 1) * SIZE). */
#define FLEXOS_ARENA_BASE FLEXOS_CONSTANT(0x100000000000)
#define FLEXOS_ARENA_SIZE FLEXOS_CONSTANT(0x1000000000)
#define FLEXOS_ARENA_END (FLEXOS_ARENA_BASE + FLEXOS_DOMAINS * FLEXOS_ARENA_SIZE)

/* Inside an arena: private stacks, their shared halves, the heap. */
#define FLEXOS_STACKS_SIZE FLEXOS_CONSTANT(0x40000000)
#define FLEXOS_STACKS_SHARED FLEXOS_CONSTANT(0x40000000) /* = flexos_dss_offset when DSS is on */
#define FLEXOS_HEAP_OFFSET FLEXOS_CONSTANT(0x100000000)
#define FLEXOS_HEAP_MAX (FLEXOS_ARENA_SIZE - FLEXOS_HEAP_OFFSET)

#define FLEXOS_STACK_SLOT FLEXOS_CONSTANT(0x40000) /* default; the layout table has the real one   \
                                                    */
#define FLEXOS_STACK_SLOT_MIN FLEXOS_CONSTANT(0x10000)

/* Entry thunks: slots of this size, the entry behind the prefix that kCFI uses. */
#define FLEXOS_THUNK_STRIDE 64
#define FLEXOS_THUNK_ENTRY 16
#define FLEXOS_HOME_ANY 255 /* home of a thunk whose function is stateless */

/* PKRU: two bits for each key, access-disable and write-disable. */
#define FLEXOS_PKRU_TCB 0
#define FLEXOS_PKRU_BASE 0x55555556 /* key 0 read-only, the others closed */

/* Exit statuses of an image. */
#define FLEXOS_EXIT_VIOLATION 86 /* a compartment broke the rules of isolation */
#define FLEXOS_EXIT_FAULT 87     /* another fault in the image */
#define FLEXOS_EXIT_REFUSED 88   /* the image refuses to start */

#endif
