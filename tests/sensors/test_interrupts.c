/* SPDX-License-Identifier: MIT */
/* The sensor over a /proc/interrupts that the test rewrites between readings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/sensors.h"
#include "support/scratch.h"
#include "tlblab/base/file.h"

struct bench {
	struct scratch scratch;
	struct machine machine;
	struct sensor *sensor;
	struct availability availability;
	struct sample sample;
};

static void bench_open(struct bench *b, int max_cpu_id, const char *interrupts)
{
	struct sensor_env env = {.machine = &b->machine, .root = b->scratch.root};

	memset(b, 0, sizeof(*b));
	b->machine.topology.max_cpu_id = max_cpu_id;
	scratch_make(&b->scratch);
	if (interrupts)
		scratch_write(&b->scratch, "/proc/interrupts", interrupts);
	env.root = b->scratch.root;
	assert_int_equal(interrupts_ops.open(&b->sensor, &env, &b->availability), 0);
}

static void bench_read(struct bench *b, const char *interrupts)
{
	scratch_write(&b->scratch, "/proc/interrupts", interrupts);
	memset(&b->sample, 0, sizeof(b->sample));
	interrupts_ops.read(b->sensor, &b->sample);
}

static void bench_close(struct bench *b)
{
	interrupts_ops.close(b->sensor);
	scratch_remove(&b->scratch);
}

static void assert_total(const struct bench *b, double want)
{
	struct reading r = sample_get(&b->sample, CH_SHOOTDOWNS);

	assert_int_equal(r.quality, QUALITY_EXACT);
	assert_true(r.value == want);
}

static void test_counts_per_interval(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, 1, " CPU0 CPU1 \nTLB:         10         20   TLB shootdowns\n");
	assert_true(b.availability.available);
	bench_read(&b, " CPU0 CPU1 \nTLB:         15         20   TLB shootdowns\n");
	assert_total(&b, 5);
	assert_int_equal(b.sample.n_cpus, 2);
	assert_int_equal(b.sample.cpu_shootdowns[0], 5);
	assert_int_equal(b.sample.cpu_shootdowns[1], 0);
	/* The row moved: the remembered place is no longer one. */
	bench_read(&b,
		   " CPU0 CPU1 \n 24: 1 2 TLB: words\nTLB:  16 26 TLB shootdowns\n");
	assert_total(&b, 7);
	bench_close(&b);
}

static void test_counter_wraps(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, 0, " CPU0 \nTLB: 4294967290   TLB shootdowns\n");
	bench_read(&b, " CPU0 \nTLB:         10   TLB shootdowns\n");
	assert_total(&b, 16);
	bench_close(&b);
}

static void test_counter_that_went_down_is_unknown(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, 1, " CPU0 CPU1 \nTLB:       1000         20   TLB shootdowns\n");
	bench_read(&b, " CPU0 CPU1 \nTLB:          3         25   TLB shootdowns\n");
	assert_int_equal(b.sample.quality[CH_SHOOTDOWNS], QUALITY_ABSENT);
	assert_int_equal(b.sample.cpu_shootdowns[0], SAMPLE_CPU_ABSENT);
	assert_int_equal(b.sample.cpu_shootdowns[1], 5);
	bench_read(&b, " CPU0 CPU1 \nTLB:          4         25   TLB shootdowns\n");
	assert_total(&b, 1);
	bench_close(&b);
}

static void test_cpus_go_and_come_back(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, 3, " CPU0 CPU1 CPU3 \nTLB: 10 20 30   TLB shootdowns\n");
	bench_read(&b, " CPU0 CPU3 \nTLB: 11 33   TLB shootdowns\n");
	assert_total(&b, 4);
	assert_int_equal(b.sample.cpu_shootdowns[1], SAMPLE_CPU_ABSENT);
	assert_int_equal(b.sample.cpu_shootdowns[2], SAMPLE_CPU_ABSENT);
	assert_int_equal(b.sample.cpu_shootdowns[3], 3);
	/* CPU 1 is back where it left off; CPU 2 was never seen before. */
	bench_read(&b, " CPU0 CPU1 CPU2 CPU3 \nTLB: 11 22 900 33   TLB shootdowns\n");
	assert_total(&b, 2);
	assert_int_equal(b.sample.cpu_shootdowns[1], 2);
	assert_int_equal(b.sample.cpu_shootdowns[2], SAMPLE_CPU_ABSENT);
	bench_close(&b);
}

enum { BIG_CPUS = 1024, BIG_ROWS = 30 };

static bool big_is_offline(int cpu)
{
	return cpu % 64 == 5 || cpu == BIG_CPUS - 2;
}

/* 1,024 CPUs, some offline, as arch/x86/kernel/irq.c prints them; CPU c has received
 * first + c * each, modulo 2^32. */
static char *big_table(uint32_t first, uint32_t each)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	assert_non_null(f);
	fprintf(f, "%11s", "");
	for (int c = 0; c < BIG_CPUS; c++)
		if (!big_is_offline(c))
			fprintf(f, "CPU%-8d", c);
	for (int row = 0; row < BIG_ROWS; row++) {
		fprintf(f, row == BIG_ROWS - 3 ? "\nTLB: " : "\n%3d: ", row);
		for (int c = 0; c < BIG_CPUS; c++)
			if (!big_is_offline(c))
				fprintf(f, "%10u ", first + (uint32_t)c * each);
		fputs(row == BIG_ROWS - 3 ? "  TLB shootdowns" : " IR-PCI-MSI x", f);
	}
	fputs("\nERR:          0\n", f);
	fclose(f);
	return text;
}

static void test_a_thousand_cpus_with_holes_that_wrap(void **state)
{
	/* So near the end that every counter wraps, the last CPU's included. */
	char *before = big_table(UINT32_MAX - 2000, 1), *after = big_table(5000, 3);
	struct bench b;
	double total = 0;

	(void)state;
	bench_open(&b, BIG_CPUS - 1, before);
	assert_true(b.availability.available);
	bench_read(&b, after);
	assert_int_equal(b.sample.n_cpus, BIG_CPUS);
	for (int c = 0; c < BIG_CPUS; c++) {
		uint32_t grown = 7001 + (uint32_t)c * 2;

		assert_int_equal(b.sample.cpu_shootdowns[c],
				 big_is_offline(c) ? SAMPLE_CPU_ABSENT : grown);
		total += big_is_offline(c) ? 0 : grown;
	}
	assert_total(&b, total);
	bench_close(&b);
	free(before);
	free(after);
}

/* Hyper-V: the row is there and hardly moves, and its own rows are not it. */
static void test_hyperv_counts_its_own_row(void **state)
{
	struct bench b;
	char *text;
	size_t bytes;

	(void)state;
	assert_int_equal(file_read_all("tests/fixtures/interrupts", "/hyperv-4cpu.txt",
				       &text, &bytes),
			 0);
	bench_open(&b, 3, text);
	assert_true(b.availability.available);
	bench_read(&b, text);
	assert_total(&b, 0);
	for (int c = 0; c < 4; c++)
		assert_int_equal(b.sample.cpu_shootdowns[c], 0);
	bench_close(&b);
	free(text);
}

static void test_absent_with_a_reason(void **state)
{
	struct bench b;
	char *text;
	size_t bytes;

	(void)state;
	assert_int_equal(file_read_all("tests/fixtures/interrupts",
				       "/uniprocessor-no-tlb-row.txt", &text, &bytes),
			 0);
	bench_open(&b, 0, text);
	assert_false(b.availability.available);
	assert_non_null(strstr(b.availability.reason, "no TLB row"));
	bench_read(&b, text);
	assert_int_equal(b.sample.quality[CH_SHOOTDOWNS], QUALITY_ABSENT);
	assert_null(b.sample.cpu_shootdowns);
	bench_close(&b);
	free(text);

	bench_open(&b, 0, NULL);
	assert_false(b.availability.available);
	assert_non_null(strstr(b.availability.reason, "there is no /proc/interrupts"));
	bench_close(&b);
}

/* Each damage has a reason of its own, and no count. */
static void test_damaged_rows_have_one_reason_each(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{"", "line of CPUs"},
		{" CPU0 CPU1\nTLB: 5  TLB shootdowns\n", "1 counts for 2 CPUs"},
		{" CPU0 CPU1\nTLB: TLB shootdowns\n", "0 counts for 2 CPUs"},
		{" CPU0 CPU1\nCAL: 5 6\n", "does not count shootdowns"},
		{" CPU0\nLOC: 5\n", "one CPU"},
		{" CPU0 CPU1\nIPI0: 5 6 Rescheduling interrupts\n", "ARM kernel"},
		{" CPU0 CPU1 CPU2\nTLB: 1 2 3\n", "more CPUs than /sys"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		bench_open(&b, 1, cases[i].text);
		assert_false(b.availability.available);
		if (!strstr(b.availability.reason, cases[i].reason))
			print_error("%zu: %s\n", i, b.availability.reason);
		assert_non_null(strstr(b.availability.reason, cases[i].reason));
		bench_read(&b, cases[i].text);
		assert_int_equal(b.sample.quality[CH_SHOOTDOWNS], QUALITY_ABSENT);
		assert_null(b.sample.cpu_shootdowns);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_per_interval),
		cmocka_unit_test(test_counter_wraps),
		cmocka_unit_test(test_counter_that_went_down_is_unknown),
		cmocka_unit_test(test_cpus_go_and_come_back),
		cmocka_unit_test(test_a_thousand_cpus_with_holes_that_wrap),
		cmocka_unit_test(test_hyperv_counts_its_own_row),
		cmocka_unit_test(test_absent_with_a_reason),
		cmocka_unit_test(test_damaged_rows_have_one_reason_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
