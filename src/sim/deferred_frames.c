/* SPDX-License-Identifier: MIT */
#include "sim/deferred_frames.h"

enum { DEFERRED_WAIT_NS = 200, DEFERRED_LOOKS = 4 };

enum verdict deferred_frames_flush(struct sim *s, struct sim_task *t, uint64_t stamp,
				   double *cost_ns)
{
	if (t->n_gather)
		deferred_push(s, t, 0, stamp);
	return ipi_flush(s, t, cost_ns);
}

static void deferred_frames_collect(struct sim *s, struct sim_task *by,
				    struct sim_task *t,
				    deferred_frames_rule *free_to_go)
{
	for (int i = 0; i < t->n_deferred;)
		if (free_to_go(s, deferred_at(t, i)->stamp))
			deferred_free(s, by, t, i);
		else
			i++;
}

enum verdict deferred_frames_release(struct sim *s, struct sim_task *t,
				     deferred_frames_rule *free_to_go, double *cost_ns)
{
	/* Whose pages the daemon looks at goes round with the operations. */
	int at = (int)(((uint64_t)t->index + t->ops) % (uint64_t)s->n_workers);

	task_free_gathered(s, t); /* what found no room to wait */
	for (int i = 0; i < DEFERRED_LOOKS && i < s->n_workers; i++)
		deferred_frames_collect(s, t, &s->tasks[(at + i) % s->n_workers],
					free_to_go);
	deferred_frames_collect(s, t, t, free_to_go);
	if (t->n_deferred < DEFERRED_SLOTS)
		return STEP_DONE;
	*cost_ns = DEFERRED_WAIT_NS;
	return STEP_AGAIN;
}
