/* SPDX-License-Identifier: BSD-3-Clause */
/* The gates of the test image, written by hand. Order of the pairs = order of the secrets (common.h). */
#include "gate.inc"
#ifndef AVX
#define AVX 0
#endif
#ifndef LIGHT
#define LIGHT 0
#endif
	FLEXOS_BEGIN 3, AVX
	FLEXOS_DOMAIN 0, 0, 0
	FLEXOS_DOMAIN 1, LIGHT, 1
#if LIGHT
	FLEXOS_DOMAIN 2, 1, 1
#else
	FLEXOS_DOMAIN 2, 0, 2
#endif
	FLEXOS_DOMAIN 3, 0, 3
	FLEXOS_PAIR 0, 1
	FLEXOS_PAIR 0, 2
	FLEXOS_PAIR 0, 3
	FLEXOS_PAIR 1, 0
	FLEXOS_PAIR 1, 2
	FLEXOS_PAIR 1, 3
	FLEXOS_PAIR 2, 0
	FLEXOS_PAIR 2, 1
	FLEXOS_PAIR 2, 3
	FLEXOS_PAIR 3, 0
	FLEXOS_PAIR 3, 1
	FLEXOS_PAIR 3, 2

	/* name, target, from, to, ireg, sse, words, variadic, ret, errno, iface, prov */
	FLEXOS_GATE __gate_0_1$flexos_start, flexos_start_of_app, 0, 1, 0, 0, 0, 0, 0, 0, -1, 0

	.macro SERVICES k
	FLEXOS_GATE __gate_\k\()_0$console_write, flexos_console_write, \k, 0, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE __gate_\k\()_0$exit, flexos_exit, \k, 0, 1, 0, 0, 0, 0, 0, -1, 0
	FLEXOS_GATE __gate_\k\()_0$random, flexos_random, \k, 0, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE __gate_\k\()_0$thread_create, flexos_thread_create, \k, 0, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE __gate_\k\()_0$thread_switch, flexos_thread_switch, \k, 0, 1, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE __gate_\k\()_0$thread_exit, flexos_thread_exit, \k, 0, 1, 0, 0, 0, 0, 0, -1, 0
	.endm
	SERVICES 1
	SERVICES 2
	SERVICES 3

	FLEXOS_GATE lib_nothing, real_lib_nothing, 1, 2, 4, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_integers, real_lib_integers, 1, 2, 6, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_doubles, real_lib_doubles, 1, 2, 0, 8, 0, 0, 3, 0, -1, 0
	FLEXOS_GATE lib_two_integers, real_lib_two_integers, 1, 2, 1, 0, 0, 0, 2, 0, -1, 0
	FLEXOS_GATE lib_two_doubles, real_lib_two_doubles, 1, 2, 0, 1, 0, 0, 4, 0, -1, 0
	FLEXOS_GATE lib_integer_double, real_lib_integer_double, 1, 2, 1, 1, 0, 0, 5, 0, -1, 0
	FLEXOS_GATE lib_double_integer, real_lib_double_integer, 1, 2, 1, 1, 0, 0, 6, 0, -1, 0
	FLEXOS_GATE lib_long_double, real_lib_long_double, 1, 2, 0, 0, 2, 0, 7, 0, -1, 0
	FLEXOS_GATE lib_complex, real_lib_complex, 1, 2, 0, 0, 4, 0, 8, 0, -1, 0
	FLEXOS_GATE lib_memory, real_lib_memory, 1, 2, 2, 0, 0, 0, 9, 0, -1, 0
	FLEXOS_GATE lib_ten, real_lib_ten, 1, 2, 6, 0, 4, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_nine, real_lib_nine, 1, 2, 6, 0, 3, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_variadic$w5, real_lib_variadic, 1, 2, 6, 8, 5, 1, 3, 0, -1, 0
	FLEXOS_GATE lib_variadic$w41, real_lib_variadic, 1, 2, 6, 8, 41, 1, 3, 0, -1, 0
	FLEXOS_GATE lib_errno, real_lib_errno, 1, 2, 1, 0, 0, 0, 1, 1, -1, 0
	FLEXOS_GATE lib_nest, real_lib_nest, 1, 2, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_dump, real_lib_dump, 1, 2, 2, 1, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_leave, real_lib_leave, 1, 2, 0, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_leave_nothing, real_lib_leave, 1, 2, 0, 0, 0, 0, 0, 0, -1, 0
	FLEXOS_GATE lib_hooked, real_lib_hooked, 1, 2, 2, 1, 3, 0, 1, 0, 1, 0
	FLEXOS_GATE lib_call_third, real_lib_call_third, 1, 2, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_canary, real_lib_canary, 1, 2, 0, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_read, real_lib_read, 1, 2, 1, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_state, real_lib_state, 1, 2, 1, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_attack, real_lib_attack, 1, 2, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_call_back, real_lib_call_back, 1, 2, 1, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_admin, real_lib_admin, 1, 2, 0, 0, 0, 0, 0, 0, -1, 0
	FLEXOS_GATE lib_stack_use, real_lib_stack_use, 1, 2, 0, 0, 0, 0, 1, 0, -1, 0

	FLEXOS_GATE third_of_app, real_third, 1, 3, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE third_of_lib, real_third, 2, 3, 2, 0, 0, 0, 1, 0, -1, 0
	FLEXOS_GATE lib_of_third, real_lib_attack, 3, 2, 2, 0, 0, 0, 1, 0, -1, 0

	/* name, target, home, users, ireg, sse, words, variadic, ret, errno, iface */
	FLEXOS_THUNK thunk_app_back, app_back, 1, 15, 2, 0, 0, 0, 1, 0, -1
	FLEXOS_THUNK thunk_app_jump, app_jump, 1, 15, 1, 0, 0, 0, 1, 0, -1
	FLEXOS_THUNK thunk_app_thread, app_thread, 1, 15, 1, 0, 0, 0, 0, 0, -1
	FLEXOS_THUNK thunk_lib_sum, real_lib_ten, 2, 15, 6, 0, 4, 0, 1, 0, -1
	FLEXOS_THUNK thunk_lib_double, real_lib_long_double, 2, 15, 0, 0, 2, 0, 7, 0, -1
	FLEXOS_THUNK thunk_lib_hidden, real_lib_admin, 2, 13, 0, 0, 0, 0, 0, 0, -1
	FLEXOS_THUNK thunk_lib_errno, real_lib_errno, 2, 15, 1, 0, 0, 0, 1, 1, -1
	FLEXOS_THUNK thunk_lib_hooked, real_lib_hooked, 2, 15, 2, 1, 3, 0, 1, 0, 1
	FLEXOS_THUNK thunk_lib_variadic, real_lib_variadic, 2, 15, 6, 8, 41, 1, 3, 0, -1
	FLEXOS_THUNK thunk_third_poke, real_third_poke, 3, 15, 1, 0, 0, 0, 1, 0, -1
	FLEXOS_THUNK thunk_stateless, app_twice, 255, 15, 1, 0, 0, 0, 1, 0, -1
	FLEXOS_END

	/* what an attacker would find by reading the image */
	.globl	table_1_2
	.set	table_1_2, .Ltable_1_2

	.globl	flexos_start
	.set	flexos_start, __gate_0_1$flexos_start
