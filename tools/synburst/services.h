/* SPDX-License-Identifier: GPL-2.0 */
/* Which RPC service is behind a port: what rpcbind answered, else custom. */
#ifndef SYNBURST_SERVICES_H
#define SYNBURST_SERVICES_H

#include "dissect.h"

#define SERVICE_NAME	32

struct services;

struct services *services_new(void);
void services_free(struct services *s);
void services_answer(struct services *s, const struct segment *seg);
bool services_name(const struct services *s, const struct address *server,
		   uint16_t port, char name[SERVICE_NAME], uint32_t *program);

#endif
