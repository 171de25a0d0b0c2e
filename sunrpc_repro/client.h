/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SUNRPC_REPRO_CLIENT_H
#define SUNRPC_REPRO_CLIENT_H

#include <linux/in.h>

struct net;

#define CLIENT_MAX_TASKS	64u

int client_start(struct net *net, struct sockaddr_in *addr);
int client_call(unsigned int tasks);
unsigned int client_waiting(void);
unsigned int client_connecting(void);
bool client_in_connect(void);
unsigned int client_busy(void);
unsigned int client_stop(void);

#endif /* SUNRPC_REPRO_CLIENT_H */
