/* SPDX-License-Identifier: GPL-2.0 */
/* What needs no kernel to be as in a kernel, for sunrpc_fix in user space. */
#ifndef HOST_TESTS_KERNEL_BASICS_H
#define HOST_TESTS_KERNEL_BASICS_H

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(n)			(1UL << (n))
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define hweight32(w)		((unsigned int)__builtin_popcount(w))
#define strscpy(dst, src, size)	snprintf(dst, size, "%s", src)

#define EXPORT_SYMBOL_GPL(symbol)
#define NOKPROBE_SYMBOL(symbol)		_Static_assert(1, "")
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)

#define __acquires(lock)
#define __releases(lock)

/* Lists as in <linux/list.h>; a deleted entry cannot be followed. */
struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD(name)		struct list_head name = { &(name), &(name) }
#define list_entry(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define list_for_each_entry(e, head, member)				\
	for (e = list_entry((head)->next, typeof(*e), member);		\
	     &e->member != (head);					\
	     e = list_entry(e->member.next, typeof(*e), member))

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline bool list_empty(const struct list_head *list)
{
	return list->next == list;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

static inline void list_add_tail(struct list_head *entry,
				 struct list_head *head)
{
	list_add(entry, head->prev);
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = NULL;
	entry->prev = NULL;
}

static inline void list_del_init(struct list_head *entry)
{
	list_del(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_splice_init(struct list_head *list,
				    struct list_head *head)
{
	if (list_empty(list))
		return;
	list->next->prev = head;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	head->next = list->next;
	INIT_LIST_HEAD(list);
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add(entry, head);
}

#endif /* HOST_TESTS_KERNEL_BASICS_H */
