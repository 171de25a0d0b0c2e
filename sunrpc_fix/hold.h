/* SPDX-License-Identifier: GPL-2.0 */
/* The hold: what keeps XPRT_CONNECTING set is sure to release it again. */
#ifndef SUNRPC_FIX_HOLD_H
#define SUNRPC_FIX_HOLD_H

void hold_arm_settle(void);
void hold_wait_settled(void);
void hold_release_all(void);
void hold_exit(void);

#endif /* SUNRPC_FIX_HOLD_H */
