/* SPDX-License-Identifier: MIT */
#include "commands/calibrate_trials.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "commands/run_plan.h"
#include "tlblab/base/stats.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/latency.h"

enum {
	SIM_CPUS = 2,
	PAGES_FEW = 4,
	PAGES_MOST = 448, /* none that would free a page table or fill a gather */
	CALM_LEAST = 1,
	CEILING_LEAST = 2 * PAGES_FEW,
	CEILING_MOST = PAGES_MOST / 4,
};

#define WARMUP_S   0.05
#define DURATION_S 0.2

static const struct trial table[TRIALS_AND_PROOFS] = {
	[TRIAL_ALONE] = {"madvise_alone_ns", "madvise", 1, 0, 0, {"touch=no"}},
	/* mprotect keeps its pages: a flush is a good part of what it takes. */
	[TRIAL_RANGED_FEW] =
		{"mprotect_few_ns", "release", 1, 0, 0, {"method=mprotect"}},
	[TRIAL_RANGED_MANY] =
		{"mprotect_below_ceiling_ns", "release", 1, 0, 0, {"method=mprotect"}},
	[TRIAL_FULL_FEW] =
		{"mprotect_above_ceiling_ns", "release", 1, 0, 0, {"method=mprotect"}},
	[TRIAL_FULL_MANY] =
		{"mprotect_many_ns", "release", 1, 0, 0, {"method=mprotect"}},
	[TRIAL_UNMAP_FEW] = {"munmap_few_ns", "release", 1, 0, 0, {NULL}},
	[TRIAL_UNMAP_MANY] = {"munmap_many_ns", "release", 1, 0, 0, {NULL}},
	[TRIAL_TOUCHED] = {"madvise_touched_ns", "madvise", 1, 0, 1, {"touch=yes"}},
	[TRIAL_SHOT] =
		{"mprotect_few_victim_ns", "release", 1, 1, 0, {"method=mprotect"}},
	{"1 CPU: munmap of 1 page", "release", 1, 0, 1, {NULL}},
	{"1 CPU: madvise of 8 touched pages", "madvise", 1, 0, 8, {"touch=yes"}},
	{"1 CPU: munmap of 16 pages", "release", 1, 0, 16, {NULL}},
	{"1 CPU: dontneed of 128 pages", "release", 1, 0, 128, {"method=dontneed"}},
	{"2 CPUs: munmap of 1 page, a victim", "release", 1, 1, 1, {NULL}},
	{"2 CPUs: munmap of 16 pages, a victim", "release", 1, 1, 16, {NULL}},
	{"2 CPUs: madvise of 1 touched page each",
	 "madvise",
	 2,
	 0,
	 1,
	 {"touch=yes", "shared=no"}},
};

bool trials_make(struct trial trials[TRIALS_AND_PROOFS], int64_t ceiling_pages)
{
	int ceiling = (int)ceiling_pages;

	memcpy(trials, table, sizeof(table));
	trials[TRIAL_RANGED_FEW].pages = trials[TRIAL_UNMAP_FEW].pages = PAGES_FEW;
	trials[TRIAL_SHOT].pages = PAGES_FEW;
	trials[TRIAL_RANGED_MANY].pages = ceiling - 1;
	trials[TRIAL_FULL_FEW].pages = trials[TRIAL_UNMAP_MANY].pages = 2 * ceiling;
	trials[TRIAL_FULL_MANY].pages = PAGES_MOST;
	return ceiling_pages >= CEILING_LEAST && ceiling_pages <= CEILING_MOST;
}

bool trial_fits(const struct trial *t, const struct machine *m)
{
	return t->threads + t->victims <= m->topology.n_allowed;
}

static int experiment_put_word(struct experiment *e, const struct catalogue *c,
			       const char *word, struct fault *fault)
{
	const char *value = strchr(word, '=') + 1;
	char key[32];

	snprintf(key, sizeof(key), "%.*s", (int)(value - 1 - word), word);
	return experiment_set(e, c, key, value, fault);
}

static int trial_experiment(const struct trial *t, const struct catalogue *c,
			    bool simulated, struct experiment *e, struct fault *fault)
{
	int err = experiment_init(e, c, t->workload, fault);
	char word[32];

	if (!err && simulated) {
		snprintf(word, sizeof(word), "cpus=%d", SIM_CPUS);
		err = experiment_set(e, c, "backend", "sim", fault);
		err = err ? err : experiment_put_word(e, c, word, fault);
		err = err ? err : experiment_put_word(e, c, "costs=machine", fault);
	}
	if (!err && t->pages) {
		snprintf(word, sizeof(word), "pages=%d", t->pages);
		err = experiment_put_word(e, c, word, fault);
	}
	for (int i = 0; !err && i < 2 && t->keys[i]; i++)
		err = experiment_put_word(e, c, t->keys[i], fault);
	if (err)
		return err;
	text_copy(e->placement, sizeof(e->placement), "cores");
	e->threads = t->threads;
	e->victims = t->victims;
	e->warmup_s = simulated ? WARMUP_S / 10 : WARMUP_S;
	e->duration_s = simulated ? DURATION_S / 10 : DURATION_S;
	e->interval_ms = simulated ? 10 : 50;
	e->repeats = 1;
	return 0;
}

static double median_ns(const struct run_record *r, const struct worker_record *w)
{
	struct latency_summary l;

	latency_summarise(&w->latency, r->ns_per_tick, NAN, &l);
	return l.p50_ns;
}

static double timing_of(const struct timing *t, const double ns[ROUNDS_MAX])
{
	bool calm = t->n - t->n_disturbed >= CALM_LEAST;
	double chosen[ROUNDS_MAX];
	struct stats all;
	size_t n = 0;

	for (int i = 0; i < t->n; i++)
		if (!calm || !t->disturbed[i])
			chosen[n++] = ns[i];
	return n && !stats_of(chosen, n, &all) ? all.median : NAN;
}

double timing_op_ns(const struct timing *t)
{
	return timing_of(t, t->op_ns);
}

double timing_stall_ns(const struct timing *t)
{
	return timing_of(t, t->stall_ns);
}

static void timing_take(struct timing *t, const struct run_record *r)
{
	double sum_ns = 0;
	int i = t->n++;

	for (int k = 0; k < r->n_workers; k++)
		sum_ns += median_ns(r, &r->workers[k]) / r->n_workers;
	t->op_ns[i] = sum_ns;
	t->stall_ns[i] = r->n_victims ? median_ns(r, &r->victims[0]) : NAN;
	for (int k = 0; k < r->n_checks; k++)
		if (r->checks[k].state == CHECK_WARN &&
		    !strcmp(r->checks[k].name, "involuntary_switches"))
			t->disturbed[i] = true;
	t->n_disturbed += t->disturbed[i];
}

int trial_run(struct lab *lab, const struct trial *t, bool simulated,
	      struct timing *into, struct fault *fault)
{
	struct preset preset = {.n_axes = 0};
	struct run_plan plan = {.lab = lab, .preset = &preset};
	int err = trial_experiment(t, session_catalogue(lab->session), simulated,
				   &preset.experiment, fault);

	if (err)
		return err;
	err = run_plan_execute(&plan, fault);
	for (int i = 0; !err && i < plan.n_records; i++) {
		if (plan.records[i]->failure[0])
			err = fault_set(fault, FAULT_MACHINE, EIO, t->name,
					plan.records[i]->failure, "");
		else
			timing_take(into, plan.records[i]);
	}
	if (!err && plan.interrupted)
		err = -EINTR;
	run_plan_fini(&plan);
	return err;
}

void trials_measured(const struct trial trials[TRIALS], const struct timing *times,
		     struct sim_measured *out)
{
	static const int ranged[] = {TRIAL_RANGED_FEW, TRIAL_RANGED_MANY};
	static const int full[] = {TRIAL_FULL_FEW, TRIAL_FULL_MANY};
	static const int unmap[] = {TRIAL_UNMAP_FEW, TRIAL_UNMAP_MANY};

	sim_measured_clear(out);
	for (int i = 0; i < 2; i++) {
		out->ranged_ns[i] = timing_op_ns(&times[ranged[i]]);
		out->ranged_pages[i] = trials[ranged[i]].pages;
		out->full_ns[i] = timing_op_ns(&times[full[i]]);
		out->full_pages[i] = trials[full[i]].pages;
		out->unmap_ns[i] = timing_op_ns(&times[unmap[i]]);
		out->unmap_pages[i] = trials[unmap[i]].pages;
	}
	out->touched_ns = timing_op_ns(&times[TRIAL_TOUCHED]);
	out->madvise_alone_ns = timing_op_ns(&times[TRIAL_ALONE]);
	out->shot_ns = timing_op_ns(&times[TRIAL_SHOT]) -
		       timing_op_ns(&times[TRIAL_RANGED_FEW]);
	out->stall_ns = timing_stall_ns(&times[TRIAL_SHOT]);
	out->shot_pages = trials[TRIAL_SHOT].pages;
}
