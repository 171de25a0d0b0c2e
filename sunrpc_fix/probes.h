/* SPDX-License-Identifier: GPL-2.0 */
/* The probes: kernel events handed to the state machine. */
#ifndef SUNRPC_FIX_PROBES_H
#define SUNRPC_FIX_PROBES_H

#include <linux/types.h>

struct seq_file;

int probes_arm(bool hold);
void probes_disarm(void);
unsigned int probes_armed(void);
unsigned long probes_missed(void);
void probes_show(struct seq_file *seq);
bool probes_symbol_exists(const char *symbol);

#endif /* SUNRPC_FIX_PROBES_H */
