/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Switching between the TCB's stacks of two threads, and the first start of a thread. Called by C
 * code of core/thread.c only; all of it runs with the rights of the TCB (or of everybody, in an
 * image without mechanism), so nothing here protects anybody: the gates do.
 *
 * Frame of a thread that does not run, from its saved stack pointer upwards:
 *   0 MXCSR, 4 FCW, 8 r15, 16 r14, 24 r13, 32 r12, 40 rbx, 48 rbp, 56 return address
 */
	.text

/* void flexos_stack_switch(uintptr_t *save, uintptr_t load)
 * Arrives: call from switch_to. rdi = where to save, rsi = stack pointer to continue at. */
	.globl	flexos_stack_switch
	.type	flexos_stack_switch, @function
	.p2align 4
flexos_stack_switch:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	mov	%rsp, (%rdi)		/* this thread waits here */
	mov	%rsi, %rsp		/* the other one goes on from here */
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
	.size	flexos_stack_switch, . - flexos_stack_switch

/* uintptr_t flexos_stack_prepare(uintptr_t top, entry, arg)
 * rdi = upper end of the stack (16-byte aligned), rsi = entry, rdx = arg. Writes the frame that
 * flexos_stack_switch restores: rbx = entry, r12 = arg, returns to thread_begin. */
	.globl	flexos_stack_prepare
	.type	flexos_stack_prepare, @function
	.p2align 4
flexos_stack_prepare:
	lea	-64(%rdi), %rax		/* after the ret: rsp = top, as thread_begin expects */
	movl	$0x1f80, (%rax)
	movl	$0x37f, 4(%rax)
	movq	$0, 8(%rax)
	movq	$0, 16(%rax)
	movq	$0, 24(%rax)
	mov	%rdx, 32(%rax)
	mov	%rsi, 40(%rax)
	movq	$0, 48(%rax)
	movq	$thread_begin, 56(%rax)
	ret
	.size	flexos_stack_prepare, . - flexos_stack_prepare

/* Arrives: the ret of flexos_stack_switch, once for each thread. rbx = entry, r12 = arg,
 * rsp 16-byte aligned. */
	.type	thread_begin, @function
	.p2align 4
thread_begin:
	mov	%rbx, %rdi
	mov	%r12, %rsi
	call	flexos_thread_first	/* never returns */
	ud2
	.size	thread_begin, . - thread_begin

/* void flexos_stack_enter(uintptr_t sp, void (*next)(void)): leaves the current stack for good. */
	.globl	flexos_stack_enter
	.type	flexos_stack_enter, @function
	.p2align 4
flexos_stack_enter:
	mov	%rdi, %rsp
	xor	%ebp, %ebp
	call	*%rsi
	ud2
	.size	flexos_stack_enter, . - flexos_stack_enter

	.section .note.GNU-stack, "", @progbits
