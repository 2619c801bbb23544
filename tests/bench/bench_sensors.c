/* SPDX-License-Identifier: MIT */
/*
 * What the sensors cost, and whether the refill estimate holds: its method against a
 * pointer chase through the same pages; flush counting as a run uses it against the
 * same operations without; and one reading of everything for 512 CPUs and 64 workers,
 * from files of that size.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sensors/sensors.h"
#include "support/scratch.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/stats.h"
#include "tlblab/sensors/refill.h"

enum {
	REFILL_ROUNDS = 9,
	TRACE_ROUNDS = 6,
	TRACE_MS = 1500,
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

struct load {
	_Atomic pid_t tid;
	_Atomic uint64_t ops;
	atomic_bool stop;
};

static void *load_main(void *arg)
{
	struct load *l = arg;
	char *p = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED);
	l->tid = gettid();
	while (!l->stop) {
		*(volatile char *)p = 1;
		must(!madvise(p, PAGE_BYTES, MADV_DONTNEED));
		atomic_fetch_add_explicit(&l->ops, 1, memory_order_relaxed);
	}
	munmap(p, PAGE_BYTES);
	return NULL;
}

/* Operations a second while the sensor is read every interval, or left alone. */
static double load_rate(struct load *l, struct sensor *s, struct availability *a)
{
	pid_t tid = l->tid;
	int cpu = -1;
	const struct sensor_target target = {
		.n_workers = 1, .tids = &tid, .cpus = &cpu};
	uint64_t begin_ns = clock_now_ns(), ops = l->ops, last_ns = begin_ns;

	if (s)
		flush_trace_ops.attach(s, &target, a);
	while (last_ns < begin_ns + TRACE_MS * 1000000ull) {
		struct sample sample = {0};
		uint64_t now_ns;

		clock_sleep_until(last_ns + INTERVAL_MS * 1000000ull);
		now_ns = clock_now_ns();
		sample.elapsed_s = (double)(now_ns - last_ns) * 1e-9;
		sample_put(&sample, CH_OPS, 0, QUALITY_EXACT);
		if (s)
			flush_trace_ops.read(s, &sample);
		last_ns = now_ns;
	}
	return (double)(l->ops - ops) / ((double)(last_ns - begin_ns) * 1e-9);
}

static void bench_trace(void)
{
	static struct machine machine;
	struct sensor_env env = {.machine = &machine, .trace_flushes = true};
	double share[TRACE_ROUNDS], alone[TRACE_ROUNDS];
	struct availability a = {0};
	struct load load = {0};
	struct sensor *s;
	pthread_t thread;

	/* In a mount namespace of its own nothing is left behind. */
	if (geteuid() == 0 && access("/sys/kernel/tracing/events", F_OK) &&
	    !unshare(CLONE_NEWNS) &&
	    !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL))
		perror("tracefs");
	must(!flush_trace_ops.open(&s, &env, &a));
	if (!a.available) {
		printf("flush counting: %s\n", a.reason);
		flush_trace_ops.close(s);
		return;
	}
	must(!pthread_create(&thread, NULL, load_main, &load));
	while (!load.tid)
		sched_yield();
	load_rate(&load, NULL, NULL);
	for (int i = 0; i < TRACE_ROUNDS; i++) {
		double before = load_rate(&load, NULL, NULL);
		double with = load_rate(&load, s, &a);
		struct sensor *off;

		/* Detached: the counters of the last slice are closed. */
		flush_trace_ops.close(s);
		must(!flush_trace_ops.open(&off, &env, &a));
		s = off;
		alone[i] = (before + load_rate(&load, NULL, NULL)) / 2;
		share[i] = with / alone[i];
	}
	load.stop = true;
	pthread_join(thread, NULL);
	flush_trace_ops.close(s);
	row("touched madvise, flushes not counted", 1e9 / median(alone, TRACE_ROUNDS),
	    "ns", "an operation");
	row("  counted as in a run", median(share, TRACE_ROUNDS), "ratio",
	    "of its rate, target >= 0.93");
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
	bench_trace();
	bench_reading();
	return 0;
}
