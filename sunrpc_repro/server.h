/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SUNRPC_REPRO_SERVER_H
#define SUNRPC_REPRO_SERVER_H

#include <linux/in.h>

struct net;

int server_start(struct net *net, struct sockaddr_in *addr);
bool server_answer(unsigned long timeout);
void server_stop(void);

#endif /* SUNRPC_REPRO_SERVER_H */
