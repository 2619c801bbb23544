/* SPDX-License-Identifier: MIT */
/*
 * The flush sensor on this kernel: threads touch k pages and drop them, and the reasons
 * and sizes counted must be those that arch/x86/mm/tlb.c makes of it. Counts only;
 * needs two CPUs, and permission to count tracepoints (exit 77 with the reason
 * otherwise).
 */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/sensors.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/sensors/flush_slots.h"

enum {
	THREADS = 2,
	SPAN_BYTES = 4 << 20,
	HUGE_BYTES = 2 << 20,
	PAGE_BYTES = 4096,
	ATTEMPTS = 40,
	INTERVAL_OPS = 2000
};

struct rig_thread {
	struct rig *rig;
	pthread_t thread;
	int cpu;
	_Atomic pid_t tid;
	_Atomic uint64_t ops;
};

struct rig {
	int workers, pages;
	atomic_bool go, stop;
	struct rig_thread thread[THREADS];
};

static int cpus[THREADS];
static struct flush_slots last_slots; /* of the interval count_flushes returned */
/* A 2 MiB-aligned piece whose last page stays, so that its page table does too. */
static char *map_piece(void)
{
	char *p = mmap(NULL, SPAN_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	p = (char *)(((uintptr_t)p + HUGE_BYTES - 1) & ~(uintptr_t)(HUGE_BYTES - 1));
	madvise(p, HUGE_BYTES, MADV_NOHUGEPAGE);
	p[HUGE_BYTES - PAGE_BYTES] = 1;
	return p;
}

static void *thread_main(void *arg)
{
	struct rig_thread *t = arg;
	struct rig *rig = t->rig;
	bool worker = t - rig->thread < rig->workers;
	char *p = map_piece();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)t->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	t->tid = gettid();
	while (!rig->go && !rig->stop)
		;
	while (!rig->stop) {
		if (!worker)
			continue;
		for (int i = 0; i < rig->pages; i++)
			p[i * PAGE_BYTES] = 1;
		madvise(p, (size_t)rig->pages * PAGE_BYTES, MADV_DONTNEED);
		t->ops++;
	}
	munmap(p, HUGE_BYTES);
	return NULL;
}

static void rig_begin(struct rig *rig, int workers, int pages)
{
	memset(rig, 0, sizeof(*rig));
	rig->workers = workers;
	rig->pages = pages;
	for (int i = 0; i < THREADS; i++) {
		rig->thread[i].rig = rig;
		rig->thread[i].cpu = cpus[i];
		assert_int_equal(pthread_create(&rig->thread[i].thread, NULL,
						thread_main, &rig->thread[i]),
				 0);
	}
	for (int i = 0; i < THREADS; i++) {
		while (!rig->thread[i].tid)
			sched_yield();
	}
}

static void rig_end(struct rig *rig)
{
	rig->stop = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(rig->thread[i].thread, NULL);
}

static double thread_ops(const void *rig, int i)
{
	return (double)((const struct rig *)rig)->thread[i].ops;
}

/* Of a test that operates itself. */
static double own_ops(const void *ops, int i)
{
	(void)i;
	return (double)*(const uint64_t *)ops;
}

static uint64_t rig_ops(const struct rig *rig)
{
	return rig->thread[0].ops + rig->thread[1].ops;
}

static double per_op(const struct sample *s, enum channel c)
{
	assert_int_equal(s->quality[c], QUALITY_EXACT);
	return s->value[c] / s->value[CH_FLUSH_OPS];
}

/* Did all have their CPUs to themselves? Another program that runs there for a while
 * takes the place of the one to be interrupted, or of the thread that counts. */
static bool undisturbed(const struct sample *s, int workers)
{
	double sent = per_op(s, CH_FLUSH_REMOTE_IPI_SEND);

	return sent > 0.95 && sent < 1.05 &&
	       (workers > 1 || per_op(s, CH_FLUSH_REMOTE_SHOOTDOWN) > 0.95);
}

static void skip_disturbed(void)
{
	print_message("no flush in which both CPUs took part: other programs hold one, "
		      "or the hypervisor flushes it itself\n");
	skip();
}

struct bench {
	struct machine machine;
	struct sensor *sensor;
	struct availability availability;
	struct rig rig;
	struct sensor_target target;
	pid_t tids[THREADS];
	uint64_t ops;
};

static void bench_begin(struct bench *b, int workers, int pages)
{
	struct sensor_env env = {
		.machine = &b->machine, .root = "", .trace_flushes = true};

	memset(b, 0, sizeof(*b));
	assert_int_equal(flush_trace_ops.open(&b->sensor, &env, &b->availability), 0);
	rig_begin(&b->rig, workers, pages);
	for (int i = 0; i < THREADS; i++)
		b->tids[i] = b->rig.thread[i].tid;
	b->target = (struct sensor_target){
		.n_workers = workers,
		.n_victims = THREADS - workers,
		.tids = b->tids,
		.cpus = cpus,
		.work = {.done = thread_ops, .of = &b->rig, .n = workers}};
	flush_trace_ops.attach(b->sensor, &b->target, &b->availability);
	assert_true(b->availability.available);
	b->rig.go = true;
}

static void bench_end(struct bench *b)
{
	rig_end(&b->rig);
	flush_trace_ops.close(b->sensor);
}

/* An interval of so many operations or more, and another where those did not tell: no
 * time is assumed. Meanwhile this thread sleeps, or it would be interrupted in the
 * victim's place. */
static struct sample bench_interval(struct bench *b)
{
	struct sample s = {0};

	for (int i = 0; i < ATTEMPTS && s.quality[CH_FLUSH_OPS] != QUALITY_EXACT; i++) {
		uint64_t start_ns = clock_now_ns(), now;

		while (rig_ops(&b->rig) < b->ops + INTERVAL_OPS)
			clock_sleep_until(clock_now_ns() + 1000000);
		now = rig_ops(&b->rig);
		s = (struct sample){.elapsed_s =
					    (double)(clock_now_ns() - start_ns) * 1e-9};
		sample_put(&s, CH_OPS, (double)(now - b->ops), QUALITY_EXACT);
		b->ops = now;
		flush_trace_ops.read(b->sensor, &s);
	}
	return s;
}

/* A slice in which both threads had their CPUs, or, when there is none, the last. */
static struct sample count_flushes(int workers, int pages)
{
	struct bench b;
	struct sample s;

	bench_begin(&b, workers, pages);
	s = bench_interval(&b);
	for (int i = 0; i < ATTEMPTS; i++) {
		flush_trace_ops.attach(b.sensor, &b.target, &b.availability);
		b.ops = rig_ops(&b.rig);
		s = bench_interval(&b);
		if (undisturbed(&s, workers))
			break;
	}
	const struct sensor_set set = {
		.n = 1, .ops = {&flush_trace_ops}, .sensor = {b.sensor}};

	last_slots = *flush_slots_of_set(&set);
	bench_end(&b);
	return s;
}

/* Operations under way at either end of a slice, and neighbours that come and go. */
static void assert_about(const struct sample *s, enum channel c, double want)
{
	double got = per_op(s, c);

	if (got < want - 0.1 || got > want + 0.1)
		fail_msg("%s: %.3f per op, not %.3f", channel_table[c].name, got, want);
}

/* Its CPU received what the victim's thread did, and what came while it did not run. */
static void check_victim_cpu(double received, enum channel size)
{
	const struct flush_cpu_slot *at = &last_slots.cpu[0];

	if (!last_slots.n_cpus) {
		print_message("not per CPU: %s\n", last_slots.why_no_cpus);
		assert_true(strlen(last_slots.why_no_cpus) > 10);
		return;
	}
	assert_int_equal(last_slots.n_cpus, 1);
	assert_int_equal(at->cpu, cpus[1]);
	assert_true(at->full + at->ranged >= 0.9 * received);
	assert_true((size == CH_FLUSH_FULL) == (at->full > at->ranged));
}

/* Thread by thread they add up to the channels: one started all, the other got all. */
static void check_slots(const struct sample *s, enum channel size)
{
	const struct flush_slot *worker = &last_slots.slot[0];
	const struct flush_slot *victim = &last_slots.slot[1];

	assert_int_equal(last_slots.n, THREADS);
	assert_false(worker->victim);
	assert_true(victim->victim);
	assert_true(last_slots.elapsed_s > 0);
	assert_true(worker->full + worker->ranged ==
		    s->value[CH_FLUSH_FULL] + s->value[CH_FLUSH_RANGED]);
	assert_true((size == CH_FLUSH_FULL) == (worker->full > worker->ranged));
	assert_true(worker->received + victim->received ==
		    s->value[CH_FLUSH_REMOTE_SHOOTDOWN]);
	assert_true(victim->received > worker->received);
	check_victim_cpu(victim->received, size);
}

static void check_one_initiator(int pages, enum channel size)
{
	static const enum channel sizes[] = {CH_FLUSH_PAGES_1, CH_FLUSH_PAGES_2_8,
					     CH_FLUSH_PAGES_9_33, CH_FLUSH_PAGES_34_UP,
					     CH_FLUSH_FULL};
	struct sample s = count_flushes(1, pages);

	if (!undisturbed(&s, 1)) {
		skip_disturbed();
	}
	for (int i = 0; i < 5; i++)
		assert_about(&s, sizes[i], sizes[i] == size ? 1 : 0);
	assert_about(&s, CH_FLUSH_RANGED, size == CH_FLUSH_FULL ? 0 : 1);
	assert_about(&s, CH_FLUSH_LOCAL_MM_SHOOTDOWN, 1);
	assert_about(&s, CH_FLUSH_REMOTE_IPI_SEND, 1);
	/* The victim receives each. */
	assert_about(&s, CH_FLUSH_REMOTE_SHOOTDOWN, 1);
	check_slots(&s, size);
}

/* Does this kernel say that its ceiling is not the default? */
static bool other_ceiling(void)
{
	long pages;

	return !file_read_long("",
			       "/sys/kernel/debug/x86/tlb_single_page_flush_ceiling",
			       &pages) &&
	       pages != 33;
}

static void test_one_page(void **state)
{
	(void)state;
	check_one_initiator(1, CH_FLUSH_PAGES_1);
}

static void test_a_few_pages(void **state)
{
	(void)state;
	check_one_initiator(8, CH_FLUSH_PAGES_2_8);
}

static void test_as_many_pages_as_the_ceiling(void **state)
{
	(void)state;
	if (other_ceiling())
		skip();
	check_one_initiator(33, CH_FLUSH_PAGES_9_33);
}

static void test_one_page_over_the_ceiling(void **state)
{
	(void)state;
	if (other_ceiling())
		skip();
	check_one_initiator(34, CH_FLUSH_FULL);
}

static void test_two_initiators_are_counted_where_they_ask(void **state)
{
	struct sample s;
	double sized;

	(void)state;
	s = count_flushes(2, 1);
	if (!undisturbed(&s, 2)) {
		skip_disturbed();
	}
	/* Each operation asks once; its own CPU is mostly served by the neighbour. */
	sized = per_op(&s, CH_FLUSH_FULL) + per_op(&s, CH_FLUSH_RANGED);
	assert_about(&s, CH_FLUSH_REMOTE_IPI_SEND, 1);
	assert_true(sized > 0.9 && sized < 1.1);
}

/* Off after the first; on again when the measured part begins, and that is all it
 * counts. */
static void test_counting_comes_in_slices(void **state)
{
	struct sample s;
	struct bench b;

	(void)state;
	bench_begin(&b, 1, 1);
	s = bench_interval(&b);
	assert_int_equal(s.quality[CH_FLUSH_OPS], QUALITY_EXACT);
	for (int i = 0; i < ATTEMPTS; i++) {
		s = (struct sample){.elapsed_s = 0.001};
		flush_trace_ops.read(b.sensor, &s);
		for (int c = CH_FLUSH_OPS; c <= CH_FLUSH_PAGES_34_UP; c++)
			assert_int_equal(s.quality[c], QUALITY_ABSENT);
		b.ops = rig_ops(&b.rig);
		flush_trace_ops.window(b.sensor, false);
		s = bench_interval(&b);
		assert_int_equal(s.quality[CH_FLUSH_OPS], QUALITY_EXACT);
		if (undisturbed(&s, 1))
			break;
	}
	bool calm = undisturbed(&s, 1);

	bench_end(&b);
	if (!calm) {
		skip_disturbed();
	}
	assert_about(&s, CH_FLUSH_PAGES_1, 1);
}

/* A slice waits for an operation to end, but not past the end of the run. */
static void test_the_last_reading_ends_a_slice(void **state)
{
	char *p = map_piece();
	pid_t self = gettid();
	uint64_t done = 0;
	struct sample s;
	struct bench b;

	(void)state;
	bench_begin(&b, 0, 1);
	b.target =
		(struct sensor_target){.n_workers = 1,
				       .tids = &self,
				       .cpus = cpus,
				       .work = {.done = own_ops, .of = &done, .n = 1}};
	flush_trace_ops.attach(b.sensor, &b.target, &b.availability);
	for (int last = 0; last < 2; last++) {
		*p = 1;
		madvise(p, PAGE_BYTES, MADV_DONTNEED);
		if (last)
			flush_trace_ops.window(b.sensor, true);
		s = (struct sample){.elapsed_s = 0.01};
		sample_put(&s, CH_OPS, 0, QUALITY_EXACT);
		flush_trace_ops.read(b.sensor, &s);
		assert_int_equal(s.quality[CH_FLUSH_PAGES_1],
				 last ? QUALITY_EXACT : QUALITY_ABSENT);
	}
	assert_int_equal(s.value[CH_FLUSH_PAGES_1], 2);
	bench_end(&b);
	munmap(p, HUGE_BYTES);
}

/* One operation in twenty intervals, say: none of its flushes is missed, and the sum
 * over all slices has as many of them as of operations. */
static void test_rare_operations_are_all_counted(void **state)
{
	struct sample s, sum = {0};
	struct bench b;
	char *p = map_piece();
	pid_t self = gettid();
	uint64_t done = 0;

	(void)state;
	bench_begin(&b, 0, 1);
	b.target =
		(struct sensor_target){.n_workers = 1,
				       .tids = &self,
				       .cpus = cpus,
				       .work = {.done = own_ops, .of = &done, .n = 1}};
	flush_trace_ops.attach(b.sensor, &b.target, &b.availability);
	/* The last slice has its second, too. */
	for (int i = 0; i < 72; i++) {
		bool acts = i < 60 && i % 6 == 3, ends = i < 60 && i % 6 == 4;

		if (acts) {
			*p = 1;
			madvise(p, PAGE_BYTES, MADV_DONTNEED);
		}
		s = (struct sample){.elapsed_s = 0.1};
		/* It ends in the interval after the one in which it flushed. */
		sample_put(&s, CH_OPS, ends, QUALITY_EXACT);
		done += ends;
		flush_trace_ops.read(b.sensor, &s);
		sample_merge(&sum, &s);
	}
	bench_end(&b);
	munmap(p, HUGE_BYTES);
	assert_int_equal(sum.value[CH_FLUSH_OPS], done);
	assert_int_equal(sum.value[CH_FLUSH_PAGES_1], done);
}

static const char *why_not(void)
{
	static struct availability availability;
	static struct machine machine;
	struct sensor_env env = {
		.machine = &machine, .root = "", .trace_flushes = true};
	struct sensor *sensor;
	cpu_set_t set;
	int n = 0;

	sched_getaffinity(0, sizeof(set), &set);
	for (int i = 0; i < CPU_SETSIZE && n < THREADS; i++) {
		if (CPU_ISSET((size_t)i, &set))
			cpus[n++] = i;
	}
	if (n < THREADS)
		return "needs two CPUs";
	/* In a mount namespace of its own nothing is left behind. */
	if (geteuid() == 0 && access("/sys/kernel/tracing/events", F_OK) &&
	    !unshare(CLONE_NEWNS) &&
	    !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL))
		return "tracefs cannot be mounted";
	if (flush_trace_ops.open(&sensor, &env, &availability))
		return "out of memory";
	flush_trace_ops.close(sensor);
	return availability.available ? NULL : availability.reason;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_page),
		cmocka_unit_test(test_a_few_pages),
		cmocka_unit_test(test_as_many_pages_as_the_ceiling),
		cmocka_unit_test(test_one_page_over_the_ceiling),
		cmocka_unit_test(test_rare_operations_are_all_counted),
		cmocka_unit_test(test_counting_comes_in_slices),
		cmocka_unit_test(test_the_last_reading_ends_a_slice),
		cmocka_unit_test(test_two_initiators_are_counted_where_they_ask),
	};
	const char *reason = why_not();

	if (reason) {
		printf("flushes cannot be counted here: %s\n", reason);
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
