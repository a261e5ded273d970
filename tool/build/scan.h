/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a library's code contains that the link step must know, found once when the library is made:
 * a text file of lines
 *     avx N                          0 none, 1 AVX, 2 AVX-512
 *     system-call SECTION OFFSET     a syscall, sysenter or int 0x80 instruction, as decoded
 *     wrpkru SECTION OFFSET          the bytes of WRPKRU at any offset
 *     xrstor SECTION OFFSET          the bytes of XRSTOR or XRSTORS at any offset
 *     fs SECTION OFFSET              an access through %fs or %gs, as decoded
 * It says what is there; the audit of the final image decides what may be.
 */
#ifndef FLEXOS_TOOL_BUILD_SCAN_H
#define FLEXOS_TOOL_BUILD_SCAN_H

/* 0, or -1 after a diagnostic. */
int scan_object(const char *object, const char *notes);

#endif
