/* SPDX-License-Identifier: MIT */
/* The tasks and pairs of tasks seen: open addressing, nothing is ever taken out. */
#include "trace/who_priv.h"

static size_t hash_of(uint32_t a, uint32_t b)
{
	uint64_t h = ((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 32);
}

int who_task_of(struct who *w, int pid, int tid)
{
	size_t at = hash_of((uint32_t)tid, 0) % WHO_SLOTS;

	for (; w->task_slot[at]; at = (at + 1) % WHO_SLOTS) {
		struct who_task *t = &w->task[w->task_slot[at]];

		/* A number that is given again is another task. */
		if (t->tid == tid && t->pid == pid && !t->ended)
			return w->task_slot[at];
	}
	if (w->n_tasks == WHO_TASKS_MAX) {
		w->n_others++;
		return 0;
	}
	w->task_slot[at] = (int16_t)w->n_tasks;
	w->task[w->n_tasks] = (struct who_task){.pid = pid, .tid = tid};
	return w->n_tasks++;
}

void who_pair_add(struct who *w, int from_pid, int to_pid, double weight)
{
	size_t at = hash_of((uint32_t)from_pid, (uint32_t)to_pid) % WHO_PAIR_SLOTS;

	for (; w->pair_slot[at]; at = (at + 1) % WHO_PAIR_SLOTS) {
		struct who_pair *p = &w->pair[w->pair_slot[at] - 1];

		if (p->from_pid == from_pid && p->to_pid == to_pid) {
			p->count += weight;
			return;
		}
	}
	if (w->n_pairs == WHO_PAIRS_MAX)
		return;
	w->pair[w->n_pairs++] = (struct who_pair){
		.from_pid = from_pid, .to_pid = to_pid, .count = weight};
	w->pair_slot[at] = (int16_t)w->n_pairs;
}
