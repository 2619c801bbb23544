/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_STACKS_H
#define TLBLAB_TRACE_STACKS_H

#include <stddef.h>
#include <stdint.h>

#include "tlblab/trace/cause.h"
#include "tlblab/trace/symbols.h"

/*
 * Every distinct stack once, with its cause, so that a flush costs a look-up and not a
 * search through names. A bounded number is kept; what comes later than that is counted
 * under STACK_NONE.
 */
enum { STACK_FRAMES_MAX = 48, STACKS_MAX = 4096, STACK_NONE = -1 };

struct stack {
	uint64_t hash;
	int pid; /* 0 when it has no user part */
	uint32_t n_kernel, n_user;
	uint64_t frame[STACK_FRAMES_MAX]; /* kernel part, then user part; inner first */
	enum cause cause;
};

struct stack_table;

/* symbols may be NULL: causes are then unknown. It outlives the table. */
struct stack_table *stack_table_new(const struct kernel_symbols *symbols);
void stack_table_free(struct stack_table *t); /* NULL is fine */
/* The stack of a record's chain, of that process; STACK_NONE for none, or no room. */
int stack_table_add(struct stack_table *t, int pid, const uint64_t *chain, size_t n);
/* NULL for STACK_NONE. Valid as long as the table. */
const struct stack *stack_table_at(const struct stack_table *t, int stack);
int stack_table_count(const struct stack_table *t);

#endif
