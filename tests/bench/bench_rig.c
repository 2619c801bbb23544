/* SPDX-License-Identifier: MIT */
/*
 * What the rig costs those it measures: each workload's operations through the rig's
 * loop, against the same system calls in a bare loop, in the same process on the same
 * CPU, in turn, for many short rounds: alone, and beside a thread on another CPU that
 * runs the bare loop all the time. Ratios are of rates (1.00: the rig costs nothing),
 * medians with their quartiles; A/A is the bare loop against itself, which is what the
 * method can tell. Then what starting a rig takes.
 */
#include <linux/membarrier.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig/crew.h"
#include "rig/loop.h"
#include "rig/rig_test.h"
#include "tlblab/base/stats.h"
#include "workloads/region.h"

enum {
	ROUNDS = 61,
	ROUND_NS = 8000000,
	SETTLE_NS = 600000000,
	HIST_RECORDS = 20000000,
	MANY_WORKERS = 1024,
	REUSE_PAGES = 256,
	FORK_PAGES = 16, /* its default */
	MALLOC_BYTES = 64 << 10,
	PARTNER_OPS = 64, /* between two looks at whether to end */
};

struct bench_case {
	const char *name, *workload;
	const char *set[3][2];
	void (*bare)(char *pages, uint64_t n);
	double target;
};

static void must(bool ok)
{
	if (ok)
		return;
	perror("bench");
	exit(1);
}

static void bare_madvise(char *pages, uint64_t n)
{
	while (n--)
		must(!madvise(pages, REGION_PAGE_BYTES, MADV_DONTNEED));
}

static void bare_touch_madvise(char *pages, uint64_t n)
{
	while (n--) {
		*(volatile char *)pages = 1;
		must(!madvise(pages, REGION_PAGE_BYTES, MADV_DONTNEED));
	}
}

static void bare_mmap1(char *pages, uint64_t n)
{
	const size_t bytes = (size_t)128 << 20;

	(void)pages;
	while (n--) {
		void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(map != MAP_FAILED);
		must(!munmap(map, bytes));
	}
}

static void bare_munmap(char *pages, uint64_t n)
{
	while (n--) {
		must(mmap(pages, REGION_PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			  0) == pages);
		*(volatile char *)pages = 1;
		must(!munmap(pages, REGION_PAGE_BYTES));
	}
}

static void bare_free(char *pages, uint64_t n)
{
	while (n--) {
		*(volatile char *)pages = 1;
		must(!madvise(pages, REGION_PAGE_BYTES, MADV_FREE));
	}
}

static void bare_write(char *pages, int n)
{
	for (int i = 0; i < n; i++)
		*(volatile char *)(pages + i * REGION_PAGE_BYTES) = 1;
}

static void bare_mprotect_none(char *pages, uint64_t n)
{
	while (n--) {
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_READ | PROT_WRITE));
		*(volatile char *)pages = 1;
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_NONE));
	}
}

static void bare_membarrier(char *pages, uint64_t n)
{
	while (n--) {
		*(volatile char *)pages = 1;
		must(!syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
	}
}

static void bare_reuse(char *pages, uint64_t n)
{
	while (n--)
		bare_write(pages, REUSE_PAGES);
}

static void bare_mprotect(char *pages, uint64_t n)
{
	while (n--) {
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_READ));
		must(!mprotect(pages, REGION_PAGE_BYTES, PROT_READ | PROT_WRITE));
		*(volatile char *)pages = 1;
	}
}

static void bare_fork(char *pages, uint64_t n)
{
	while (n--) {
		pid_t child = (pid_t)syscall(SYS_clone, 0L, NULL, NULL, NULL, NULL);

		must(child >= 0);
		if (!child)
			for (;;)
				pause();
		bare_write(pages, FORK_PAGES);
		must(!kill(child, SIGKILL));
		must(waitpid(child, NULL, __WALL) == child);
	}
}

static void bare_mmap1_touch(char *pages, uint64_t n)
{
	const size_t bytes = (size_t)1 << 20;

	(void)pages;
	while (n--) {
		char *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(map != MAP_FAILED);
		bare_write(map, (int)(bytes / REGION_PAGE_BYTES));
		must(!munmap(map, bytes));
	}
}

static void bare_malloc(char *pages, uint64_t n)
{
	(void)pages;
	while (n--) {
		char *volatile block = malloc(MALLOC_BYTES);

		must(block);
		bare_write(block, MALLOC_BYTES / REGION_PAGE_BYTES);
		free(block);
	}
}

static const struct bench_case cases[] = {
	{"madvise untouched", "madvise", {{"shared", "no"}}, bare_madvise, 0.98},
	{"madvise touched",
	 "madvise",
	 {{"shared", "no"}, {"touch", "yes"}},
	 bare_touch_madvise,
	 0.99},
	{"mmap1", "mmap1", {{NULL}}, bare_mmap1, 0.99},
	{"release munmap", "release", {{"method", "munmap"}}, bare_munmap, 0.99},
	{"release dontneed",
	 "release",
	 {{"method", "dontneed"}},
	 bare_touch_madvise,
	 0.99},
	{"release free", "release", {{"method", "free"}}, bare_free, 0.99},
	{"release mprotect",
	 "release",
	 {{"method", "mprotect"}},
	 bare_mprotect_none,
	 0.99},
	{"release membarrier",
	 "release",
	 {{"method", "membarrier"}},
	 bare_membarrier,
	 0.98},
	{"release reuse of 256 pages",
	 "release",
	 {{"method", "reuse"}, {"pages", "256"}},
	 bare_reuse,
	 0.99},
	{"mmap1 touched, 1 MiB",
	 "mmap1",
	 {{"touch", "yes"}, {"size_bytes", "1M"}},
	 bare_mmap1_touch,
	 0.99},
	{"mprotect", "mprotect", {{NULL}}, bare_mprotect, 0.99},
	{"fork, 16 pages", "fork", {{NULL}}, bare_fork, 0.99},
	{"malloc, 64 KiB", "malloc", {{"size_bytes", "64k"}}, bare_malloc, 0.99},
};

/* Runs the bare loop on another CPU, on pages of its own, until told to end. */
struct partner {
	const struct bench_case *c;
	struct worker worker;
	pthread_t thread;
	_Atomic bool ready, end;
};

static char *own_pages(const struct worker *w)
{
	/* The very pages the workload uses: others can differ by 4 %. A worker's own
	 * data begins with its region, where its loop has one. */
	const struct region *region = w->own;

	return region ? region->pages : NULL;
}

static void *partner_main(void *arg)
{
	struct partner *p = arg;
	const struct workload_ops *ops = workload_find(p->c->workload);

	must(!crew_pin(p->worker.cpu));
	must(!ops->enter || !ops->enter(&p->worker));
	char *pages = own_pages(&p->worker);

	atomic_store(&p->ready, true);
	while (!atomic_load_explicit(&p->end, memory_order_relaxed))
		p->c->bare(pages, PARTNER_OPS);
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

static void row(const char *name, double value, const char *unit, const char *target)
{
	printf("%-44s %9.3f  %-6s %s\n", name, value, unit, target);
}

static double rig_ns_per_op(struct loop *l, uint64_t n)
{
	uint64_t begin_ns = clock_now_ns();

	l->limit = n;
	loop_run(l);
	must(!l->worker->failed);
	return (double)(clock_now_ns() - begin_ns) / (double)n;
}

static double bare_ns_per_op(const struct bench_case *c, char *pages, uint64_t n)
{
	uint64_t begin_ns = clock_now_ns();

	c->bare(pages, n);
	return (double)(clock_now_ns() - begin_ns) / (double)n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void ratio_row(const char *name, const char *what, double *ratios, double target)
{
	char text[64], goal[96];

	qsort(ratios, ROUNDS, sizeof(*ratios), by_value);
	snprintf(text, sizeof(text), "%s, %s", name, what);
	snprintf(goal, sizeof(goal), "quartiles %.3f to %.3f",
		 stats_quantile_sorted(ratios, ROUNDS, 0.25),
		 stats_quantile_sorted(ratios, ROUNDS, 0.75));
	if (target > 0)
		snprintf(goal + strlen(goal), sizeof(goal) - strlen(goal),
			 ", target >= %.2f", target);
	row(text, stats_quantile_sorted(ratios, ROUNDS, 0.5), "ratio", goal);
}

static void bench_rounds(const struct bench_case *c, const char *beside, struct loop *l,
			 char *pages)
{
	char name[64];

	double rig[ROUNDS], same[ROUNDS];
	uint64_t n = 100;

	while (bare_ns_per_op(c, pages, n) * (double)n < ROUND_NS)
		n *= 2;
	/* Let the loop find out what it may time, then keep that. */
	l->time_one_in = 0;
	double op_ns = rig_ns_per_op(l, n);

	rig_ns_per_op(l, (uint64_t)(SETTLE_NS / op_ns));
	l->time_one_in = l->slot->time_one_in;
	for (int i = 0; i < ROUNDS; i++) {
		double a, b, c_ns;

		if (i % 2) {
			a = bare_ns_per_op(c, pages, n);
			b = rig_ns_per_op(l, n);
			c_ns = bare_ns_per_op(c, pages, n);
		} else {
			c_ns = bare_ns_per_op(c, pages, n);
			b = rig_ns_per_op(l, n);
			a = bare_ns_per_op(c, pages, n);
		}
		rig[i] = (a + c_ns) / 2 / b;
		same[i] = a / c_ns;
	}
	snprintf(name, sizeof(name), "%s%s", c->name, beside);
	ratio_row(name, "rig/bare", rig, c->target);
	ratio_row(name, "A/A", same, 0);
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
	must(!ops->prepare ||
	     !ops->prepare(&w.space, w.params, cpus, w.failure, sizeof(w.failure)));
	if (cpus > 1)
		partner_start(&partner, c, &w, beside_cpu);
	must(!ops->enter || !ops->enter(&w));
	bench_rounds(c, cpus > 1 ? ", 2 CPUs" : "", &loop, own_pages(&w));
	if (cpus > 1)
		partner_stop(&partner);
	if (ops->leave)
		ops->leave(&w);
	if (ops->dispose)
		ops->dispose(w.space);
}

static void bench_hist(void)
{
	static struct hist hist;
	uint64_t value = 88172645463325252u;
	double with_ns, without_ns;

	for (int pass = 0; pass < 2; pass++) {
		uint64_t begin_ns = clock_now_ns();

		for (int i = 0; i < HIST_RECORDS; i++) {
			value ^= value << 13;
			value ^= value >> 7;
			value ^= value << 17;
			hist_record(&hist, value & 0xffff);
		}
		with_ns = (double)(clock_now_ns() - begin_ns) / HIST_RECORDS;
	}
	uint64_t begin_ns = clock_now_ns();

	for (int i = 0; i < HIST_RECORDS; i++) {
		value ^= value << 13;
		value ^= value >> 7;
		value ^= value << 17;
		__asm__ volatile("" : "+r"(value));
	}
	without_ns = (double)(clock_now_ns() - begin_ns) / HIST_RECORDS;
	row("histogram record", with_ns - without_ns, "ns", "target <= 2");
	row("shared memory for one worker", RIG_SLOT_BYTES / 1024.0, "KB",
	    "target <= 8");
}

static void bench_start(const char *name, int workers, enum run_mode mode, int tries,
			const char *target)
{
	struct experiment e = rig_test_experiment("madvise");
	double ready_ms[32], stop_ms[32];
	char text[64];

	e.threads = workers;
	e.mode = mode;
	for (int i = 0; i < tries; i++) {
		uint64_t begin_ns = clock_now_ns();
		struct rig *rig = rig_test_start(&e);

		must(rig_test_wait(rig, RIG_READY, NULL) == RIG_READY);
		uint64_t ready_ns = clock_now_ns();

		ready_ms[i] = (double)(ready_ns - begin_ns) * 1e-6;
		rig_stop(rig);
		stop_ms[i] = (double)(clock_now_ns() - ready_ns) * 1e-6;
	}
	qsort(ready_ms, (size_t)tries, sizeof(*ready_ms), by_value);
	qsort(stop_ms, (size_t)tries, sizeof(*stop_ms), by_value);
	snprintf(text, sizeof(text), "%s, start to ready", name);
	row(text, ready_ms[tries / 2], "ms", target);
	snprintf(text, sizeof(text), "%s, stop", name);
	row(text, stop_ms[tries / 2], "ms", "");
}

static void bench_starts(void)
{
	bench_start("rig of 1 worker", 1, RUN_THREADS, 31, "");
	bench_start("rig of 1,024 threads", MANY_WORKERS, RUN_THREADS, 3,
		    "target < 3000");
	bench_start("rig of 1,024 processes", MANY_WORKERS, RUN_PROCESSES, 3,
		    "target < 3000");
}

/* With a word, only the loops whose names contain it. */
int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	const char *only = argc > 1 ? argv[1] : NULL;
	int first = rig_test_cpu(0),
	    second = rig_test_cpus() > 1 ? rig_test_cpu(1) : -1;

	printf("%-44s %9s  %-6s %s\n", "name", "value", "unit", "spread and target");
	if (!only)
		bench_starts();
	must(!crew_pin(first));
	if (!only)
		bench_hist();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!only || strstr(cases[i].name, only)) {
			bench_case(&cases[i], -1);
			if (second >= 0)
				bench_case(&cases[i], second);
		}
	return 0;
}
