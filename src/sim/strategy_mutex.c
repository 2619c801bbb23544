/* SPDX-License-Identifier: MIT */
/*
 * FreeBSD's delayed invalidation as it was in 2018: every block in which pages are
 * unmapped is entered into one list under one mutex, whatever process it belongs to.
 * A block takes the newest block's generation plus one; when it ends it hands its
 * generation to the next older block, or, as the oldest, makes it the global one. A
 * page may be freed when the global generation has reached that of its block
 * (pmap_delayed_invl_started, _finished and _wait in sys/amd64/amd64/pmap.c).
 */
#include "sim/deferred_frames.h"
#include "sim/steps.h"

static enum verdict step_block_begin(struct sim *s, struct sim_task *t,
				     const struct step *st, double *cost_ns)
{
	struct sim_task *newest = s->newest_block;

	(void)st;
	t->block_gen = (newest ? newest->block_gen : s->block_gen) + 1;
	t->older = newest;
	t->newer = NULL;
	if (newest)
		newest->newer = t;
	s->newest_block = t;
	*cost_ns = s->costs.lock_hold_ns;
	return STEP_DONE;
}

static enum verdict step_block_end(struct sim *s, struct sim_task *t,
				   const struct step *st, double *cost_ns)
{
	(void)st;
	if (t->newer)
		t->newer->older = t->older;
	else
		s->newest_block = t->older;
	if (t->older) {
		t->older->newer = t->newer;
		t->older->block_gen = t->block_gen;
	} else {
		if (t->block_gen < s->block_gen)
			sim_fail(s,
				 "generation out of order: the global one went back "
				 "from %llu to %llu",
				 (unsigned long long)s->block_gen,
				 (unsigned long long)t->block_gen);
		s->block_gen = t->block_gen;
	}
	*cost_ns = s->costs.lock_hold_ns;
	return STEP_DONE;
}

static void mutex_open(struct sim *s, struct sim_task *t)
{
	add_lock(t, &s->block_lock);
	add_call(t, step_block_begin);
	add_unlock(t, &s->block_lock);
}

static void mutex_close(struct sim *s, struct sim_task *t)
{
	add_lock(t, &s->block_lock);
	add_call(t, step_block_end);
	add_unlock(t, &s->block_lock);
}

static bool mutex_free_to_go(const struct sim *s, uint64_t stamp)
{
	return stamp <= s->block_gen;
}

static enum verdict mutex_flush(struct sim *s, struct sim_task *t, double *cost_ns)
{
	return deferred_frames_flush(s, t, t->block_gen, cost_ns);
}

static enum verdict mutex_release(struct sim *s, struct sim_task *t, double *cost_ns)
{
	return deferred_frames_release(s, t, mutex_free_to_go, cost_ns);
}

const struct strategy_ops strategy_mutex = {
	.name = "mutex",
	.title = "delayed invalidation, one mutex",
	.summary = "FreeBSD in 2018: every unmapping enters one list under one mutex, "
		   "so that a page daemon knows when to wait.",
	.flush = mutex_flush,
	.release = mutex_release,
	.open = mutex_open,
	.close = mutex_close,
	.interrupts = true,
};
