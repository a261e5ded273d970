/* SPDX-License-Identifier: BSD-3-Clause */
/* The same operations as in libc: one thread at a time. */
#include "../../libc/arch/atomic_arch.h"
