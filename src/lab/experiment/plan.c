/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/plan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/stats.h"
#include "tlblab/base/text.h"

/*
 * A point is a number in a mixed radix: the last axis turns fastest, as a reader walks
 * nested loops. Each round is one Fisher-Yates shuffle of all points, drawn from one
 * generator that the seed starts, so a seed gives the same order on every machine.
 */
static long points_count(const struct preset *p)
{
	long n = 1;

	for (int i = 0; i < p->n_axes; i++)
		n *= p->sweep[i].n;
	return n;
}

/* Which value of an axis a point has. */
static const char *point_value(const struct preset *p, int point, int axis)
{
	for (int i = p->n_axes - 1; i > axis; i--)
		point /= p->sweep[i].n;
	return p->sweep[axis].values[point % p->sweep[axis].n];
}

/* Has every run an end of its own? */
static bool plan_is_timed(const struct preset *p)
{
	bool timed = p->experiment.duration_s > 0 || p->experiment.ops > 0;

	for (int i = 0; i < p->n_axes; i++)
		if (!strcmp(p->sweep[i].key, "duration_s") ||
		    !strcmp(p->sweep[i].key, "ops"))
			timed = true;
	return timed;
}

static int plan_check(const struct preset *p, long n_points, int repeats,
		      struct error *error)
{
	if (n_points * repeats > PLAN_MAX_RUNS)
		return error_setf(error, ERROR_INPUT, E2BIG, "sweep",
				  "sweep less or set repeats lower",
				  "%ld points, %d times each, are more than %d runs",
				  n_points, repeats, PLAN_MAX_RUNS);
	if (n_points > 1 && !plan_is_timed(p))
		return error_setf(
			error, ERROR_INPUT, EINVAL, "duration_s",
			"set duration_s or ops, or sweep nothing",
			"a run until stopped has no end, and the sweep has %ld",
			n_points);
	return 0;
}

static void round_shuffle(struct plan_run *runs, int n, struct rng *rng)
{
	for (int i = n - 1; i > 0; i--) {
		int k = (int)rng_below(rng, (uint64_t)i + 1);
		struct plan_run kept = runs[i];

		runs[i] = runs[k];
		runs[k] = kept;
	}
}

int plan_make(struct plan *plan, const struct preset *p, struct error *error)
{
	struct rng rng = {p->experiment.seed};
	long n_points = points_count(p);
	/* A run until stopped is the only one of its plan. */
	int repeats = plan_is_timed(p) ? p->experiment.repeats : 1;
	int err = plan_check(p, n_points, repeats, error);

	memset(plan, 0, sizeof(*plan));
	if (err)
		return err;
	plan->n_points = (int)n_points;
	plan->n_runs = plan->n_points * repeats;
	plan->runs = calloc((size_t)plan->n_runs, sizeof(*plan->runs));
	if (!plan->runs)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the plan",
				 "out of memory", "close other programs");
	for (int repeat = 0; repeat < repeats; repeat++) {
		struct plan_run *round = plan->runs + (size_t)repeat * n_points;

		for (int point = 0; point < plan->n_points; point++)
			round[point] = (struct plan_run){point, repeat};
		round_shuffle(round, plan->n_points, &rng);
	}
	return 0;
}

void plan_drop(struct plan *plan, int run)
{
	memmove(plan->runs + run, plan->runs + run + 1,
		(size_t)(plan->n_runs - run - 1) * sizeof(*plan->runs));
	plan->n_runs--;
}

void plan_fini(struct plan *plan)
{
	free(plan->runs);
	memset(plan, 0, sizeof(*plan));
}

/* Of 53 bits, which a number in JSON holds: such a run can be made again by itself. */
static uint64_t repeat_seed(uint64_t seed, int repeat)
{
	struct rng rng = {seed + (uint64_t)repeat};

	return repeat ? rng_next(&rng) >> 11 : seed;
}

int plan_experiment(const struct preset *p, const struct catalogue *c,
		    const struct plan_run *run, struct experiment *out,
		    struct error *error)
{
	int err = 0;

	*out = p->experiment;
	/* The workload first: it decides which parameters there are. */
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < p->n_axes && !err; i++) {
			const char *key = p->sweep[i].key;
			bool is_workload = !strcmp(key, "workload");

			if (is_workload == (pass == 0))
				err = experiment_set(out, c, key,
						     point_value(p, run->point, i),
						     error);
		}
	if (!strcmp(out->backend, "sim"))
		out->seed = repeat_seed(out->seed, run->repeat);
	return err ? err : experiment_check(out, c, error);
}

const char *plan_point_text(const struct preset *p, int point, char *buf,
			    size_t buf_bytes)
{
	static const char params[] = "params.";

	if (buf_bytes)
		buf[0] = '\0';
	for (int i = 0; i < p->n_axes; i++) {
		const char *key = p->sweep[i].key;

		if (!strncmp(key, params, sizeof(params) - 1))
			key += sizeof(params) - 1;
		text_append(buf, buf_bytes, "%s%s %s", i ? ", " : "", key,
			    point_value(p, point, i));
	}
	return buf;
}
