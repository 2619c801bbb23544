/* SPDX-License-Identifier: MIT */
/*
 * What the sensors cost, and whether the refill estimate holds: its method against a
 * pointer chase through the same pages; the sensors as a run uses them, without and
 * with flushes counted, against the same operations left alone; and one reading of
 * everything for 512 CPUs and 64 workers, from files of that size.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensors/sensors.h"
#include "support/scratch.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/stats.h"
#include "tlblab/sensors/refill.h"

enum {
	REFILL_ROUNDS = 9,
	COST_ROUNDS = 5,
	RUN_MS = 1500,
	INTERVAL_MS = 100,
	BIG_CPUS = 512,
	BIG_TASKS = 64,
	READS = 300,
	PAGE_BYTES = 4096,
};

static void must(bool ok)
{
	if (ok)
		return;
	perror("bench");
	exit(1);
}

static void row(const char *name, double value, const char *unit, const char *target)
{
	printf("%-44s %9.3f  %-6s %s\n", name, value, unit, target);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), by_value);
	return stats_quantile_sorted(values, (size_t)n, 0.5);
}

static void bench_refill(double ns_per_tick)
{
	static struct refill_estimate touch[REFILL_ROUNDS], chase[REFILL_ROUNDS];

	for (int i = 0; i < REFILL_ROUNDS; i++) {
		must(!refill_measure(REFILL_TOUCH, ns_per_tick, &touch[i]));
		must(!refill_measure(REFILL_CHASE, ns_per_tick, &chase[i]));
	}
	for (int p = 0; p < touch[0].n && p < chase[0].n; p++) {
		double a[REFILL_ROUNDS], b[REFILL_ROUNDS];
		const struct refill_point *point = &touch[0].point[p];
		char name[64];

		for (int i = 0; i < REFILL_ROUNDS; i++) {
			a[i] = touch[i].point[p].ns_per_page;
			b[i] = chase[i].point[p].ns_per_page;
		}
		snprintf(name, sizeof(name), "refill, %d pages of %d KiB", point->pages,
			 (int)(point->page_bytes / 1024));
		row(name, median(a, REFILL_ROUNDS), "ns", "a page, estimate");
		row("  over a pointer chase",
		    median(a, REFILL_ROUNDS) / median(b, REFILL_ROUNDS), "ratio",
		    "target 0.85 to 1.15");
	}
	if (*touch[0].huge_reason)
		printf("refill, 2 MiB pages: %s\n", touch[0].huge_reason);
}

/* Two threads of a process of its own, as a rig's are: one gives a touched page back
 * again and again, the other is there to be interrupted, or is not. */
struct load {
	_Atomic pid_t tid[2]; /* initiator, victim */
	_Atomic uint64_t ops;
	int victims;
	pid_t pid;
};

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *load_victim(void *arg)
{
	struct load *l = arg;

	pin(1);
	l->tid[1] = gettid();
	for (;;)
		;
	return NULL;
}

static void load_child(struct load *l)
{
	char *p = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;

	must(p != MAP_FAILED);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(0);
	if (l->victims)
		must(!pthread_create(&thread, NULL, load_victim, l));
	while (l->victims && !l->tid[1])
		sched_yield();
	l->tid[0] = gettid();
	for (;;) {
		*(volatile char *)p = 1;
		must(!madvise(p, PAGE_BYTES, MADV_DONTNEED));
		atomic_fetch_add_explicit(&l->ops, 1, memory_order_relaxed);
	}
}

static struct load *load_start(int victims)
{
	struct load *l = mmap(NULL, sizeof(*l), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(l != MAP_FAILED);
	l->victims = victims;
	pid_t pid = fork(); /* what is shared, the child must not overwrite */

	must(pid >= 0);
	if (!pid)
		load_child(l);
	l->pid = pid;
	while (!l->tid[0])
		clock_sleep_until(clock_now_ns() + 1000000);
	return l;
}

static void load_stop(struct load *l)
{
	kill(l->pid, SIGKILL);
	waitpid(l->pid, NULL, 0);
	munmap(l, sizeof(*l));
}

static void attach(struct sensor_set *set, const struct load *l, bool there)
{
	const pid_t tids[2] = {l->tid[0], l->tid[1]};
	static const int cpus[2] = {0, 1};
	const struct sensor_target target = {
		.rig_pid = l->pid,
		.n_workers = there,
		.n_victims = there ? l->victims : 0,
		.tids = tids,
		.cpus = cpus,
	};

	sensor_set_attach(set, &target);
}

/* Operations a second over ms milliseconds; with a set it is read every interval. */
static double load_rate(struct load *l, struct sensor_set *set, int ms)
{
	uint64_t begin_ns = clock_now_ns(), ops = l->ops, last_ns = begin_ns;

	while (last_ns < begin_ns + (uint64_t)ms * 1000000ull) {
		struct sample sample = {0};
		uint64_t now_ns;

		clock_sleep_until(last_ns + INTERVAL_MS * 1000000ull);
		now_ns = clock_now_ns();
		sample.elapsed_s = (double)(now_ns - last_ns) * 1e-9;
		sample_put(&sample, CH_OPS, 0, QUALITY_EXACT);
		if (set)
			sensor_set_read(set, &sample);
		last_ns = now_ns;
	}
	return (double)(l->ops - ops) / ((double)(last_ns - begin_ns) * 1e-9);
}

/* Its rate with the set attached over that without, before and after; read: as a run
 * does, else attached and left counting. */
static double cost_ratio(struct load *l, struct sensor_set *set, int ms, bool read)
{
	double ratio[COST_ROUNDS];

	for (int i = 0; i < COST_ROUNDS; i++) {
		double before = load_rate(l, NULL, ms / 2), with;

		attach(set, l, true);
		with = load_rate(l, read ? set : NULL, ms);
		attach(set, l, false);
		ratio[i] = with * 2 / (before + load_rate(l, NULL, ms / 2));
	}
	return median(ratio, COST_ROUNDS);
}

static void open_set(struct sensor_set *set, bool trace)
{
	static struct machine machine;
	const struct sensor_env env = {
		.machine = &machine, .root = "", .trace_flushes = trace};

	machine.topology.max_cpu_id = (int)sysconf(_SC_NPROCESSORS_CONF) - 1;
	must(!sensor_set_open(set, &env));
}

static void bench_cost(const char *name, int victims, double target,
		       struct sensor_set *plain, struct sensor_set *traced)
{
	struct load *l = load_start(victims);
	char text[64], goal[64];

	load_rate(l, NULL, 300);
	row(name, 1e9 / load_rate(l, NULL, 500), "ns", "an operation");
	row("  all sensors but the trace", cost_ratio(l, plain, 600, true), "ratio",
	    "of its rate, target >= 0.99");
	if (sensor_set_availability(traced, "flush_trace")->available) {
		snprintf(text, sizeof(text), "  and flushes counted, a run of %.1f s",
			 RUN_MS / 1e3);
		snprintf(goal, sizeof(goal), "of its rate, target >= %.2f", target);
		row(text, cost_ratio(l, traced, RUN_MS, true), "ratio", goal);
		row("  while flushes are counted", cost_ratio(l, traced, 200, false),
		    "ratio", "of its rate");
	} else {
		printf("  flush counting: %s\n",
		       sensor_set_availability(traced, "flush_trace")->reason);
	}
	load_stop(l);
}

static void bench_costs(void)
{
	struct sensor_set plain, traced;

	/* In a mount namespace of its own nothing is left behind. */
	if (geteuid() == 0 && access("/sys/kernel/tracing/events", F_OK) &&
	    !unshare(CLONE_NEWNS) &&
	    !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL))
		perror("tracefs");
	open_set(&plain, false);
	open_set(&traced, true);
	bench_cost("touched madvise, alone", 0, 0.93, &plain, &traced);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		bench_cost("touched madvise beside a spinning victim", 1, 0.98, &plain,
			   &traced);
	sensor_set_close(&plain);
	sensor_set_close(&traced);
}

static void write_big_machine(const struct scratch *s)
{
	char *text = malloc(1 << 20), *p = text, path[64];

	must(text);
	p += sprintf(p, "     ");
	for (int i = 0; i < BIG_CPUS; i++)
		p += sprintf(p, " %8s%-3d", "CPU", i);
	for (int r = 0; r < 60; r++) {
		p += sprintf(p, r == 50 ? "\nTLB:" : "\n%3d:", r);
		for (int i = 0; i < BIG_CPUS; i++)
			p += sprintf(p, " %10d", i * r);
	}
	sprintf(p, "\n");
	scratch_write(s, "/proc/interrupts", text);
	p = text + sprintf(text, "cpu  1 2 3 4 5 6 7 8 9 10\n");
	for (int i = 0; i < BIG_CPUS; i++)
		p += sprintf(p, "cpu%d 1234567 0 234567 98765432 0 0 0 12 0 0\n", i);
	scratch_write(s, "/proc/stat", text);
	for (int i = 1; i <= BIG_TASKS; i++) {
		snprintf(path, sizeof(path), "/proc/%d/sched", i);
		scratch_write(s, path,
			      "se.nr_migrations : 5\nnr_involuntary_switches : 7\n");
	}
	free(text);
}

static void bench_reading(void)
{
	static struct machine machine;
	pid_t tids[BIG_TASKS];
	int cpus[BIG_TASKS];
	double read_ms[READS];
	struct sensor_set set;
	struct scratch scratch;
	struct sensor_env env = {.machine = &machine, .root = scratch.root};
	struct sensor_target target = {
		.n_workers = BIG_TASKS, .tids = tids, .cpus = cpus};

	scratch_make(&scratch);
	write_big_machine(&scratch);
	machine.topology.max_cpu_id = BIG_CPUS - 1;
	for (int i = 0; i < BIG_CPUS; i++)
		cpumask_set(&machine.topology.allowed, i);
	for (int i = 0; i < BIG_TASKS; i++) {
		tids[i] = i + 1;
		cpus[i] = i;
	}
	must(!sensor_set_open(&set, &env));
	sensor_set_attach(&set, &target);
	for (int i = 0; i < READS; i++) {
		struct sample sample = {.elapsed_s = 0.1};
		uint64_t begin_ns = clock_now_ns();

		sensor_set_read(&set, &sample);
		read_ms[i] = (double)(clock_now_ns() - begin_ns) * 1e-6;
		must(sample.quality[CH_SHOOTDOWNS] != QUALITY_ABSENT);
	}
	sensor_set_close(&set);
	scratch_remove(&scratch);
	row("read sensors, 512 CPUs and 64 workers", median(read_ms, READS), "ms",
	    "from files, target < 2");
}

int main(void)
{
	double ns_per_tick = clock_tsc_ns_per_tick(20000000);

	printf("%-44s %9s  %-6s %s\n", "name", "value", "unit", "spread and target");
	if (ns_per_tick > 0)
		bench_refill(ns_per_tick);
	else
		printf("refill: the time stamp counter is not invariant here\n");
	bench_costs();
	bench_reading();
	return 0;
}
