/* SPDX-License-Identifier: MIT */
/* The sensor over an opener that the test makes grant or refuse; what it grants counts
 * the thread's CPU time whatever event was asked for, so that reading is real. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/perf_group.h"
#include "sensors/sensors.h"
#include "support/scratch.h"

enum { FAKES_MAX = 64, FDS_MAX = 1024 };

#define SILENT_ALL UINT64_MAX

struct fake_counter {
	pid_t tid;
	uint32_t type;
	uint64_t config;
	int leader, members;
};

struct fake_perf {
	struct fake_counter counter[FAKES_MAX];
	int n;
	int fd_index[FDS_MAX];
	int refuse;		/* -errno for kernel counting */
	int refuse_after;	/* -EMFILE from this many counters on; 0 never */
	uint64_t refuse_config; /* -ENOENT for this event */
	uint64_t silent_config; /* granted, and never counts; SILENT_ALL: all are */
};

/* Grants or refuses as told; what it grants is the thread's CPU time in ns. */
static int fake_open(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
		     int group_fd, const char *filter)
{
	struct fake_perf *f = self;
	struct perf_event_attr clock = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(clock),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.read_format = attr->read_format,
		.disabled = attr->disabled,
		.exclude_kernel = 1,
	};
	int fd;

	if (f->silent_config == SILENT_ALL ||
	    (f->silent_config && attr->config == f->silent_config))
		clock.config = PERF_COUNT_SW_DUMMY;
	assert_int_equal(cpu, -1);
	assert_null(filter);
	assert_int_equal(attr->sample_period, 0);
	if (f->refuse && !attr->exclude_kernel)
		return f->refuse;
	if (f->refuse_config && attr->config == f->refuse_config)
		return -ENOENT;
	if (f->refuse_after && f->n >= f->refuse_after)
		return -EMFILE;
	assert_true(f->n < FAKES_MAX);
	fd = perf_opener_direct.open(NULL, &clock, tid, cpu, group_fd, NULL);
	if (fd < 0)
		return fd;
	assert_true(fd < FDS_MAX);
	f->counter[f->n] = (struct fake_counter){
		.tid = tid,
		.type = attr->type,
		.config = attr->config,
		.leader = group_fd < 0 ? f->n : f->fd_index[group_fd]};
	f->counter[f->counter[f->n].leader].members++;
	f->fd_index[fd] = f->n++;
	return fd;
}

struct bench {
	struct scratch scratch;
	struct machine machine;
	struct fake_perf fake;
	struct perf_opener opener;
	struct sensor *sensor;
	struct availability availability;
	struct sample sample;
};

#define PMU_DIR "/sys/bus/event_source/devices"

static void bench_open_root(struct bench *b, int model)
{
	struct sensor_env env = {.machine = &b->machine, .perf = &b->opener};

	scratch_write(&b->scratch, "/proc/sys/kernel/perf_event_paranoid", "2\n");
	strcpy(b->machine.cpu.vendor, "GenuineIntel");
	b->machine.cpu.family = 6;
	b->machine.cpu.model = model;
	b->machine.cpu.stepping = 9;
	b->opener = (struct perf_opener){.open = fake_open, .self = &b->fake};
	env.root = b->scratch.root;
	assert_int_equal(pmu_ops.open(&b->sensor, &env, &b->availability), 0);
	/* What open tried and closed again is of no further interest. */
	b->fake.n = 0;
}

static void bench_open(struct bench *b, bool pmu)
{
	scratch_make(&b->scratch);
	if (pmu)
		scratch_write(&b->scratch, PMU_DIR "/cpu/type", "4\n");
	bench_open_root(b, 0x3a);
}

static void bench_close(struct bench *b)
{
	pmu_ops.close(b->sensor);
	scratch_remove(&b->scratch);
	free(b);
}

static void bench_attach(struct bench *b, int n)
{
	pid_t tids[4] = {gettid(), gettid(), gettid(), gettid()};
	struct sensor_target target = {.n_workers = n, .tids = tids};

	pmu_ops.attach(b->sensor, &target, &b->availability);
}

static void spin(void)
{
	for (volatile long i = 0; i < 2000000; i++)
		;
}

static void test_no_pmu(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	b->fake.refuse = -EACCES;
	bench_open(b, false);
	assert_false(b->availability.available);
	assert_non_null(
		strstr(b->availability.reason, "no hardware PMU (virtual machine)"));
	pmu_ops.read(b->sensor, &b->sample);
	assert_int_equal(b->sample.quality[CH_CYCLES], QUALITY_ABSENT);
	bench_close(b);
}

static void test_refused_kernel_counting_falls_back_to_user_mode(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	b->fake.refuse = -EACCES;
	bench_open(b, true);
	assert_true(b->availability.available);
	assert_non_null(strstr(b->availability.source, "user mode only"));
	bench_close(b);
}

static void test_refusal_is_explained(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	b->fake.refuse = -EPERM;
	bench_open(b, true);
	assert_false(b->availability.available);
	assert_non_null(strstr(b->availability.reason, "perf_event"));
	bench_close(b);
}

static void test_each_refusal_has_its_reason(void **state)
{
	static const struct {
		int err;
		const char *says;
	} cases[] = {
		{-ENOENT, "PMU does not know the event"},
		{-EOPNOTSUPP, "PMU does not know the event"},
		{-EINVAL, "PMU does not know the event"},
		{-EBUSY, "holds the PMU"},
		{-EMFILE, "ulimit -n"},
		{-ENFILE, "ulimit -n"},
		{-ENOSYS, "without perf events"},
		{-ENOMEM, "perf_event_open failed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench *b = calloc(1, sizeof(*b));

		b->fake.refuse = cases[i].err;
		bench_open(b, true);
		assert_false(b->availability.available);
		if (!strstr(b->availability.reason, cases[i].says))
			fail_msg("%d says: %s", cases[i].err, b->availability.reason);
		bench_attach(b, 1);
		pmu_ops.read(b->sensor, &b->sample);
		for (int c = CH_CYCLES; c <= CH_DTLB_LOAD_WALK_PENDING; c++)
			assert_int_equal(b->sample.quality[c], QUALITY_ABSENT);
		bench_close(b);
	}
}

static void test_counts_of_all_workers(void **state)
{
	static const enum channel roles[] = {
		CH_CYCLES,	     CH_DTLB_LOAD_WALK_CYCLES,
		CH_DTLB_LOAD_WALKS,  CH_DTLB_STORE_WALK_CYCLES,
		CH_DTLB_STORE_WALKS, CH_ITLB_WALK_CYCLES,
		CH_ITLB_WALKS,	     CH_STLB_FLUSH,
		CH_DTLB_FLUSH};
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	bench_open(b, true);
	bench_attach(b, 2);
	assert_true(b->availability.available);
	assert_int_equal(b->fake.n, 2 * 9);
	for (int i = 0; i < b->fake.n; i++)
		assert_true(b->fake.counter[i].members <= 4);
	/* Cycles share their group with the load walks'. */
	assert_int_equal(b->fake.counter[1].leader, 0);
	spin();
	pmu_ops.read(b->sensor, &b->sample);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		assert_int_equal(b->sample.quality[roles[i]], QUALITY_EXACT);
		assert_true(b->sample.value[roles[i]] > 0);
	}
	bench_close(b);
}

static void test_hybrid_cpu_counts_each_kind_of_core_by_its_own_pmu(void **state)
{
	enum { P_SLOTS = 8, E_SLOTS = 4, P_CORE = 4, E_CORE = 10 };
	struct bench *b = calloc(1, sizeof(*b));
	pid_t tids[] = {gettid(), gettid(), gettid()};
	int cpus[] = {0, 17, -1};
	struct sensor_target target = {.n_workers = 3, .tids = tids, .cpus = cpus};
	const struct fake_counter *c = b->fake.counter;

	(void)state;
	scratch_make(&b->scratch);
	scratch_write(&b->scratch, PMU_DIR "/cpu_core/type", "4\n");
	scratch_write(&b->scratch, PMU_DIR "/cpu_core/cpus", "0-15\n");
	scratch_write(&b->scratch, PMU_DIR "/cpu_atom/type", "10\n");
	scratch_write(&b->scratch, PMU_DIR "/cpu_atom/cpus", "16-23\n");
	bench_open_root(b, 0x97);
	assert_true(b->availability.available);
	assert_non_null(strstr(b->availability.source, "2 kinds of core"));
	pmu_ops.attach(b->sensor, &target, &b->availability);
	/* A performance core, an efficient one, and a worker that may use both. */
	assert_int_equal(b->fake.n, 2 * (P_SLOTS + E_SLOTS));
	assert_int_equal(c[0].config, (uint64_t)P_CORE << 32);
	assert_int_equal(c[1].type, P_CORE);
	assert_int_equal(c[1].config, 0x1001012);
	assert_int_equal(c[P_SLOTS].config, (uint64_t)E_CORE << 32);
	assert_int_equal(c[P_SLOTS + 1].type, E_CORE);
	assert_int_equal(c[P_SLOTS + 1].config, 0xe08);
	spin();
	pmu_ops.read(b->sensor, &b->sample);
	assert_true(b->sample.value[CH_DTLB_LOAD_WALKS] > 0);
	/* The efficient core has no walk cycles, so there is no sum over all workers.
	 */
	assert_int_equal(b->sample.quality[CH_DTLB_LOAD_WALK_CYCLES], QUALITY_ABSENT);
	bench_close(b);
}

static void test_pending_walks_are_no_walk_cycles(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	scratch_make(&b->scratch);
	scratch_write(&b->scratch, PMU_DIR "/cpu/type", "4\n");
	bench_open_root(b, 0xaf);
	bench_attach(b, 1);
	spin();
	pmu_ops.read(b->sensor, &b->sample);
	assert_int_equal(b->sample.quality[CH_DTLB_LOAD_WALK_CYCLES], QUALITY_ABSENT);
	assert_int_equal(b->sample.quality[CH_DTLB_STORE_WALK_CYCLES], QUALITY_ABSENT);
	assert_int_equal(b->sample.quality[CH_DTLB_LOAD_WALK_PENDING], QUALITY_EXACT);
	bench_close(b);
}

static void test_event_the_cpu_lacks_is_absent(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	b->fake.refuse_config = 0x20bd;
	bench_open(b, true);
	bench_attach(b, 1);
	spin();
	pmu_ops.read(b->sensor, &b->sample);
	assert_int_equal(b->sample.quality[CH_STLB_FLUSH], QUALITY_ABSENT);
	assert_int_equal(b->sample.quality[CH_DTLB_FLUSH], QUALITY_EXACT);
	bench_close(b);
}

static void test_attach_that_fails_leaves_nothing_open(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int before, after;

	(void)state;
	bench_open(b, true);
	before = dup(0);
	b->fake.refuse_after = 12;
	bench_attach(b, 2);
	after = dup(0);
	assert_false(b->availability.available);
	assert_non_null(strstr(b->availability.reason, "ulimit -n"));
	assert_int_equal(after, before + 1);
	close(before);
	close(after);
	pmu_ops.read(b->sensor, &b->sample);
	assert_int_equal(b->sample.quality[CH_CYCLES], QUALITY_ABSENT);
	bench_close(b);
}

static void test_an_event_that_opens_and_counts_nothing_is_not_believed(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	b->fake.silent_config = 0x8408; /* Ivy Bridge: load walk cycles */
	bench_open(b, true);
	assert_true(b->availability.available);
	assert_non_null(strstr(b->availability.source,
			       "count nothing here: dtlb_load_walk_cycles"));
	/* The event named is one that counts. */
	assert_null(strstr(b->availability.source, "WALK_DURATION"));
	bench_attach(b, 1);
	spin();
	pmu_ops.read(b->sensor, &b->sample);
	assert_int_equal(b->sample.quality[CH_DTLB_LOAD_WALK_CYCLES], QUALITY_ABSENT);
	assert_int_equal(b->sample.quality[CH_DTLB_LOAD_WALKS], QUALITY_EXACT);
	bench_close(b);
}

static void test_a_pmu_that_counts_nothing_is_absent_with_the_reason(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	b->fake.silent_config = SILENT_ALL;
	bench_open(b, true);
	assert_false(b->availability.available);
	assert_non_null(strstr(b->availability.reason, "count nothing here"));
	bench_attach(b, 1);
	spin();
	pmu_ops.read(b->sensor, &b->sample);
	assert_int_equal(b->sample.quality[CH_CYCLES], QUALITY_ABSENT);
	bench_close(b);
}

static void test_the_event_in_use_is_named_with_its_source(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	(void)state;
	bench_open(b, true);
	assert_non_null(strstr(b->availability.source,
			       "ivb::DTLB_LOAD_MISSES:WALK_DURATION (libpfm4)"));
	assert_null(strstr(b->availability.source, "count nothing"));
	bench_close(b);
}

static void test_scaling(void **state)
{
	double scale;

	(void)state;
	assert_int_equal(perf_group_scale(&(struct perf_group_delta){.enabled_ns = 100,
								     .running_ns = 100},
					  &scale),
			 0);
	assert_true(scale == 1);
	assert_int_equal(perf_group_scale(&(struct perf_group_delta){.enabled_ns = 100,
								     .running_ns = 25},
					  &scale),
			 1);
	assert_true(scale == 4);
	assert_int_equal(
		perf_group_scale(&(struct perf_group_delta){.enabled_ns = 100}, &scale),
		-ENODATA);
	/* A worker that slept throughout was neither. */
	assert_int_equal(perf_group_scale(&(struct perf_group_delta){0}, &scale), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_pmu),
		cmocka_unit_test(test_refused_kernel_counting_falls_back_to_user_mode),
		cmocka_unit_test(test_refusal_is_explained),
		cmocka_unit_test(test_each_refusal_has_its_reason),
		cmocka_unit_test(test_counts_of_all_workers),
		cmocka_unit_test(
			test_hybrid_cpu_counts_each_kind_of_core_by_its_own_pmu),
		cmocka_unit_test(test_pending_walks_are_no_walk_cycles),
		cmocka_unit_test(test_event_the_cpu_lacks_is_absent),
		cmocka_unit_test(test_attach_that_fails_leaves_nothing_open),
		cmocka_unit_test(
			test_an_event_that_opens_and_counts_nothing_is_not_believed),
		cmocka_unit_test(
			test_a_pmu_that_counts_nothing_is_absent_with_the_reason),
		cmocka_unit_test(test_the_event_in_use_is_named_with_its_source),
		cmocka_unit_test(test_scaling),
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
