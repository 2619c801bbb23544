/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_BENCH_LOOPS_H
#define TLBLAB_TESTS_BENCH_LOOPS_H

/*
 * What the rig's loop costs those it measures: a workload's operations through it,
 * against the same work in a bare loop, in the same process on the same CPU, in turn,
 * for many short rounds: alone, and beside a thread on another CPU that runs the bare
 * loop all the time. Ratios are of rates (1.00: the rig costs nothing), medians with
 * their quartiles; A/A is the bare loop against itself, which is what the method can
 * tell. What an operation takes longer in the rig is given in ns as well: the loop
 * itself takes a few, which no operation of some tens of ns can hide.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/figures.h"
#include "rig/loop.h"
#include "rig/rig_test.h"
#include "rig/workers.h"
#include "tlblab/base/stats.h"
#include "workloads/region.h"

enum {
	ROUNDS = 201,
	ROUNDS_MIN = 21,
	ROUND_NS = 2000000,
	CASE_NS = 2000000000, /* where one operation takes longer than a round */
	SETTLE_NS = 600000000,
	PARTNER_OPS = 64, /* between two looks at whether to end */
};

struct bench_case {
	const char *name, *workload;
	const char *set[3][2];
	/* n operations of worker w, on the very pages that the workload uses: others
	 * can differ by 4 %. */
	void (*bare)(struct worker *w, char *pages, uint64_t n);
	double target;
	bool pages_first; /* what the worker owns begins with their address */
};

/* Runs the bare loop on another CPU, on pages of its own, until told to end. */
struct partner {
	const struct bench_case *c;
	struct worker worker;
	pthread_t thread;
	_Atomic bool ready, end;
};

/* A worker's own data begins with its region, or with their address, where its loop
 * has any. */
static char *own_pages(const struct bench_case *c, const struct worker *w)
{
	const struct region *region = w->own;
	char *const *first = w->own;

	if (!w->own)
		return NULL;
	return c->pages_first ? *first : region->pages;
}

static void *partner_main(void *arg)
{
	struct partner *p = arg;
	const struct workload_ops *ops = workload_find(p->c->workload);

	must(!workers_pin(p->worker.cpu));
	must(!ops->enter || !ops->enter(&p->worker));
	char *pages = own_pages(p->c, &p->worker);

	atomic_store(&p->ready, true);
	while (!atomic_load_explicit(&p->end, memory_order_relaxed))
		p->c->bare(&p->worker, pages, PARTNER_OPS);
	if (ops->leave)
		ops->leave(&p->worker);
	return NULL;
}

static void partner_start(struct partner *p, const struct bench_case *c,
			  const struct worker *w, int cpu)
{
	*p = (struct partner){.c = c, .worker = *w};
	p->worker.index = 1;
	p->worker.cpu = cpu;
	must(!pthread_create(&p->thread, NULL, partner_main, p));
	while (!atomic_load(&p->ready))
		sched_yield();
}

static void partner_stop(struct partner *p)
{
	atomic_store(&p->end, true);
	must(!pthread_join(p->thread, NULL));
}

static double rig_ns_per_op(struct loop *l, uint64_t n)
{
	uint64_t begin_ns = clock_now_ns();

	l->limit = n;
	loop_run(l);
	must(!l->worker->failed);
	return (double)(clock_now_ns() - begin_ns) / (double)n;
}

static double bare_ns_per_op(const struct bench_case *c, struct worker *w, char *pages,
			     uint64_t n)
{
	uint64_t begin_ns = clock_now_ns();

	c->bare(w, pages, n);
	return (double)(clock_now_ns() - begin_ns) / (double)n;
}

/* more_ns: what an operation takes longer; NaN: nothing to say of that. */
static void ratio_row(const char *name, const char *what, double *ratios, int rounds,
		      double more_ns, double target)
{
	char text[64], goal[96];

	qsort(ratios, (size_t)rounds, sizeof(*ratios), by_value);
	snprintf(text, sizeof(text), "%s, %s", name, what);
	snprintf(goal, sizeof(goal), "quartiles %.3f to %.3f",
		 stats_quantile_sorted(ratios, (size_t)rounds, 0.25),
		 stats_quantile_sorted(ratios, (size_t)rounds, 0.75));
	if (!isnan(more_ns))
		snprintf(goal + strlen(goal), sizeof(goal) - strlen(goal),
			 ", %+.1f ns each", more_ns);
	if (target > 0)
		snprintf(goal + strlen(goal), sizeof(goal) - strlen(goal),
			 ", target >= %.2f", target);
	row(text, stats_quantile_sorted(ratios, (size_t)rounds, 0.5), "ratio", goal);
}

/* The rounds of a case, each of n operations: bare, rig, bare, or the other way. */
struct bench_rounds {
	uint64_t n;
	int rounds;
	double rig[ROUNDS], same[ROUNDS]; /* ratios */
	double more_ns[ROUNDS];
};

static void rounds_size(struct bench_rounds *r, const struct bench_case *c,
			struct worker *w, char *pages)
{
	double ns = 0;

	r->n = 1;
	while ((ns = bare_ns_per_op(c, w, pages, r->n) * (double)r->n) < ROUND_NS)
		r->n *= 2;
	r->rounds = (int)(CASE_NS / 3 / ns);
	r->rounds = r->rounds > ROUNDS	     ? ROUNDS
		    : r->rounds < ROUNDS_MIN ? ROUNDS_MIN
					     : r->rounds;
}

static void bench_rounds(const struct bench_case *c, const char *beside, struct loop *l,
			 struct worker *w, char *pages)
{
	static struct bench_rounds r;
	char name[64];

	rounds_size(&r, c, w, pages);
	/* Let the loop find out what it may time, then keep that. */
	l->time_one_in = 0;
	rig_ns_per_op(l, (uint64_t)(SETTLE_NS / rig_ns_per_op(l, r.n)) + 1);
	l->time_one_in = l->slot->time_one_in;
	for (int i = 0; i < r.rounds; i++) {
		double first = bare_ns_per_op(c, w, pages, r.n);
		double rig = rig_ns_per_op(l, r.n);
		double last = bare_ns_per_op(c, w, pages, r.n);

		r.rig[i] = (first + last) / 2 / rig;
		r.same[i] = i % 2 ? first / last : last / first;
		r.more_ns[i] = rig - (first + last) / 2;
	}
	snprintf(name, sizeof(name), "%s%s", c->name, beside);
	qsort(r.more_ns, (size_t)r.rounds, sizeof(double), by_value);
	ratio_row(name, "rig/bare", r.rig, r.rounds,
		  stats_quantile_sorted(r.more_ns, (size_t)r.rounds, 0.5), c->target);
	ratio_row(name, "A/A", r.same, r.rounds, NAN, 0);
}

/* beside_cpu: where the other thread runs; -1: alone. */
static void bench_case(const struct bench_case *c, int beside_cpu)
{
	int cpus = beside_cpu < 0 ? 1 : 2;
	static struct rig_shared shared;
	static struct rig_slot slot = {.gate = GATE_OPEN};
	struct experiment e = rig_test_experiment(c->workload);
	const struct workload_ops *ops = workload_find(c->workload);
	struct worker w = {.workers = cpus, .cpu = -1, .params = e.params};
	struct partner partner;
	struct loop loop = {
		.shared = &shared,
		.slot = &slot,
		.ops = ops,
		.worker = &w,
		.timing_ticks = loop_timing_ticks(),
	};

	for (int i = 0; i < 3 && c->set[i][0]; i++)
		rig_test_set(&e, c->set[i][0], c->set[i][1]);
	shared.revise_ticks = (uint64_t)(2e6 / clock_tsc_ns_per_tick(10000000));
	w.extra = slot.extra;
	must(!ops->prepare ||
	     !ops->prepare(&w.space, w.params, cpus, w.failure, sizeof(w.failure)));
	if (cpus > 1)
		partner_start(&partner, c, &w, beside_cpu);
	must(!ops->enter || !ops->enter(&w));
	bench_rounds(c, cpus > 1 ? ", 2 CPUs" : "", &loop, &w, own_pages(c, &w));
	if (cpus > 1)
		partner_stop(&partner);
	if (ops->leave)
		ops->leave(&w);
	if (ops->dispose)
		ops->dispose(w.space);
}

/* In a process of its own: some workloads change theirs for good. */
static void bench_apart(const struct bench_case *c, int beside_cpu)
{
	int status;

	fflush(stdout);
	pid_t child = fork();

	must(child >= 0);
	if (!child) {
		bench_case(c, beside_cpu);
		exit(0);
	}
	must(waitpid(child, &status, 0) == child);
	must(!status);
}

/* Those of the cases whose names contain `only`, alone and beside another CPU. */
static void bench_cases(const struct bench_case *cases, int n, const char *only)
{
	int first = rig_test_cpu(0),
	    second = rig_test_cpus() > 1 ? rig_test_cpu(1) : -1;

	must(!workers_pin(first));
	for (int i = 0; i < n; i++) {
		const struct workload_ops *ops = workload_find(cases[i].workload);
		char why[160];

		if (only && !strstr(cases[i].name, only))
			continue;
		if (ops->available && ops->available(why, sizeof(why))) {
			printf("%-44s not here: %s\n", cases[i].name, why);
			continue;
		}
		bench_apart(&cases[i], -1);
		if (second >= 0)
			bench_apart(&cases[i], second);
	}
}

#endif
