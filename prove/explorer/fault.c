// SPDX-License-Identifier: GPL-2.0
/*
 * fault - what would be an oops, and what has no stand-in
 *
 * build.sh puts each symbol that is not faked at an address where nothing is
 * mapped: a call or an access ends up here.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ucontext.h>
#include "explorer.h"

static const void *fault_address, *fault_pc;

/* Goes on in the place of the fault, on the stack of the fiber. */
static void report(void)
{
	const char *name = symbols_unfaked(fault_address);

	if (name)
		prove_unknown(name);
	prove_note((char *)fault_pc + 1, "faults");
	prove_fail("oops: access to %p", fault_address);
	fprintf(stderr, "a fault outside of all threads\n");
	abort();
}

static void handler(int number, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)number;
	fault_address = info->si_addr;
	fault_pc = (void *)regs[REG_RIP];
	/* As after a call: the ABI wants the stack so. */
	regs[REG_RSP] = ((regs[REG_RSP] - 256) & ~15l) - 8;
	regs[REG_RIP] = (greg_t)report;
}

void fault_init(void)
{
	static char stack[64 << 10];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};

	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}
