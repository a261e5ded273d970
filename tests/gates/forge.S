/* SPDX-License-Identifier: BSD-3-Clause */
/* What an attacker does by hand: crossings with registers of its own choice (struct forge, common.h). */

	.text
/* long forge_call(const struct forge *): a call that comes back by the regular return gate. */
	.globl	forge_call
forge_call:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	8(%rdi), %rcx
	pushq	(%rcx)
	pushq	16(%rdi)
	mov	%rsp, (%rcx)
	cmpq	$0, 88(%rdi)
	je	1f
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7
	fld1
	.endr
1:	ldmxcsr	80(%rdi)
	fldcw	84(%rdi)
	mov	(%rdi), %r15
	mov	40(%rdi), %r11
	mov	48(%rdi), %r14
	mov	64(%rdi), %rsi
	mov	32(%rdi), %rax
	mov	24(%rdi), %rbp
	mov	72(%rdi), %rdx
	mov	56(%rdi), %rdi
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%ebx, %ebx
	push	%rdx
	popfq					/* from here on no instruction that changes DF or AC */
	mov	$0, %edx
	mov	$0, %ecx
	jmp	*%r15

/* void forge_return(site, rax, r14, result) */
	.globl	forge_return
forge_return:
	mov	%rdi, %r15
	mov	%rcx, %rbx
	mov	%rdx, %r14
	mov	%rsi, %rax
	xor	%r10d, %r10d
	xor	%r12d, %r12d
	xor	%ecx, %ecx
	xor	%edx, %edx
	jmp	*%r15

	.section .note.GNU-stack, "", @progbits
