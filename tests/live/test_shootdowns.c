/* SPDX-License-Identifier: MIT */
/*
 * Does the kernel interrupt whom the workloads expect it to? Every case runs in a rig
 * on this machine, and the machine-wide TLB row of /proc/interrupts is held against the
 * workload's own expectation. Other programs shoot down too, and preempt ours: a window
 * counts only when little was shot down in one as long just before it and ours hardly
 * waited for a CPU meanwhile (a worker whose receiver is switched out runs fast, so an
 * absence weighs several times its length). Some wait for what they ask of the kernel,
 * too: collapsing a huge page has work done on every CPU (mm/swap.c,
 * lru_add_drain_all). So a window in which they waited a little counts where it holds.
 * Each case has several windows, and what never finds a quiet one is skipped, not
 * failed.
 */
#include <math.h>

#include "rig/rig_test.h"
#include "tlblab/base/file.h"

enum {
	WINDOWS = 20,
	PATIENCE_S = 90, /* for all of them; what is left then is skipped */
	QUIET_WINDOWS = 8,
	SETTLE_MS = 10,
	WINDOW_MS = 40,
	WAITED_PCT_MAX = 1,
	WAITED_LITTLE_PCT = 5, /* may still show what was meant, never the opposite */
	SKIP = 77
};

enum outcome { HOLDS, FAILS, NOISY };

struct window {
	bool ran;
	double per_op;	   /* shootdowns per operation */
	double foreign;	   /* what others did just before, per operation */
	double waited_pct; /* of the time ours could have run */
};

struct live_case {
	const char *workload;
	int threads, victims;
	enum run_mode mode;
	const char *set[4][2];
};

static const struct live_case cases[] = {
	{"madvise", 1, 1, RUN_THREADS, {{NULL}}},
	{"madvise", 2, 0, RUN_THREADS, {{NULL}}},
	{"madvise", 2, 0, RUN_PROCESSES, {{NULL}}},
	{"madvise", 1, 0, RUN_THREADS, {{"touch", "yes"}}},
	{"madvise", 1, 1, RUN_THREADS, {{"touch", "yes"}}},
	{"madvise", 2, 0, RUN_THREADS, {{"touch", "yes"}}},
	{"madvise", 2, 0, RUN_THREADS, {{"touch", "yes"}, {"shared", "no"}}},
	{"madvise", 2, 0, RUN_PROCESSES, {{"touch", "yes"}}},
	{"mmap1", 1, 1, RUN_THREADS, {{NULL}}},
	{"mmap1", 2, 0, RUN_THREADS, {{NULL}}},
	{"mmap1", 1, 1, RUN_THREADS, {{"touch", "yes"}, {"size_bytes", "1M"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "munmap"}, {"pages", "33"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "munmap"}, {"pages", "34"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "dontneed"}, {"pages", "8"}}},
	{"release",
	 1,
	 1,
	 RUN_THREADS,
	 {{"method", "dontneed"}, {"pages", "2"}, {"span_pages", "64"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "free"}, {"pages", "8"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "reuse"}, {"pages", "8"}}},
	{"release", 2, 0, RUN_THREADS, {{"method", "munmap"}, {"pages", "4"}}},
	{"release", 2, 0, RUN_THREADS, {{"method", "dontneed"}, {"pages", "4"}}},
	{"release", 2, 0, RUN_THREADS, {{"method", "free"}, {"pages", "4"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "lazyfree"}, {"pages", "8"}}},
	{"lazyfree", 1, 1, RUN_THREADS, {{"pages", "8"}}},
	{"lazyfree", 2, 0, RUN_THREADS, {{NULL}}},
	{"lazyfree", 2, 0, RUN_THREADS, {{"again", "new"}}},
	{"lazyfree", 1, 1, RUN_THREADS, {{"budget_bytes", "60k"}, {"ranges", "63"}}},
	{"lazyfree",
	 1,
	 1,
	 RUN_THREADS,
	 {{"budget_bytes", "28k"}, {"ranges", "64"}, {"pages", "7"}}},
	{"malloc", 1, 1, RUN_THREADS, {{NULL}}},
	{"malloc", 1, 1, RUN_THREADS, {{"mmap_threshold_bytes", "128k"}}},
	{"malloc", 1, 1, RUN_PROCESSES, {{"mmap_threshold_bytes", "128k"}}},
	{"pmap", 2, 0, RUN_THREADS, {{"wait_every", "64"}}},
	{"thp", 1, 1, RUN_THREADS, {{NULL}}},
	{"thp", 2, 0, RUN_PROCESSES, {{NULL}}},
	{"writeback", 1, 1, RUN_THREADS, {{"pages", "8"}}},
	{"writeback", 1, 1, RUN_THREADS, {{"pages", "2"}, {"method", "msync"}}},
	{"writeback", 1, 1, RUN_PROCESSES, {{"pages", "2"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "mprotect"}, {"pages", "8"}}},
	{"release", 1, 1, RUN_THREADS, {{"method", "membarrier"}}},
	{"mprotect", 1, 1, RUN_THREADS, {{NULL}}},
	{"mprotect", 1, 1, RUN_PROCESSES, {{NULL}}},
	{"mprotect", 1, 1, RUN_THREADS, {{"pages", "34"}}},
	{"fork", 1, 1, RUN_THREADS, {{"pages", "1"}}},
	{"fork", 1, 1, RUN_THREADS, {{"pages", "16"}}},
	{"fork", 1, 1, RUN_PROCESSES, {{"pages", "16"}}},
	{"collateral", 1, 1, RUN_THREADS, {{NULL}}},
	{"release", 1, 1, RUN_PROCESSES, {{"method", "munmap"}}},
	{"release", 1, 1, RUN_PROCESSES, {{"method", "dontneed"}}},
};

/* The sum of the TLB row over all CPUs; false where there is no such row. */
static bool shootdowns_read(uint64_t *sum)
{
	char *text, *row;
	size_t bytes;

	if (file_read_all(NULL, "/proc/interrupts", &text, &bytes))
		return false;
	row = strstr(text, "TLB:");
	*sum = 0;
	for (char *p = row ? row + 4 : NULL, *end; p; p = end) {
		uint64_t n = strtoull(p, &end, 10);

		if (end == p)
			break;
		*sum += n;
	}
	free(text);
	return row;
}

static struct experiment case_experiment(const struct live_case *c)
{
	struct experiment e = rig_test_experiment(c->workload);

	e.threads = c->threads;
	e.victims = c->victims;
	e.mode = c->mode;
	for (int i = 0; i < 4 && c->set[i][0]; i++)
		rig_test_set(&e, c->set[i][0], c->set[i][1]);
	return e;
}

static uint64_t shootdowns_during(int ms)
{
	uint64_t before = 0, after = 0;

	shootdowns_read(&before);
	poll(NULL, 0, ms);
	shootdowns_read(&after);
	return after - before;
}

/* How long the rig's members, from the first on, have waited for a CPU: the second
 * number of /proc/TID/schedstat. Victims come after the workers. */
static uint64_t waited_ns(const struct rig *rig, int first)
{
	int n = rig_workers(rig) + rig_victims(rig);
	uint64_t sum = 0;

	for (int i = first; i < n; i++) {
		struct rig_reading w = {.tid = 0};
		struct rig_reading v = {.tid = 0};
		char path[64], *text, *second;
		size_t bytes;

		if (i < rig_workers(rig))
			rig_read_worker(rig, i, &w);
		else
			rig_read_victim(rig, i - rig_workers(rig), &v);
		snprintf(path, sizeof(path), "/proc/%d/schedstat",
			 w.tid ? w.tid : v.tid);
		if (file_read_all(NULL, path, &text, &bytes))
			continue;
		second = strchr(text, ' ');
		if (second)
			sum += strtoull(second, NULL, 10);
		free(text);
	}
	return sum;
}

static struct window window_measure(const struct experiment *e, const int *cpus)
{
	struct rig_config config = rig_test_config(e);
	struct window w = {0};
	struct rig *rig = NULL;

	if (cpus)
		config.cpus = cpus;
	if (rig_start(&rig, &config, NULL) ||
	    rig_test_wait(rig, RIG_READY, NULL) != RIG_READY)
		goto out;
	uint64_t foreign = shootdowns_during(WINDOW_MS);

	rig_open_gate(rig);
	poll(NULL, 0, SETTLE_MS);
	uint64_t ops = rig_test_ops(rig);
	/* A worker that forks is switched out for its own children. */
	int first = strcmp(e->workload, "fork") ? 0 : rig_workers(rig);
	uint64_t waited = waited_ns(rig, first);
	uint64_t seen = shootdowns_during(WINDOW_MS);

	waited = waited_ns(rig, first) - waited;
	ops = rig_test_ops(rig) - ops;
	if (ops && rig_poll(rig, NULL) == RIG_RUNNING)
		w = (struct window){true, (double)seen / (double)ops,
				    (double)foreign / (double)ops,
				    100.0 * (double)waited / (WINDOW_MS * 1e6) /
					    (rig_workers(rig) + rig_victims(rig))};
out:
	rig_stop(rig);
	return w;
}

static enum outcome range_holds(const struct experiment *e, const int *cpus, double low,
				double high, double *last)
{
	int quiet = 0;

	for (int i = 0; i < WINDOWS && quiet < QUIET_WINDOWS; i++) {
		struct window w = window_measure(e, cpus);

		if (!w.ran || w.foreign > 0.05 || w.waited_pct > WAITED_LITTLE_PCT)
			continue;
		if (w.per_op >= 0.9 * low - 0.02 && w.per_op <= 1.1 * high + 0.05)
			return HOLDS;
		if (w.waited_pct > WAITED_PCT_MAX)
			continue;
		*last = w.per_op;
		quiet++;
	}
	return quiet < QUIET_WINDOWS ? NOISY : FAILS;
}

static struct expectation case_expect(const struct experiment *e)
{
	const struct expect_case c = {
		.experiment = e,
		.params = e->params,
		.workers = e->threads,
		.victims = e->victims,
		.worker_cpus = e->threads,
		.mm_cpus = e->mode == RUN_THREADS ? e->threads + e->victims : 1,
		.ceiling_pages = -1,
	};
	struct expectation out;

	workload_find(e->workload)->expect(&c, &out);
	return out;
}

static enum outcome case_holds(const struct live_case *c)
{
	struct experiment e = case_experiment(c);
	struct expectation x = case_expect(&e);
	double seen = NAN;
	enum outcome outcome = range_holds(&e, NULL, x.shootdowns_per_op_low,
					   x.shootdowns_per_op_high, &seen);

	if (outcome != HOLDS)
		printf("%s threads=%d victims=%d mode=%d %s=%s: %.3f shootdowns per op, "
		       "expected %.3f to %.3f: %s\n",
		       c->workload, c->threads, c->victims, c->mode,
		       c->set[0][0] ? c->set[0][0] : "",
		       c->set[0][0] ? c->set[0][1] : "", seen, x.shootdowns_per_op_low,
		       x.shootdowns_per_op_high, x.why);
	return outcome;
}

/* Some machines flush remotely without interrupts, and have nothing to count. */
static bool row_counts_shootdowns(void)
{
	static const struct live_case control = {
		"madvise", 1, 1, RUN_THREADS, {{"touch", "yes"}}};
	struct experiment e = case_experiment(&control);

	for (int i = 0; i < QUIET_WINDOWS; i++)
		if (window_measure(&e, NULL).per_op > 0.2)
			return true;
	return false;
}

/* The CPU that exec or the main thread ran on must not stay among the receivers. */
static enum outcome only_own_cpus_are_interrupted(void)
{
	struct experiment e = rig_test_experiment("madvise");
	int cpu = rig_test_cpu(1);
	enum outcome worst = HOLDS;

	rig_test_set(&e, "touch", "yes");
	for (int mode = RUN_THREADS; mode <= RUN_PROCESSES; mode++) {
		double seen = NAN;

		e.mode = mode;
		enum outcome outcome = range_holds(&e, &cpu, 0, 0, &seen);

		if (outcome == HOLDS)
			continue;
		printf("mode %d: a lone worker interrupts %.3f CPUs per op\n", mode,
		       seen);
		if (worst != FAILS)
			worst = outcome;
	}
	return worst;
}

/* With a word, only the cases of that workload. */
int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	uint64_t sum;
	int outcomes[3] = {0};

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	if (rig_test_cpus() < 2) {
		puts("needs two CPUs");
		return SKIP;
	}
	if (!shootdowns_read(&sum) || !row_counts_shootdowns()) {
		puts("this machine's TLB row does not count shootdowns");
		return SKIP;
	}
	uint64_t deadline_ns = clock_now_ns() + PATIENCE_S * 1000000000ull;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!only || !strcmp(cases[i].workload, only))
			outcomes[clock_now_ns() < deadline_ns ? case_holds(&cases[i])
							      : NOISY]++;
	if (!only)
		outcomes[only_own_cpus_are_interrupted()]++;
	if (outcomes[FAILS])
		return 1;
	if (!outcomes[NOISY])
		return 0;
	printf("%d of the cases found no quiet moment on this machine\n",
	       outcomes[NOISY]);
	return SKIP;
}
