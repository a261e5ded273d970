/* SPDX-License-Identifier: BSD-3-Clause */
/* What tests of libraries share: the stand-in for the trusted computing base, and TAP. */
#ifndef TESTS_NATIVE_H
#define TESTS_NATIVE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern unsigned native_switches, native_waits;
extern unsigned native_events; /* what the next flexos_wait returns */
extern void (*native_on_wait)(uint64_t deadline_ns);
extern char native_console[65536]; /* what was written, terminated */
extern size_t native_console_length;
extern const char *native_input; /* what can be read; NULL = end of input */
/* flexos_exit comes back here when the test expects it. */
extern jmp_buf native_exit;
extern int native_exit_status;
extern bool native_exit_expected;

extern int native_failed;
void check(bool good, const char *file, int line, const char *what);
#define CHECK(condition) check((condition), __FILE_NAME__, __LINE__, #condition)
int finish(void);
unsigned scale(unsigned normal);

#endif
