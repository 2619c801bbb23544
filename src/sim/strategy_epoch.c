/* SPDX-License-Identifier: MIT */
/*
 * The same with epochs (Concurrency Kit): who unmaps sets its own active bit and takes
 * a snapshot of the global epoch. The epoch goes up only when every active section has
 * seen the present one; after it went up twice, nobody can be inside who was there
 * when a page was unmapped. No line is written by everybody.
 */
#include "sim/deferred_frames.h"
#include "sim/steps.h"

enum { EPOCH_POLL_OPS = 16, EPOCH_GRACE = 2 };

static enum verdict step_epoch_enter(struct sim *s, struct sim_task *t,
				     const struct step *st, double *cost_ns)
{
	(void)st;
	t->in_block = true;
	t->block_gen = s->epoch;
	*cost_ns = s->costs.epoch_ns;
	return STEP_DONE;
}

static enum verdict step_epoch_leave(struct sim *s, struct sim_task *t,
				     const struct step *st, double *cost_ns)
{
	(void)st;
	t->in_block = false;
	*cost_ns = s->costs.epoch_ns;
	return STEP_DONE;
}

static void epoch_open(struct sim *s, struct sim_task *t)
{
	(void)s;
	add_call(t, step_epoch_enter);
}

static void epoch_close(struct sim *s, struct sim_task *t)
{
	(void)s;
	add_call(t, step_epoch_leave);
}

static void epoch_poll(struct sim *s)
{
	for (int i = 0; i < s->n_workers; i++)
		if (s->tasks[i].in_block && s->tasks[i].block_gen != s->epoch)
			return;
	s->epoch++;
}

static bool epoch_free_to_go(const struct sim *s, uint64_t stamp)
{
	return s->epoch >= stamp + EPOCH_GRACE;
}

static enum verdict epoch_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	return deferred_frames_flush(s, t, s->epoch, cost_ns);
}

static enum verdict epoch_release(struct sim *s, struct sim_task *t, double *cost_ns)
{
	if (t->ops % EPOCH_POLL_OPS == 0 || t->n_deferred == DEFERRED_SLOTS)
		epoch_poll(s);
	return deferred_frames_release(s, t, epoch_free_to_go, cost_ns);
}

const struct strategy_ops strategy_epoch = {
	.name = "epoch",
	.title = "delayed invalidation, epochs",
	.summary = "The same by epochs: each unmapping marks only its own line, and "
		   "pages are freed two epochs later.",
	.flush = epoch_flush,
	.release = epoch_release,
	.open = epoch_open,
	.close = epoch_close,
	.interrupts = true,
};
