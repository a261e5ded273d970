/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one system call instruction of an image.
 *
 * Syscall User Dispatch stops every system call while flexos_published.selector is 1. The selector
 * lies in a page of key 0: only the TCB can write it. So a compartment that calls this function
 * faults at the first store, and one that jumps to the `syscall` itself is stopped by the kernel
 * (SIGSYS), as is a `syscall` anywhere else.
 */
#include "flexos/published.h"

	.text

/* long flexos_linux_call(number, a, b, c, d, e, f)
 * Arrives: call, from C code of the platform. rdi number, rsi-r9 a-e, 8(%rsp) f.
 * Attacker's jump: to the start, faults at the store; to `syscall`, selector is 1; behind it, the
 * store of 1 faults.
 * Then: rax number, rdi rsi rdx r10 r8 r9 the arguments; the kernel clobbers rcx and r11. */
	.globl	flexos_linux_call
	.type	flexos_linux_call, @function
	.p2align 4
flexos_linux_call:
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	mov	%rcx, %rdx
	mov	%r8, %r10
	mov	%r9, %r8
	mov	8(%rsp), %r9
	movb	$0, flexos_published + FLEXOS_PUBLISHED_SELECTOR
	syscall
	.globl	flexos_linux_call_return
flexos_linux_call_return:
	movb	$1, flexos_published + FLEXOS_PUBLISHED_SELECTOR
	ret
	.size	flexos_linux_call, . - flexos_linux_call

/* Process entry. Arrives: from the kernel; rsp points to argc, argv, envp, auxv. */
	.globl	_start
	.type	_start, @function
	.p2align 4
_start:
	xor	%ebp, %ebp
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	flexos_linux_start	/* never returns */
	ud2
	.size	_start, . - _start

	.section .note.GNU-stack, "", @progbits
