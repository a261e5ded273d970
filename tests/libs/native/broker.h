/* SPDX-License-Identifier: BSD-3-Clause */
/* See broker.c. Weak: a program that is not linked with it has no volume. */
#ifndef TESTS_BROKER_H
#define TESTS_BROKER_H

#include <stdbool.h>

bool broker_open(const char *directory) __attribute__((weak));

#endif
