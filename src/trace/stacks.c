/* SPDX-License-Identifier: MIT */
/*
 * A chain holds addresses and, before each part, a mark: PERF_CONTEXT_KERNEL or
 * PERF_CONTEXT_USER (include/uapi/linux/perf_event.h). Kernel frames are return
 * addresses; one byte before them is inside the call.
 */
#include "tlblab/trace/stacks.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = STACKS_MAX * 2 };

struct stack_table {
	const struct kernel_symbols *symbols;
	int n;
	int16_t slot[SLOTS]; /* stack + 1; 0 free */
	struct stack stack[STACKS_MAX];
};

struct stack_table *stack_table_new(const struct kernel_symbols *symbols)
{
	struct stack_table *t = calloc(1, sizeof(*t));

	if (t)
		t->symbols = symbols;
	return t;
}

void stack_table_free(struct stack_table *t)
{
	free(t);
}

static void take_frames(struct stack *s, const uint64_t *chain, size_t n)
{
	bool user = false;

	for (size_t i = 0; i < n && s->n_kernel + s->n_user < STACK_FRAMES_MAX; i++) {
		if (chain[i] >= (uint64_t)PERF_CONTEXT_MAX) {
			user = chain[i] == (uint64_t)PERF_CONTEXT_USER;
			continue;
		}
		s->frame[s->n_kernel + s->n_user] = chain[i];
		if (user)
			s->n_user++;
		else
			s->n_kernel++;
	}
}

static uint64_t hash_of(const struct stack *s)
{
	uint64_t hash = (uint64_t)(uint32_t)s->pid + UINT64_C(0x9e3779b97f4a7c15);

	for (uint32_t i = 0; i < s->n_kernel + s->n_user; i++) {
		hash = (hash ^ s->frame[i]) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	return hash;
}

static enum cause find_cause(const struct stack_table *t, const struct stack *s)
{
	const char *name[STACK_FRAMES_MAX];

	for (uint32_t i = 0; i < s->n_kernel; i++)
		name[i] = kernel_symbols_name(t->symbols, s->frame[i] - (i > 0), NULL);
	return cause_of_stack(name, s->n_kernel);
}

int stack_table_add(struct stack_table *t, int pid, const uint64_t *chain, size_t n)
{
	struct stack s = {0};
	size_t at;

	take_frames(&s, chain, n);
	if (s.n_kernel + s.n_user == 0)
		return STACK_NONE;
	s.pid = s.n_user ? pid : 0;
	s.hash = hash_of(&s);
	for (at = s.hash % SLOTS; t->slot[at]; at = (at + 1) % SLOTS)
		if (t->stack[t->slot[at] - 1].hash == s.hash)
			return t->slot[at] - 1;
	if (t->n == STACKS_MAX)
		return STACK_NONE;
	s.cause = find_cause(t, &s);
	t->stack[t->n++] = s;
	t->slot[at] = (int16_t)t->n;
	return t->n - 1;
}

const struct stack *stack_table_at(const struct stack_table *t, int stack)
{
	return stack >= 0 && stack < t->n ? &t->stack[stack] : NULL;
}

int stack_table_count(const struct stack_table *t)
{
	return t->n;
}
