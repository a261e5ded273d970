/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Filling and dumping all registers, to see what crosses. Stores by absolute address into shared
 * memory, so no register is needed for it. struct registers: common.h.
 */
#define RAX 0
#define FLAGS 120
#define XMM 128
#define MM 384
#define MXCSR 448
#define FCW 452
#define TAGS 456
#define HIGH 464
#define WIDE 720
#define MASKS 1744

	.text
.macro DUMP
	mov	%rax, dumped + RAX
	mov	%rbx, dumped + 8
	mov	%rcx, dumped + 16
	mov	%rdx, dumped + 24
	mov	%rsi, dumped + 32
	mov	%rdi, dumped + 40
	mov	%rbp, dumped + 48
	mov	%r8, dumped + 56
	mov	%r9, dumped + 64
	mov	%r10, dumped + 72
	mov	%r11, dumped + 80
	mov	%r12, dumped + 88
	mov	%r13, dumped + 96
	mov	%r14, dumped + 104
	mov	%r15, dumped + 112
	pushfq
	popq	dumped + FLAGS
	cld
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\r, dumped + XMM + 16 * \r
	.endr
	stmxcsr	dumped + MXCSR
	fnstcw	dumped + FCW
	fnstenv	dumped + HIGH
	mov	dumped + HIGH + 8, %ecx
	mov	%ecx, dumped + TAGS
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7
	movq	%mm\r, dumped + MM + 8 * \r
	.endr
	emms
	cmpl	$0, avx
	je	1f
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vextractf128 $1, %ymm\r, dumped + HIGH + 16 * \r
	.endr
	vzeroupper
	cmpl	$2, avx
	jne	1f
	.irp r, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vmovdqu64 %zmm\r, dumped + WIDE + 64 * (\r - 16)
	.endr
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	%k\r, dumped + MASKS + 8 * \r
	.endr
1:
.endm

/* Everything that a call may clobber, and the floating-point state, gets a value. */
.macro FILL value
	mov	$\value, %rax
	cmpl	$0, avx
	je	2f
	vmovq	%rax, %xmm0
	vpunpcklqdq %xmm0, %xmm0, %xmm0
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, %xmm0, %ymm0, %ymm\r
	.endr
	cmpl	$2, avx
	jne	2f
	.irp r, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	vpbroadcastq %rax, %zmm\r
	.endr
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7
	kmovq	%rax, %k\r
	.endr
2:
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movq	%rax, %xmm\r
	punpcklqdq %xmm\r, %xmm\r
	.endr
	.irp r, 0, 1, 2, 3, 4, 5, 6, 7
	movq	%rax, %mm\r
	.endr
	movl	$0x7fa0, shared_scratch		/* round to zero, a sticky flag */
	ldmxcsr	shared_scratch
	movw	$0xc7f, shared_scratch		/* x87: round to zero */
	fldcw	shared_scratch
	mov	%rax, %rcx
	mov	%rax, %rdx
	mov	%rax, %rsi
	mov	%rax, %rdi
	mov	%rax, %r8
	mov	%rax, %r9
	mov	%rax, %r10
	mov	%rax, %r11
	std
.endm

/* long probe_call(void): lib_dump(1, 2, 3.0) with all other registers full of 0xa5. */
	.globl	probe_call
probe_call:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	FILL	0xa5a5a5a5a5a5a5a5
	cld					/* the ABI wants DF clear at calls; forge_call tries it set */
	mov	%rax, %rbx
	mov	%rax, %rbp
	mov	%rax, %r12
	mov	%rax, %r13
	mov	%rax, %r14
	mov	%rax, %r15
	mov	$1, %edi
	mov	$2, %esi
	movsd	.Lthree, %xmm0
	call	lib_dump
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret

/* In lib: what arrives. */
	.globl	real_lib_dump
real_lib_dump:
	DUMP
	mov	$7, %eax
	ret

/* In lib: returns with everything full of 0x5e. */
	.globl	real_lib_leave
real_lib_leave:
	FILL	0x5e5e5e5e5e5e5e5e
	ret

/* void probe_return(void (*gate)(void)): what is left after the gate has returned. */
	.globl	probe_return
probe_return:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	$0x1111, %ebx
	mov	$0x2222, %ebp
	mov	$0x3333, %r12d
	mov	$0x4444, %r13d
	mov	$0x5555, %r14d
	mov	$0x6666, %r15d
	call	*%rdi
	DUMP
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret

/* uint64_t state_now(uint32_t *mxcsr, uint32_t *fcw_and_tags): flags, and the state of the unit. */
	.globl	state_now
state_now:
	pushfq
	pop	%rax
	cld
	stmxcsr	(%rdi)
	sub	$40, %rsp
	fnstenv	(%rsp)
	fldenv	(%rsp)
	movzwl	(%rsp), %ecx
	mov	%ecx, (%rsi)
	movzwl	8(%rsp), %ecx
	mov	%ecx, 4(%rsi)
	add	$40, %rsp
	ret

	.section .rodata
	.balign	8
.Lthree:
	.double	3.0
	.section .note.GNU-stack, "", @progbits
