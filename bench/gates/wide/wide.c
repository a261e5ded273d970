/* SPDX-License-Identifier: BSD-3-Clause */
/* The caller, in an image that uses AVX-512: gates must clear those registers too. */
#include "../caller/caller.c"

static __attribute__((constructor)) void use_avx512(void) {
    __asm__ volatile("vpxord %%zmm16, %%zmm16, %%zmm16" ::: "memory");
}
