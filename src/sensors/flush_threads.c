/* SPDX-License-Identifier: MIT */
#include "sensors/flush_threads.h"

#include <string.h>

#include "sensors/flush_slot.h"
#include "tlblab/base/clock.h"

/* Whoever reads may be switched out between two readings; then the next try is better.
 */
enum { TRIES = 3 };

#define UNSURE_SHARE 0.01

/* Which of n threads the i-th of those that are traced is. */
static int picked(int i, int n, int take)
{
	return (int)((int64_t)i * n / take);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Opens counters on `take` of n threads, evenly picked. */
static int open_groups(struct flush_threads *t, const struct perf_opener *perf,
		       struct perf_event_attr *attr, const pid_t *tids, int n)
{
	bool workers = t->n_traced == 0;
	int take = least(n, workers ? TRACED_WORKERS : TRACED_VICTIMS);
	int columns = workers ? FLUSH_COLUMNS : FLUSH_REASONS;

	for (int i = 0; i < take; i++) {
		struct perf_group *g = &t->group[t->n_traced++];
		int err = 0;

		g->inherits = t->programs;
		for (int c = 0; c < columns && !err; c++)
			err = perf_group_add(g, perf, attr, tids[picked(i, n, take)],
					     flush_filter[c]);
		if (err)
			return err;
	}
	return 0;
}

int flush_threads_open(struct flush_threads *t, const struct perf_opener *perf,
		       uint64_t tracepoint, const struct sensor_target *target)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = tracepoint,
	};
	int err;

	*t = (struct flush_threads){
		.n_workers = target->n_workers,
		.n_victims = target->n_victims,
		.programs = target->programs,
		.work = target->work,
	};
	err = open_groups(t, perf, &attr, target->tids, target->n_workers);
	t->n_traced_workers = t->n_traced;
	if (!err && t->n_traced)
		err = open_groups(t, perf, &attr, target->tids + target->n_workers,
				  target->n_victims);
	return err;
}

void flush_threads_close(struct flush_threads *t)
{
	for (int i = 0; i < t->n_traced; i++)
		perf_group_close(&t->group[i]);
	t->n_traced = t->n_traced_workers = 0;
}

int flush_threads_enable(struct flush_threads *t)
{
	int err = 0;

	for (int i = 0; i < t->n_traced && !err; i++)
		err = perf_group_enable(&t->group[i]);
	return err;
}

void flush_threads_disable(struct flush_threads *t)
{
	for (int i = 0; i < t->n_traced; i++)
		perf_group_disable(&t->group[i]);
}

static double ops_of_all(const struct flush_threads *t)
{
	double sum = 0;

	for (int i = 0; i < t->work.n; i++)
		sum += t->work.done(t->work.of, i);
	return sum;
}

/* Has each worker a counter of its own? */
static bool has_own(const struct flush_threads *t)
{
	return t->work.n == t->n_workers;
}

static double ops_beside(const struct flush_threads *t, int i)
{
	if (i >= t->n_traced_workers || !has_own(t))
		return ops_of_all(t);
	return t->work.done(t->work.of, picked(i, t->n_workers, t->n_traced_workers));
}

/* The best of a few tries. */
static int look_at(struct flush_threads *t, int i, struct flush_moment *out)
{
	for (int n = 0; n < TRIES; n++) {
		struct perf_group_delta d;
		double before = ops_beside(t, i);
		int err = perf_group_take(&t->group[i], &d);
		double unsure = ops_beside(t, i) - before;

		if (err)
			return err;
		for (int c = 0; c < t->group[i].n; c++)
			t->counted[i][c] += d.count[c];
		if (n && unsure >= out->unsure_ops)
			continue;
		out->ops = before + unsure / 2;
		out->unsure_ops = unsure;
		memcpy(out->count, t->counted[i], sizeof(out->count));
		if (unsure <= 1)
			break;
	}
	return 0;
}

static int look(struct flush_threads *t, struct flush_moment *moments, double *ops,
		uint64_t *ns)
{
	int err = 0;

	*ns = clock_now_ns();
	*ops = ops_of_all(t);
	for (int i = 0; i < t->n_traced && !err; i++)
		err = look_at(t, i, &moments[i]);
	return err;
}

int flush_threads_begin(struct flush_threads *t)
{
	return look(t, t->from, &t->from_ops, &t->from_ns);
}

int flush_threads_look(struct flush_threads *t)
{
	return look(t, t->to, &t->to_ops, &t->to_ns);
}

void flush_threads_adjoin(struct flush_threads *t)
{
	memcpy(t->from, t->to, sizeof(t->from));
	t->from_ops = t->to_ops;
	t->from_ns = t->to_ns;
}

double flush_threads_elapsed_s(const struct flush_threads *t)
{
	return (double)(t->to_ns - t->from_ns) * 1e-9;
}

static double ops_during(const struct flush_threads *t, int i)
{
	return t->to[i].ops - t->from[i].ops;
}

double flush_threads_ops(const struct flush_threads *t)
{
	double sum = 0;

	if (!has_own(t))
		return t->to_ops - t->from_ops;
	for (int i = 0; i < t->n_traced_workers; i++)
		sum += ops_during(t, i);
	return sum;
}

static double unsure_during(const struct flush_threads *t, int i)
{
	return (t->from[i].unsure_ops + t->to[i].unsure_ops) / 2;
}

/* Each worker's counts fit its own operations; all others were on for as many of all
 * workers' operations as they should have been. */
bool flush_threads_sure(const struct flush_threads *t)
{
	double all = t->to_ops - t->from_ops, unsure = 0;

	for (int i = 0; i < t->n_traced_workers && has_own(t); i++)
		unsure += unsure_during(t, i);
	if (unsure > UNSURE_SHARE * flush_threads_ops(t))
		return false;
	for (int i = has_own(t) ? t->n_traced_workers : 0; i < t->n_traced; i++) {
		double more = ops_during(t, i) - all;

		if ((more < 0 ? -more : more) + unsure_during(t, i) >
		    UNSURE_SHARE * all)
			return false;
	}
	return true;
}

static void counted_during(const struct flush_threads *t, int i,
			   uint64_t count[FLUSH_COLUMNS])
{
	for (int c = 0; c < FLUSH_COLUMNS; c++)
		count[c] = t->to[i].count[c] - t->from[i].count[c];
}

void flush_threads_sum(const struct flush_threads *t, struct flush_counts *out)
{
	uint64_t count[FLUSH_COLUMNS];

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < t->n_traced; i++) {
		counted_during(t, i, count);
		flush_counts_add(out, count, i < t->n_traced_workers);
	}
}

void flush_threads_slot(const struct flush_threads *t, struct flush_slots *out)
{
	uint64_t count[FLUSH_COLUMNS];
	int n_workers = t->n_traced_workers;

	for (int i = 0; i < t->n_traced; i++) {
		counted_during(t, i, count);
		if (i < n_workers)
			flush_slot_worker(&out->slot[i],
					  picked(i, t->n_workers, n_workers), count);
		else
			flush_slot_victim(&out->slot[i],
					  picked(i - n_workers, t->n_victims,
						 t->n_traced - n_workers),
					  count);
	}
	out->n = t->n_traced;
	out->elapsed_s = flush_threads_elapsed_s(t);
}

struct flush_population flush_threads_population(const struct flush_threads *t)
{
	return (struct flush_population){
		.n_workers = t->n_workers,
		.n_victims = t->n_victims,
		.n_traced_workers = t->n_traced_workers,
		.n_traced_victims = t->n_traced - t->n_traced_workers,
		.ops_of_all = !has_own(t),
	};
}
