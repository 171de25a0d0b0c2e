/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where every function of the tree begins (-pg -mfentry), which is a kprobe's
 * place; and where one returns to that has a return probe.
 */
	.text

	.globl __fentry__
	.type __fentry__, @function
__fentry__:
	cmpl $0, kernel_looks_at_entries(%rip)
	jne 1f
	ret
1:	push %rax
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbp
	mov %rsi, %rcx			/* the second argument */
	mov %rdi, %rdx			/* the first */
	lea 88(%rsp), %rsi		/* where the return address is */
	mov 80(%rsp), %rdi		/* behind the call of this */
	call kernel_entered
	pop %rbp
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	pop %rax
	ret

	.globl kernel_return_trampoline
	.type kernel_return_trampoline, @function
kernel_return_trampoline:
	sub $8, %rsp			/* for the return address */
	push %rax
	call kernel_returned
	mov %rax, 8(%rsp)
	pop %rax
	ret

	.section .note.GNU-stack, "", @progbits
