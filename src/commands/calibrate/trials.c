/* SPDX-License-Identifier: MIT */
/*
 * Each cost shows in the difference of trials: a page's in more pages, an
 * invalidation's and a full flush's in sizes on both sides of the ceiling, an
 * interrupt's in the same call with a victim. mprotect keeps its pages, so that there
 * a flush is a good part of what it takes.
 */
#include "commands/calibrate/trials.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "commands/run/plan.h"
#include "tlblab/base/stats.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/metric.h"

enum {
	SIM_CPUS = 2,
	PAGES_MOST = 192, /* none that would free a page table or fill a gather */
	PROTECT_MOST = 448,
	CEILING_LEAST = 32, /* the largest size meant to be below it, and a few */
	CEILING_MOST = PAGES_MOST / 3,
};

#define WARMUP_S   0.04
#define DURATION_S 0.12

/* Of a trial with company: fewer operations than these met it. */
static const double lonely_share = 0.5;

/* Of the operations, at either end. */
static const double trimmed = 0.1;

/* Pages of a trial that depend on the ceiling. */
enum { BELOW = -1, ABOVE = -2 };

static const struct trial table[TRIALS_AND_PROOFS] = {
	{"madvise_untouched", SIM_CALL_UNTOUCHED, 1, false, 1, 0},
	{"dontneed", SIM_CALL_DISCARD, 1, false, 1, 0},
	{"dontneed", SIM_CALL_DISCARD, 4, false, 1, 0},
	{"dontneed", SIM_CALL_DISCARD, 24, false, 1, 0},
	{"dontneed", SIM_CALL_DISCARD, ABOVE, true, 1, 0},
	{"dontneed", SIM_CALL_DISCARD, PAGES_MOST, true, 1, 0},
	{"munmap", SIM_CALL_UNMAP, 2, false, 1, 0},
	{"munmap", SIM_CALL_UNMAP, 6, false, 1, 0},
	{"munmap", SIM_CALL_UNMAP, 24, false, 1, 0},
	{"munmap", SIM_CALL_UNMAP, ABOVE, true, 1, 0},
	{"munmap", SIM_CALL_UNMAP, PAGES_MOST, true, 1, 0},
	{"mprotect", SIM_CALL_PROTECT, 4, false, 1, 0},
	{"mprotect", SIM_CALL_PROTECT, BELOW, false, 1, 0},
	{"mprotect", SIM_CALL_PROTECT, ABOVE, true, 1, 0},
	{"mprotect", SIM_CALL_PROTECT, PROTECT_MOST, true, 1, 0},
	{"mprotect", SIM_CALL_PROTECT, 4, false, 1, 1},
	{"munmap", SIM_CALL_UNMAP, 6, false, 1, 1},
	{"dontneed", SIM_CALL_DISCARD, 4, false, 1, 1},
	{"1 CPU: munmap of 1 page", SIM_CALL_UNMAP, 1, false, 1, 0},
	{"1 CPU: munmap of 16 pages", SIM_CALL_UNMAP, 16, false, 1, 0},
	{"1 CPU: dontneed of 8 pages", SIM_CALL_DISCARD, 8, false, 1, 0},
	{"1 CPU: dontneed of 128 pages", SIM_CALL_DISCARD, 128, true, 1, 0},
	{"2 CPUs: munmap of 1 page, a victim", SIM_CALL_UNMAP, 1, false, 1, 1},
	{"2 CPUs: munmap of 16 pages, a victim", SIM_CALL_UNMAP, 16, false, 1, 1},
	{"2 CPUs: dontneed of 128 pages, a victim", SIM_CALL_DISCARD, 128, true, 1, 1},
	{"2 CPUs: two threads, dontneed of 1 page", SIM_CALL_DISCARD, 1, false, 2, 0},
	{"2 CPUs: two threads, dontneed of 8 pages", SIM_CALL_DISCARD, 8, false, 2, 0},
};

bool trials_make(struct trial trials[TRIALS_AND_PROOFS], int64_t ceiling_pages)
{
	memcpy(trials, table, sizeof(table));
	for (int i = 0; i < TRIALS_AND_PROOFS; i++) {
		struct trial *t = &trials[i];

		if (t->pages == BELOW)
			t->pages = (int)ceiling_pages - 1;
		else if (t->pages == ABOVE)
			t->pages = 2 * (int)ceiling_pages;
		if (i < TRIALS && t->call != SIM_CALL_UNTOUCHED)
			text_append(t->name, sizeof(t->name), "_%d%s", t->pages,
				    t->victims ? "_victim" : "");
	}
	return ceiling_pages >= CEILING_LEAST && ceiling_pages <= CEILING_MOST;
}

bool trial_fits(const struct trial *t, const struct machine *m)
{
	return t->threads + t->victims <= m->topology.n_allowed;
}

static int trial_set(struct experiment *e, const struct catalogue *c,
		     const struct trial *t, bool simulated, struct error *error)
{
	static const char *const methods[] = {
		[SIM_CALL_DISCARD] = "dontneed",
		[SIM_CALL_UNMAP] = "munmap",
		[SIM_CALL_PROTECT] = "mprotect",
	};
	bool untouched = t->call == SIM_CALL_UNTOUCHED;
	char number[16];
	int err = experiment_init(e, c, untouched ? "madvise" : "release", error);

	if (!err && simulated) {
		snprintf(number, sizeof(number), "%d", SIM_CPUS);
		err = experiment_set(e, c, "backend", "sim", error);
		err = err ? err : experiment_set(e, c, "cpus", number, error);
		err = err ? err : experiment_set(e, c, "costs", "machine", error);
	}
	snprintf(number, sizeof(number), "%d", t->pages);
	err = err ? err : experiment_set(e, c, "pages", number, error);
	if (!err && untouched)
		return experiment_set(e, c, "touch", "no", error);
	return err ? err : experiment_set(e, c, "method", methods[t->call], error);
}

static int trial_experiment(const struct trial *t, const struct catalogue *c,
			    bool simulated, struct experiment *e, struct error *error)
{
	int err = trial_set(e, c, t, simulated, error);

	if (err)
		return err;
	text_copy(e->placement, sizeof(e->placement), "cores");
	e->threads = t->threads;
	e->victims = t->victims;
	e->warmup_s = simulated ? WARMUP_S / 4 : WARMUP_S;
	e->duration_s = simulated ? DURATION_S / 4 : DURATION_S;
	e->interval_ms = simulated ? 10 : 40;
	e->repeats = 1;
	return 0;
}

static double timing_of(const struct timing *t, const double ns[ROUNDS_MAX])
{
	double known[ROUNDS_MAX];
	struct stats all;
	size_t n = 0;

	for (int i = 0; i < t->n; i++)
		if (!isnan(ns[i]))
			known[n++] = ns[i];
	return n && !stats_of(known, n, &all) ? all.median : NAN;
}

double timing_op_ns(const struct timing *t)
{
	return timing_of(t, t->op_ns);
}

double timing_stall_ns(const struct timing *t)
{
	return timing_of(t, t->stall_ns);
}

double trial_company_share(const struct run_record *r)
{
	struct reading told = run_record_metric(r, METRIC_CPUS_TOLD_PER_OP);

	if (!reading_present(told))
		told = run_record_metric(r, METRIC_SHOOTDOWNS_PER_OP);
	if (!reading_present(told))
		return 1;
	if (r->told_source == TOLD_STALLS && told.value >= lonely_share)
		return 1;
	return fmin(told.value, 1);
}

/*
 * The mean of an operation without the quickest and the slowest tenth. A median will
 * not do: many calls have two speeds, as every few of them drain a batch of pages, and
 * it jumps from one to the other. When other programs take turns on the other CPU, part
 * of the operations tell nobody, and those are the quick ones: they are left out.
 */
static void timing_take(struct timing *t, const struct trial *trial,
			const struct run_record *r)
{
	bool company = trial->threads + trial->victims > 1;
	double share = company ? trial_company_share(r) : 1, sum_ns = 0;

	if (share < lonely_share) {
		t->n_lonely++;
		return;
	}
	for (int k = 0; k < r->n_workers; k++)
		sum_ns += hist_view_mean_between(&r->workers[k].latency,
						 1 - share * (1 - trimmed),
						 1 - share * trimmed) *
			  r->ns_per_tick;
	if (!(sum_ns > 0) || t->n == ROUNDS_MAX)
		return;
	t->op_ns[t->n] = sum_ns / r->n_workers;
	t->stall_ns[t->n] = r->n_victims
				    ? hist_view_quantile(&r->victims[0].latency, 0.5) *
					      r->ns_per_tick
				    : NAN;
	t->n++;
}

int trial_run(struct lab *lab, const struct trial *t, bool simulated,
	      struct timing *into, struct error *error)
{
	struct preset preset = {.n_axes = 0};
	struct run_plan plan = {.lab = lab, .preset = &preset};
	int err = trial_experiment(t, session_catalogue(lab->session), simulated,
				   &preset.experiment, error);

	if (err)
		return err;
	err = run_plan_execute(&plan, error);
	for (int i = 0; !err && i < plan.n_records; i++) {
		if (plan.records[i]->failure[0])
			err = error_set(error, ERROR_MACHINE, EIO, t->name,
					plan.records[i]->failure,
					"run it again on an idle machine");
		else
			timing_take(into, t, plan.records[i]);
	}
	if (!err && plan.interrupted)
		err = -EINTR;
	run_plan_fini(&plan);
	return err;
}

void trials_measured(const struct trial trials[TRIALS], const struct timing *times,
		     struct sim_measured *out)
{
	sim_measured_clear(out);
	for (int i = 0; i < TRIALS; i++) {
		const struct trial *t = &trials[i];
		const struct sim_observed o = {
			.call = t->call,
			.pages = t->pages,
			.full = t->full,
			.told = t->victims > 0,
			.ns = timing_op_ns(&times[i]),
			.stall_ns = timing_stall_ns(&times[i]),
		};

		sim_measured_add(out, &o);
	}
}
