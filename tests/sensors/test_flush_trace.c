/* SPDX-License-Identifier: MIT */
/* The flush sensor over an opener that grants or refuses as the test says. What it
 * grants is real: the thread's CPU time for the events of one filter, and a counter
 * that never counts for the others. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/flush_filter.h"
#include "sensors/sensors.h"
#include "support/scratch.h"
#include "tlblab/sensors/flush_slots.h"

struct fake {
	int refuse;	    /* -errno */
	int refuse_after;   /* refuses from this many on; 0: from the first */
	int refuse_cpu;	    /* -errno of counters on a CPU */
	int no_id;	    /* -errno of reading the tracepoint's id */
	const char *counts; /* the filter whose events count */
	int n;
};

static int fake_open(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
		     int group_fd, const char *filter)
{
	struct fake *f = self;
	bool counts = f->counts && strcmp(filter, f->counts) == 0;
	struct perf_event_attr stand_in = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(stand_in),
		.config = counts ? PERF_COUNT_SW_TASK_CLOCK : PERF_COUNT_SW_DUMMY,
		.read_format = attr->read_format,
		.disabled = attr->disabled,
		.exclude_kernel = 1,
	};

	assert_int_equal(attr->type, PERF_TYPE_TRACEPOINT);
	assert_int_equal(attr->config, 77);
	assert_int_equal(attr->sample_period, 0);
	assert_int_equal(tid == -1, cpu >= 0);
	if (cpu >= 0 && f->refuse_cpu)
		return f->refuse_cpu;
	if (cpu >= 0 && counts)
		stand_in.config = PERF_COUNT_SW_CPU_CLOCK;
	if (f->refuse && f->n >= f->refuse_after)
		return f->refuse;
	f->n++;
	return perf_opener_direct.open(NULL, &stand_in, tid, cpu, group_fd, NULL);
}

static int fake_id(void *self, const char *which, char *buf, unsigned long buf_bytes)
{
	const struct fake *f = self;

	assert_non_null(strstr(which, "tlb_flush"));
	if (f->no_id)
		return f->no_id;
	snprintf(buf, buf_bytes, "77");
	return 0;
}

struct bench {
	struct scratch scratch;
	struct machine machine;
	struct fake fake;
	struct perf_opener opener;
	struct sensor *sensor;
	struct availability availability;
	struct sample sample;
	int cpu;	     /* of the threads; -1 not pinned */
	uint64_t ops;	     /* of each worker */
	uint64_t ops_a_look; /* done while they are looked at */
};

static double bench_done(const void *of, int i)
{
	struct bench *b = (struct bench *)of;

	(void)i;
	b->ops += b->ops_a_look;
	return (double)b->ops;
}

static struct bench *bench_open(struct fake fake)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->scratch);
	scratch_write(&b->scratch, "/proc/sys/kernel/perf_event_paranoid", "2\n");
	b->fake = fake;
	b->cpu = -1;
	b->opener = (struct perf_opener){
		.open = fake_open, .self = &b->fake, .read_tracepoint = fake_id};
	const struct sensor_env env = {.machine = &b->machine,
				       .perf = &b->opener,
				       .root = b->scratch.root,
				       .trace_flushes = true};

	assert_int_equal(flush_trace_ops.open(&b->sensor, &env, &b->availability), 0);
	return b;
}

static void bench_attach(struct bench *b, int workers, int victims)
{
	const pid_t tids[] = {gettid(), gettid(), gettid()};
	const int cpus[] = {b->cpu, b->cpu, b->cpu};
	const struct sensor_target target = {
		.n_workers = workers,
		.n_victims = victims,
		.tids = tids,
		.cpus = cpus,
		.work = {.done = bench_done, .of = b, .n = workers}};

	flush_trace_ops.attach(b->sensor, &target, &b->availability);
}

static void bench_read(struct bench *b)
{
	for (volatile long i = 0; i < 2000000; i++)
		;
	b->ops += 1000;
	b->sample = (struct sample){.elapsed_s = 0.1};
	sample_put(&b->sample, CH_OPS, 1000, QUALITY_EXACT);
	flush_trace_ops.read(b->sensor, &b->sample);
}

static void bench_close(struct bench *b)
{
	flush_trace_ops.close(b->sensor);
	scratch_remove(&b->scratch);
	free(b);
}

static void assert_absent(struct bench *b)
{
	bench_read(b);
	for (int c = CH_FLUSH_OPS; c <= CH_FLUSH_PAGES_34_UP; c++)
		assert_int_equal(b->sample.quality[c], QUALITY_ABSENT);
}

static void test_refusals_end_nothing(void **state)
{
	static const struct {
		struct fake fake;
		const char *says;
	} cases[] = {
		{{.no_id = -EACCES}, "root only"},
		{{.no_id = -EPERM}, "root only"},
		{{.refuse = -EPERM}, ""},
		{{.refuse = -EACCES}, ""},
		{{.refuse = -ENOENT}, "kernel does not know"},
		{{.refuse = -EOPNOTSUPP}, "kernel does not know"},
		{{.refuse = -EMFILE}, "ulimit -n"},
		{{.refuse = -ENFILE}, "ulimit -n"},
		{{.refuse = -ENOSYS}, "without perf events"},
		{{.refuse = -E2BIG}, "Argument list too long"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_open(cases[i].fake);

		assert_false(b->availability.available);
		assert_true(strlen(b->availability.reason) > 15);
		if (!strstr(b->availability.reason, cases[i].says))
			fail_msg("case %zu says: %s", i, b->availability.reason);
		bench_attach(b, 1, 1);
		assert_absent(b);
		bench_close(b);
	}
}

static void test_an_attach_that_fails_leaves_nothing_open(void **state)
{
	struct bench *b =
		bench_open((struct fake){.refuse = -EMFILE, .refuse_after = 20});
	int before, after;

	(void)state;
	assert_true(b->availability.available);
	before = dup(0);
	bench_attach(b, 2, 0); /* 32 counters */
	after = dup(0);
	assert_int_equal(after, before + 1);
	close(before);
	close(after);
	assert_false(b->availability.available);
	assert_non_null(strstr(b->availability.reason, "ulimit -n"));
	assert_absent(b);
	/* The next run may have it again. */
	b->fake.refuse = 0;
	bench_attach(b, 1, 0);
	assert_true(b->availability.available);
	bench_close(b);
}

static void test_a_thread_that_is_gone_is_said(void **state)
{
	struct bench *b = bench_open((struct fake){.refuse_after = 1});

	(void)state;
	b->fake.refuse = -ESRCH;
	bench_attach(b, 1, 0);
	assert_false(b->availability.available);
	assert_non_null(strstr(b->availability.reason, "thread is gone"));
	bench_close(b);
}

static const struct flush_slots *slots_of(const struct bench *b)
{
	const struct sensor_set set = {
		.n = 1, .ops = {&flush_trace_ops}, .sensor = {b->sensor}};

	return flush_slots_of_set(&set);
}

static void test_each_filter_fills_its_channel(void **state)
{
	static const struct {
		int column;
		enum channel channel;
	} cases[] = {
		{FLUSH_REASON + 1, CH_FLUSH_REMOTE_SHOOTDOWN},
		{FLUSH_REASON + 3, CH_FLUSH_LOCAL_MM_SHOOTDOWN},
		{FLUSH_LOCAL, CH_FLUSH_FULL},
		{FLUSH_LOCAL + 1, CH_FLUSH_PAGES_1},
		{FLUSH_SENT + 2, CH_FLUSH_PAGES_2_8},
		{FLUSH_SENT + 4, CH_FLUSH_PAGES_34_UP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = bench_open(
			(struct fake){.counts = flush_filter[cases[i].column]});
		const struct flush_slots *slots = slots_of(b);
		bool ranged = cases[i].channel >= CH_FLUSH_PAGES_1 &&
			      cases[i].channel <= CH_FLUSH_PAGES_34_UP;
		bool received = cases[i].channel == CH_FLUSH_REMOTE_SHOOTDOWN;

		bench_attach(b, 1, 1);
		bench_read(b);
		for (int c = CH_FLUSH_FULL; c <= CH_FLUSH_PAGES_34_UP; c++) {
			bool mine = c == (int)cases[i].channel ||
				    (c == CH_FLUSH_RANGED && ranged);

			if (c == CH_HYPERVISOR_FLUSHES) /* another sensor's */
				continue;
			assert_int_equal(b->sample.quality[c], QUALITY_EXACT);
			assert_int_equal(b->sample.value[c] > 0, mine);
		}
		assert_int_equal(slots->n, 2);
		assert_int_equal(slots->slot[0].ranged > 0, ranged);
		assert_int_equal(slots->slot[0].full > 0,
				 cases[i].channel == CH_FLUSH_FULL);
		assert_int_equal(slots->slot[1].received > 0, received);
		assert_true(slots->slot[1].victim);
		bench_close(b);
	}
}

/* Each CPU once, and what it received by how much it dropped. */
static void test_the_victims_cpus_are_counted(void **state)
{
	(void)state;
	for (int k = 0; k < FLUSH_RECEIVED_COLUMNS; k++) {
		struct bench *b =
			bench_open((struct fake){.counts = flush_received_filter[k]});
		const struct flush_slots *slots = slots_of(b);

		b->cpu = sched_getcpu();
		bench_attach(b, 1, 2);
		bench_read(b);
		if (!slots->n_cpus) { /* this machine's own refusal */
			print_message("%s\n", slots->why_no_cpus);
			assert_true(strlen(slots->why_no_cpus) > 15);
			bench_close(b);
			skip();
		}
		assert_string_equal(slots->why_no_cpus, "");
		assert_int_equal(slots->n_cpus, 1);
		assert_int_equal(slots->cpu[0].cpu, b->cpu);
		assert_int_equal(slots->cpu[0].full > 0, k == FLUSH_RECEIVED_FULL);
		assert_int_equal(slots->cpu[0].ranged > 0, k == FLUSH_RECEIVED_RANGED);
		bench_close(b);
	}
}

static void test_a_refusal_of_cpus_leaves_the_threads(void **state)
{
	static const struct {
		int refuse_cpu, cpu;
		const char *says;
	} cases[] = {
		{-EACCES, 0, ""},	   {-EPERM, 0, ""},
		{-EMFILE, 0, "ulimit -n"}, {-ENODEV, 0, "No such device"}, /* offline */
		{0, -1, "not pinned"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b =
			bench_open((struct fake){.refuse_cpu = cases[i].refuse_cpu});

		b->cpu = cases[i].cpu;
		bench_attach(b, 1, 1);
		bench_read(b);
		assert_true(b->availability.available);
		assert_int_equal(b->sample.quality[CH_FLUSH_FULL], QUALITY_EXACT);
		assert_int_equal(slots_of(b)->n, 2);
		assert_int_equal(slots_of(b)->n_cpus, 0);
		assert_true(strlen(slots_of(b)->why_no_cpus) > 10);
		assert_non_null(strstr(slots_of(b)->why_no_cpus, cases[i].says));
		/* Without victims there is nothing to excuse. */
		bench_attach(b, 1, 0);
		assert_string_equal(slots_of(b)->why_no_cpus, "");
		bench_close(b);
	}
}

/* What is done while the counters are switched on and off, or between an interval's end
 * and theirs, is none of the slice's. */
static void test_operations_are_those_between_two_readings(void **state)
{
	struct bench *b =
		bench_open((struct fake){.counts = flush_filter[FLUSH_REASON + 3]});

	(void)state;
	bench_attach(b, 2, 0);
	b->ops += 500; /* before the measured part */
	flush_trace_ops.window(b->sensor, false);
	bench_read(b);
	assert_int_equal(b->sample.quality[CH_FLUSH_OPS], QUALITY_EXACT);
	assert_true(b->sample.value[CH_FLUSH_OPS] == 2000);
	assert_true(slots_of(b)->elapsed_s > 0 && slots_of(b)->elapsed_s < 60);
	bench_close(b);
}

/* Where the operations that a reading holds are not known to a hundredth, there is no
 * number, and the slice goes on until there is one. */
static void test_counts_that_fit_no_operations_are_absent(void **state)
{
	struct bench *b =
		bench_open((struct fake){.counts = flush_filter[FLUSH_LOCAL]});

	(void)state;
	bench_attach(b, 1, 1);
	b->ops_a_look = 200;
	assert_absent(b);
	assert_absent(b);
	b->ops_a_look = 0;
	bench_read(b);
	assert_int_equal(b->sample.quality[CH_FLUSH_OPS], QUALITY_EXACT);
	assert_true(b->sample.value[CH_FLUSH_OPS] >= 3000);
	assert_true(b->sample.value[CH_FLUSH_FULL] > 0);
	/* Not even at the end of a run. */
	flush_trace_ops.window(b->sensor, false);
	b->ops_a_look = 200;
	flush_trace_ops.window(b->sensor, true);
	assert_absent(b);
	bench_close(b);
}

/* Few operations: each slice begins where the last one ended, and none is lost. */
static void test_slices_of_few_operations_adjoin(void **state)
{
	struct bench *b =
		bench_open((struct fake){.counts = flush_filter[FLUSH_LOCAL]});
	double ops = 0;

	(void)state;
	bench_attach(b, 1, 0);
	for (int i = 0; i < 6; i++) {
		b->ops += 2;
		b->sample = (struct sample){.elapsed_s = 0.2};
		sample_put(&b->sample, CH_OPS, 2, QUALITY_EXACT);
		flush_trace_ops.read(b->sensor, &b->sample);
		b->ops += 1; /* between one reading and the next interval */
		ops += b->sample.value[CH_FLUSH_OPS];
	}
	flush_trace_ops.window(b->sensor, true);
	b->sample = (struct sample){.elapsed_s = 0.2};
	flush_trace_ops.read(b->sensor, &b->sample);
	assert_true(ops + b->sample.value[CH_FLUSH_OPS] == 18);
	bench_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals_end_nothing),
		cmocka_unit_test(test_an_attach_that_fails_leaves_nothing_open),
		cmocka_unit_test(test_a_thread_that_is_gone_is_said),
		cmocka_unit_test(test_each_filter_fills_its_channel),
		cmocka_unit_test(test_the_victims_cpus_are_counted),
		cmocka_unit_test(test_a_refusal_of_cpus_leaves_the_threads),
		cmocka_unit_test(test_operations_are_those_between_two_readings),
		cmocka_unit_test(test_counts_that_fit_no_operations_are_absent),
		cmocka_unit_test(test_slices_of_few_operations_adjoin),
	};
	struct perf_event_attr clock = {.type = PERF_TYPE_SOFTWARE,
					.size = sizeof(clock),
					.config = PERF_COUNT_SW_TASK_CLOCK,
					.exclude_kernel = 1};
	int fd = perf_opener_direct.open(NULL, &clock, 0, -1, -1, NULL);

	if (fd < 0) {
		printf("perf_event_open is refused here: %s\n", strerror(-fd));
		return 77;
	}
	close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
