// SPDX-License-Identifier: GPL-2.0
/* no_module - a kernel without sunrpc_fix */
#include "fake.h"

void module_setup(void)
{
}

void module_end(void)
{
}

bool module_owns(const void *pc)
{
	return false;
}

bool module_guards(void)
{
	return false;
}

void module_function_entered(const void *ip, unsigned long arg1,
			     unsigned long arg2)
{
}
