/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/fs/sunrpc_fix: what is attached, and every transport. */
#ifndef SUNRPC_FIX_STATUS_H
#define SUNRPC_FIX_STATUS_H

void status_init(void);
void status_exit(void);

#endif /* SUNRPC_FIX_STATUS_H */
