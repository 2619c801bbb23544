/* SPDX-License-Identifier: MIT */
/*
 * One operation at a time, each timed by itself:
 *
 *   rest ─▶ operation, rest once ─▶ rest
 *   t0      t1                  t2  t3
 *
 * The operation's own time is t2 - t1; what a victim lost is t3 - t1 less its turns
 * there at its usual pace, so that what it has to load again afterwards counts, too.
 * While the worker rests, before and after, every victim must be seen to run: a trial
 * in which one did not, or the worker itself was gone, is left out and made again. That
 * depends on nothing that the operation does, so leaving such trials out favours
 * neither kind; and a median bears the few that were broken into in between.
 *
 * On a machine that is shared, worker and victim get their share of the CPUs each at
 * its own times. A worker that finds a victim gone does not spend its share on waiting:
 * it sleeps for a moment, and so has what it needs when both can run.
 */
#include "workloads/trial.h"

#include <time.h>

#include "tlblab/base/clock.h"

enum {
	RECOVER_MIN_TICKS = 50000,
	RESTS_TO_RECOVER = 3,
	PRE_SHARE = 4,	/* a victim makes one turn in so many of its usual, at least */
	POST_SHARE = 8, /* the same while it also loads again */
	GONE_TIMES = 4, /* a rest that took so many times as long */
	AWAY_NS = 200000, /* asleep while a victim does not run */
};

struct look {
	uint64_t tsc[TRIAL_MAX_WATCHED], turns[TRIAL_MAX_WATCHED];
};

static int watched(const struct worker *w)
{
	return w->victims < TRIAL_MAX_WATCHED ? w->victims : TRIAL_MAX_WATCHED;
}

static void look_at_victims(const struct worker *w, struct look *out)
{
	int n = watched(w);

	for (int i = 0; i < n; i++) {
		size_t at = (size_t)i * (size_t)w->victims / (size_t)n;
		const char *turns =
			(const char *)w->victim_iterations + at * w->victim_stride;

		out->turns[i] = atomic_load_explicit((const _Atomic uint64_t *)turns,
						     memory_order_relaxed);
		out->tsc[i] = clock_tsc();
	}
}

static uint64_t rest_for(struct worker *w, trial_rest *rest, uint64_t ticks)
{
	uint64_t begin = clock_tsc(), now;

	do {
		rest(w);
		now = clock_tsc();
	} while (now - begin < ticks);
	return now - begin;
}

static double median_of(const double *values, uint32_t n)
{
	double sorted[TRIAL_PACES] = {0};

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = i;

		for (; at && sorted[at - 1] > values[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = values[i];
	}
	return sorted[n / 2];
}

void trial_pace_follow(struct trial_pace *p, uint64_t ticks, uint64_t turns)
{
	if (!turns)
		return;
	p->seen[p->n++ % TRIAL_PACES] = (double)ticks / (double)turns;
	p->turn_ticks = median_of(p->seen, p->n < TRIAL_PACES ? p->n : TRIAL_PACES);
}

static bool runs(const struct look *from, const struct look *to, int i,
		 double turn_ticks, double share)
{
	double turns = (double)(to->turns[i] - from->turns[i]);

	return turns * share * turn_ticks >= (double)(to->tsc[i] - from->tsc[i]);
}

static void order_take(struct trial_taker *t, struct worker_timed_ops *trials,
		       uint32_t order)
{
	t->order = order;
	t->taken = t->left_out = 0;
	t->wanted = atomic_load_explicit(&trials->wanted, memory_order_relaxed);
	if (t->wanted > WORKER_TIMED_OPS)
		t->wanted = WORKER_TIMED_OPS;
	for (int i = 0; i < 2; i++)
		t->trigger[i] =
			atomic_load_explicit(&trials->trigger[i], memory_order_relaxed);
	atomic_store_explicit(&trials->n, 0, memory_order_relaxed);
	atomic_store_explicit(&trials->left_out, 0, memory_order_relaxed);
	atomic_store_explicit(&trials->answered, order, memory_order_release);
}

static void recovery_measure(struct trial_taker *t, struct worker *w, trial_rest *rest)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t ticks = rest_for(w, rest, 0);

		least = ticks < least ? ticks : least;
	}
	t->recover_ticks = RESTS_TO_RECOVER * least;
	if (t->recover_ticks < RECOVER_MIN_TICKS)
		t->recover_ticks = RECOVER_MIN_TICKS;
}

/* Looks at the rest before an operation: does every victim run? */
static bool all_run(struct trial_taker *t, const struct worker *w,
		    const struct look looks[2])
{
	bool all = true;

	for (int i = 0; i < watched(w); i++) {
		trial_pace_follow(&t->pace[i], looks[1].tsc[i] - looks[0].tsc[i],
				  looks[1].turns[i] - looks[0].turns[i]);
		if (!runs(&looks[0], &looks[1], i, t->pace[i].turn_ticks, PRE_SHARE))
			all = false;
	}
	return all;
}

/* What the victims lost since looks[1]; false where one did not run afterwards. */
static bool loss_note(const struct trial_taker *t, const struct worker *w,
		      const struct look looks[4], struct worker_timed_op *out)
{
	double lost = 0;
	int n = watched(w);

	for (int i = 0; i < n; i++) {
		double pace = t->pace[i].turn_ticks;

		if (!runs(&looks[2], &looks[3], i, pace, POST_SHARE))
			return false;
		lost += (double)(looks[3].tsc[i] - looks[1].tsc[i]) -
			(double)(looks[3].turns[i] - looks[1].turns[i]) * pace;
	}
	out->lost_ticks = n ? lost * w->victims / n : 0;
	return true;
}

/* One try; whether nobody was missing. */
static bool trial_try(struct trial_taker *t, struct worker *w, trial_act *act,
		      trial_rest *rest, struct worker_timed_op *out)
{
	static const struct timespec away = {.tv_nsec = AWAY_NS};
	uint64_t gone = GONE_TIMES * t->recover_ticks, begin;
	struct look looks[4];

	*out = (struct worker_timed_op){.which = t->taken & 1};
	look_at_victims(w, &looks[0]);
	bool stayed = rest_for(w, rest, t->recover_ticks) <= gone;

	look_at_victims(w, &looks[1]);
	if (!all_run(t, w, looks)) {
		nanosleep(&away, NULL);
		return false;
	}
	if (!stayed)
		return false;
	begin = clock_tsc();
	act(w, t->trigger[out->which]);
	rest(w);
	out->own_ticks = clock_tsc() - begin;
	look_at_victims(w, &looks[2]);
	stayed = rest_for(w, rest, t->recover_ticks) <= gone;
	look_at_victims(w, &looks[3]);
	return loss_note(t, w, looks, out) && stayed;
}

void trial_take(struct trial_taker *t, struct worker *w, trial_act *act,
		trial_rest *rest)
{
	struct worker_timed_ops *trials = w->trials;
	uint32_t order = atomic_load_explicit(&trials->order, memory_order_acquire);

	if (!t->recover_ticks)
		recovery_measure(t, w, rest);
	if (order != t->order)
		order_take(t, trials, order);
	if (t->taken == t->wanted) {
		rest(w);
		return;
	}
	if (trial_try(t, w, act, rest, &trials->trial[t->taken]))
		atomic_store_explicit(&trials->n, ++t->taken, memory_order_release);
	else
		atomic_store_explicit(&trials->left_out, ++t->left_out,
				      memory_order_relaxed);
}
