/* SPDX-License-Identifier: BSD-3-Clause */
/* What lwIP asks of the compiler and the platform. */
#ifndef FLEXOS_LWIP_CC_H
#define FLEXOS_LWIP_CC_H

#include <stdint.h>
#include <stddef.h>
#include <limits.h>
#include <errno.h>

#define LWIP_ERRNO_STDINCLUDE 1
#define SSIZE_MAX LONG_MAX

typedef int sys_prot_t;

uint32_t lwip_glue_random(void);
#define LWIP_RAND() lwip_glue_random()

/* lwIP's own diagnostics are compiled out; a broken invariant stops the image. */
#define LWIP_PLATFORM_DIAG(message) ((void)0)
#define LWIP_PLATFORM_ASSERT(message) __builtin_trap()

#endif
