/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SUNRPC_REPRO_HANDSHAKE_H
#define SUNRPC_REPRO_HANDSHAKE_H

#include <linux/types.h>
#include <linux/wait.h>

struct net;

/**
 * struct handshake - what was seen of a handshake while it was held open
 * @syns: SYNs that reached the listener, retransmissions as well
 * @attempts: SYNs that began an attempt: of different ISN or source port
 * @isns: different ISNs from the one source port that had most of them
 * @port: that source port
 */
struct handshake {
	unsigned int syns;
	unsigned int attempts;
	unsigned int isns;
	unsigned int port;
};

int handshake_hold(struct net *net, __be16 port, wait_queue_head_t *wait);
bool handshake_begun(void);
void handshake_count(struct handshake *count);
void handshake_let_go(void);
void handshake_end(void);

#endif /* SUNRPC_REPRO_HANDSHAKE_H */
