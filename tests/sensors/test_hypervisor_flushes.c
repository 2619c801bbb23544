/* SPDX-License-Identifier: MIT */
/* The hypervisor's own flushes over an opener that grants or refuses as the test says.
 * What it grants is real: the thread's CPU time for the event that happens here, and a
 * counter that never counts for the other. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sensors/sensors.h"
#include "support/scratch.h"

enum { HYPERV_ID = 501, XEN_ID = 502 };

struct fake {
	int no_hyperv, no_xen; /* -errno of reading the event's id */
	int refuse;	       /* -errno of opening */
	uint64_t happens;      /* id of the event that counts; 0 none */
	int opened;
};

static int fake_open(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
		     int group_fd, const char *filter)
{
	struct fake *f = self;
	bool counts = attr->config == f->happens;
	struct perf_event_attr stand_in = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(stand_in),
		.config = counts ? PERF_COUNT_SW_TASK_CLOCK : PERF_COUNT_SW_DUMMY,
		.read_format = attr->read_format,
		.disabled = attr->disabled,
		.exclude_kernel = 1,
	};

	assert_int_equal(attr->type, PERF_TYPE_TRACEPOINT);
	assert_true(attr->config == HYPERV_ID || attr->config == XEN_ID);
	assert_int_equal(attr->sample_period, 0);
	assert_int_equal(cpu, -1);
	assert_true(tid > 0);
	assert_null(filter);
	if (f->refuse)
		return f->refuse;
	f->opened++;
	return perf_opener_direct.open(NULL, &stand_in, tid, cpu, group_fd, NULL);
}

static int fake_id(void *self, const char *which, char *buf, unsigned long buf_bytes)
{
	const struct fake *f = self;
	bool xen = strstr(which, "xen/xen_mmu_flush_tlb_multi/id");
	int err = xen ? f->no_xen : f->no_hyperv;

	assert_true(xen || strstr(which, "hyperv/hyperv_mmu_flush_tlb_multi/id"));
	if (!err)
		snprintf(buf, buf_bytes, "%d", xen ? XEN_ID : HYPERV_ID);
	return err;
}

struct bench {
	struct scratch scratch;
	struct fake fake;
	struct perf_opener opener;
	struct sensor *sensor;
	struct availability availability;
};

static struct bench *bench_open(struct fake fake, bool trace_flushes)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->scratch);
	scratch_write(&b->scratch, "/proc/sys/kernel/perf_event_paranoid", "4\n");
	b->fake = fake;
	b->opener = (struct perf_opener){
		.open = fake_open, .self = &b->fake, .read_tracepoint = fake_id};
	const struct sensor_env env = {.perf = &b->opener,
				       .root = b->scratch.root,
				       .trace_flushes = trace_flushes};

	assert_int_equal(
		hypervisor_flushes_ops.open(&b->sensor, &env, &b->availability), 0);
	return b;
}

static void bench_attach(struct bench *b, int workers, int victims)
{
	pid_t tids[64];

	for (int i = 0; i < 64; i++)
		tids[i] = gettid();
	assert_true(workers + victims <= 64);
	hypervisor_flushes_ops.attach(b->sensor,
				      &(struct sensor_target){.n_workers = workers,
							      .n_victims = victims,
							      .tids = tids},
				      &b->availability);
}

static struct reading bench_read(struct bench *b)
{
	struct sample s = {.elapsed_s = 0.1};

	for (volatile long i = 0; i < 2000000; i++)
		;
	hypervisor_flushes_ops.read(b->sensor, &s);
	return sample_get(&s, CH_HYPERVISOR_FLUSHES);
}

static void bench_close(struct bench *b)
{
	hypervisor_flushes_ops.close(b->sensor);
	scratch_remove(&b->scratch);
	free(b);
}

static void either_hypervisor_is_counted(void **state)
{
	static const struct fake fakes[] = {
		{.no_xen = -ENOENT, .happens = HYPERV_ID},
		{.no_hyperv = -ENOENT, .happens = XEN_ID},
		{.happens = XEN_ID},
	};
	static const char *const sources[] = {
		"hyperv/hyperv_mmu_flush_tlb_multi", "xen/xen_mmu_flush_tlb_multi",
		"hyperv/hyperv_mmu_flush_tlb_multi, xen/xen_mmu_flush_tlb_multi"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct bench *b = bench_open(fakes[i], true);

		assert_true(b->availability.available);
		assert_string_equal(b->availability.source, sources[i]);
		bench_attach(b, 1, 1);
		assert_true(b->availability.available);
		assert_int_equal(b->fake.opened, i == 2 ? 4 : 2);
		struct reading r = bench_read(b);

		assert_int_equal(r.quality, QUALITY_EXACT);
		assert_true(r.value > 0);
		bench_close(b);
	}
}

/* The tracepoints of a hypervisor that is not there: a 0 that was counted. */
static void silence_is_a_counted_zero(void **state)
{
	struct bench *b = bench_open((struct fake){.happens = 0}, true);

	(void)state;
	bench_attach(b, 1, 0);
	struct reading r = bench_read(b);

	assert_int_equal(r.quality, QUALITY_EXACT);
	assert_true(r.value == 0);
	bench_close(b);
}

static void more_threads_are_scaled_up(void **state)
{
	struct bench *b = bench_open(
		(struct fake){.no_xen = -ENOENT, .happens = HYPERV_ID}, true);

	(void)state;
	bench_attach(b, 60, 4);
	assert_int_equal(b->fake.opened, 48);
	assert_int_equal(bench_read(b).quality, QUALITY_SCALED);
	/* Another run of fewer threads begins again. */
	bench_attach(b, 1, 0);
	assert_int_equal(bench_read(b).quality, QUALITY_EXACT);
	bench_close(b);
}

static void refusals_are_absent_with_a_reason(void **state)
{
	static const struct fake fakes[] = {
		{.no_hyperv = -ENOENT, .no_xen = -ENOENT},
		{.no_hyperv = -EACCES, .no_xen = -ENOENT},
		{.no_hyperv = -ENOENT, .no_xen = -EPERM},
		{.refuse = -EACCES},
		{.refuse = -EMFILE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fakes) / sizeof(fakes[0]); i++) {
		struct bench *b = bench_open(fakes[i], true);

		bench_attach(b, 1, 1);
		assert_false(b->availability.available);
		assert_true(*b->availability.reason);
		if (i == 1 || i == 2)
			assert_non_null(strstr(b->availability.reason, "sudo"));
		assert_int_equal(bench_read(b).quality, QUALITY_ABSENT);
		bench_close(b);
	}
}

static void switched_off_it_opens_nothing(void **state)
{
	struct bench *b = bench_open((struct fake){.happens = XEN_ID}, false);

	(void)state;
	assert_false(b->availability.available);
	assert_non_null(strstr(b->availability.reason, "switched off for this run"));
	bench_attach(b, 1, 0);
	assert_int_equal(b->fake.opened, 0);
	assert_int_equal(bench_read(b).quality, QUALITY_ABSENT);
	bench_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_hypervisor_is_counted),
		cmocka_unit_test(silence_is_a_counted_zero),
		cmocka_unit_test(more_threads_are_scaled_up),
		cmocka_unit_test(refusals_are_absent_with_a_reason),
		cmocka_unit_test(switched_off_it_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
