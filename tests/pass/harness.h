/* SPDX-License-Identifier: BSD-3-Clause */
/* The fixtures of the compiler plugin run natively, on a stack with a shared half. harness.c knows
 * nothing of the plugin; fixtures are compiled with it. */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>

/* Fails the fixture unless the condition holds. */
#define CHECK(condition) harness_check((condition), __FILE__, __LINE__, #condition)
void harness_check(bool condition, const char *file, int line, const char *text);

/* Whether [at, at + size) is memory for shared locals: the shared half, or the shared heap. */
bool is_shared(const volatile void *at, size_t size);
/* Writes a pattern over the object and reads it back, so that nothing stays in a register. */
void scribble(volatile void *at, size_t size);
/* Looks at the object from outside, where the optimiser cannot see. */
void outside(const volatile void *at);

extern int harness_live; /* objects of the shared heap that were not freed yet */
extern int harness_made; /* objects of the shared heap that were ever made */

void fixture(void);

#endif
