/* SPDX-License-Identifier: BSD-3-Clause */
/* Checks of the guest that tests libc: each prints a TAP line. */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>

void check_that(int ok, const char *what, const char *file, int line);
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

void test_threads(void);
void test_signals(void);
void test_memory(void);
void test_shared(void);
void test_process(void);
void test_numbers(void);

#endif
