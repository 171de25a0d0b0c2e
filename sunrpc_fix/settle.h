/* SPDX-License-Identifier: GPL-2.0 */
/* The settle timer: an event that was missed costs a second, not a mount. */
#ifndef SUNRPC_FIX_SETTLE_H
#define SUNRPC_FIX_SETTLE_H

int settle_init(void);
void settle_arm(void);
void settle_wait(void);
void settle_release_all(void);
void settle_exit(void);

#endif /* SUNRPC_FIX_SETTLE_H */
