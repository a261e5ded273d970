/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside compartment 1: gates by name, and the table of attacks. */
#ifndef TESTS_GATES_APP_H
#define TESTS_GATES_APP_H

#include <stdbool.h>

#include "common.h"

#ifndef AVX
#define AVX 0
#endif
#ifndef LIGHT
#define LIGHT 0
#endif

SERVICE(1, long, console_write, (const void *buf, size_t len));
SERVICE(1, _Noreturn void, exit, (int status));
SERVICE(1, long, random, (void *buf, size_t len));
SERVICE(1, int, thread_create, (void (*entry)(void *), void *arg));
SERVICE(1, int, thread_switch, (int tid));
SERVICE(1, void, thread_exit, (int next));

long lib_nothing(long, long, long, long), lib_integers(long, long, long, long, long, long);
double lib_doubles(double, double, double, double, double, double, double, double);
struct pair_of_longs lib_two_integers(long);
struct pair_of_doubles lib_two_doubles(double);
struct long_double_pair lib_integer_double(long, double);
struct double_long_pair lib_double_integer(double, long);
long double lib_long_double(long double);
_Complex long double lib_complex(long double, long double);
struct big *lib_memory(struct big *, long);
long lib_ten(long, long, long, long, long, long, long, long, long, long);
long lib_nine(long, long, long, long, long, long, long, long, long);
double lib_variadic5(long, ...) __asm__("lib_variadic$w5");
double lib_variadic41(long, ...) __asm__("lib_variadic$w41");
long lib_errno(long), lib_nest(long, long), lib_leave(void);
void lib_leave_nothing(void);
long lib_hooked(long, long, double, struct three_words);
long lib_call_third(long, long), lib_call_back(long), lib_canary(void), lib_read(const void *);
long lib_state(long), lib_attack(long, long), lib_stack_use(void);
void lib_admin(void);
long third_of_app(long, long);

long thunk_app_back(long, long), thunk_lib_errno(long), thunk_stateless(long);
void thunk_app_thread(void *);
long thunk_lib_sum(long, long, long, long, long, long, long, long, long, long);
long double thunk_lib_double(long double);
double thunk_lib_variadic(long, ...);
long thunk_lib_hooked(long, long, double, struct three_words);
void thunk_lib_hidden(void);

typedef uint64_t jump_buffer[25]; /* as musl's */
int app_setjmp(jump_buffer) __asm__("__flexos_setjmp$1") __attribute__((returns_twice));
_Noreturn void app_longjmp(jump_buffer, int) __asm__("__flexos_longjmp$1");

long probe_call(void);
void probe_return(void (*gate)(void));
uint64_t state_now(uint32_t *mxcsr, uint32_t *fcw_and_tags);
extern volatile unsigned hook_calls[4], hook_from[4];

struct attack {
    const char *name;
    void (*run)(void);
};
extern const struct attack attacks[]; /* attacks.c; ends with a NULL name */

void say(const char *text);
void stop_here(bool success);
jump_buffer *shared_jump(void);

#endif
