/* SPDX-License-Identifier: MIT */
/* Frequency and thermal throttling over a tree of sysfs that the test rewrites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/cpu_turns.h"
#include "sensors/sensors.h"
#include "support/scratch.h"
#include "tlblab/lab/noise.h"

enum { CPUS = 40 };

struct bench {
	struct scratch scratch;
	struct machine machine;
	const struct sensor_ops *ops;
	struct sensor *sensor;
	struct availability availability;
	struct sample sample;
	pid_t tids[CPUS];
	int cpus[CPUS];
};

static void cpu_write(struct bench *b, int cpu, const char *file, long value)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/%s", cpu, file);
	snprintf(text, sizeof(text), "%ld\n", value);
	scratch_write(&b->scratch, path, text);
}

static void bench_begin(struct bench *b, const struct sensor_ops *ops)
{
	memset(b, 0, sizeof(*b));
	b->ops = ops;
	scratch_make(&b->scratch);
	for (int cpu = 0; cpu < CPUS; cpu++) {
		b->cpus[cpu] = cpu;
		cpumask_set(&b->machine.topology.allowed, cpu);
	}
}

static void bench_open(struct bench *b, int n)
{
	const struct sensor_env env = {.machine = &b->machine, .root = b->scratch.root};
	const struct sensor_target target = {
		.n_workers = n, .tids = b->tids, .cpus = b->cpus};

	assert_int_equal(b->ops->open(&b->sensor, &env, &b->availability), 0);
	b->ops->attach(b->sensor, &target, &b->availability);
}

static struct reading bench_read(struct bench *b, enum channel c)
{
	memset(&b->sample, 0, sizeof(b->sample));
	b->ops->read(b->sensor, &b->sample);
	return sample_get(&b->sample, c);
}

static void bench_end(struct bench *b)
{
	b->ops->close(b->sensor);
	scratch_remove(&b->scratch);
}

static void test_frequency_is_the_mean_of_the_cpus_in_use(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, &frequency_ops);
	for (int cpu = 0; cpu < CPUS; cpu++)
		cpu_write(&b, cpu, "cpufreq/scaling_cur_freq", 1000000 + cpu * 500000);
	bench_open(&b, 3);
	assert_true(b.availability.available);
	struct reading r = bench_read(&b, CH_FREQUENCY_HZ);

	assert_int_equal(r.quality, QUALITY_EXACT);
	assert_true(r.value == 1.5e9);
	bench_end(&b);
}

static double clock_change(struct bench *b)
{
	struct reading r = bench_read(b, CH_FREQUENCY_CHANGE_PCT);

	assert_int_equal(r.quality, QUALITY_EXACT);
	return r.value;
}

static bool is_noise(const struct bench *b)
{
	return noise_judge(&b->sample) & 1 << NOISE_FREQUENCY;
}

/* Two kinds of cores; only a CPU that leaves its own clock is accused. */
static void test_a_clock_that_changes_is_told_of_each_cpu(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, &frequency_ops);
	for (int cpu = 0; cpu < CPUS; cpu++)
		cpu_write(&b, cpu, "cpufreq/scaling_cur_freq",
			  cpu % 2 ? 2000000 : 4000000);
	bench_open(&b, 20); /* more than are looked at in one interval */
	assert_int_equal(bench_read(&b, CH_FREQUENCY_CHANGE_PCT).quality,
			 QUALITY_ABSENT);
	for (int i = 0; i < 4; i++)
		assert_true(clock_change(&b) == 0);
	assert_false(is_noise(&b));
	for (int cpu = 0; cpu < 20; cpu++)
		cpu_write(&b, cpu, "cpufreq/scaling_cur_freq",
			  cpu % 2 ? 2100000 : 4000000);
	assert_float_equal(clock_change(&b), 5, 1e-9);
	assert_false(is_noise(&b));
	cpu_write(&b, 4, "cpufreq/scaling_cur_freq", 3000000);
	cpu_write(&b, 5, "cpufreq/scaling_cur_freq", 0); /* offline */
	double most = clock_change(&b);

	if (!is_noise(&b)) /* its turn is in the next one */
		most = clock_change(&b);
	assert_true(is_noise(&b));
	assert_float_equal(most, 25, 1e-9);
	for (int i = 0; i < 60; i++)
		bench_read(&b, CH_FREQUENCY_CHANGE_PCT);
	assert_false(is_noise(&b)); /* now that is its usual */
	bench_end(&b);
}

static void test_frequency_of_a_guest_is_absent_with_the_reason(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, &frequency_ops);
	b.machine.cpu.hypervisor = true;
	bench_open(&b, 1);
	assert_false(b.availability.available);
	assert_non_null(strstr(b.availability.reason, "virtual machine"));
	assert_int_equal(bench_read(&b, CH_FREQUENCY_HZ).quality, QUALITY_ABSENT);
	bench_end(&b);
}

static void throttle_write(struct bench *b, int cpu, long core, long package)
{
	cpu_write(b, cpu, "thermal_throttle/core_throttle_count", core);
	cpu_write(b, cpu, "thermal_throttle/package_throttle_count", package);
}

static void test_throttling_since_the_last_interval(void **state)
{
	struct bench b;
	struct reading r;

	(void)state;
	bench_begin(&b, &throttle_ops);
	for (int cpu = 0; cpu < CPUS; cpu++)
		throttle_write(&b, cpu, 100, 7);
	bench_open(&b, 2);
	r = bench_read(&b, CH_THROTTLES);
	assert_int_equal(r.quality, QUALITY_EXACT);
	assert_true(r.value == 0);
	throttle_write(&b, 1, 103, 8);
	throttle_write(&b, 2, 200, 7); /* not in use */
	assert_true(bench_read(&b, CH_THROTTLES).value == 4);
	assert_true(bench_read(&b, CH_THROTTLES).value == 0);
	throttle_write(&b, 0, 1, 7); /* went offline and came back */
	throttle_write(&b, 1, 104, 8);
	assert_true(bench_read(&b, CH_THROTTLES).value == 1);
	bench_end(&b);
}

static void test_many_cpus_are_looked_at_in_turn(void **state)
{
	struct bench b;
	double seen = 0;

	(void)state;
	bench_begin(&b, &throttle_ops);
	for (int cpu = 0; cpu < CPUS; cpu++)
		throttle_write(&b, cpu, 0, 0);
	bench_open(&b, CPUS);
	for (int cpu = 0; cpu < CPUS; cpu++)
		throttle_write(&b, cpu, 1, 0);
	for (int i = 0; i < (CPUS + CPUS_PER_READ - 1) / CPUS_PER_READ; i++) {
		struct reading r = bench_read(&b, CH_THROTTLES);

		assert_int_equal(r.quality, QUALITY_STALE);
		assert_true(r.value <= CPUS_PER_READ);
		seen += r.value;
	}
	assert_true(seen == CPUS);
	bench_end(&b);
}

static void test_no_throttle_counts(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, &throttle_ops);
	bench_open(&b, 1);
	assert_false(b.availability.available);
	assert_non_null(strstr(b.availability.reason, "thermal_throttle"));
	assert_int_equal(bench_read(&b, CH_THROTTLES).quality, QUALITY_ABSENT);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frequency_is_the_mean_of_the_cpus_in_use),
		cmocka_unit_test(test_a_clock_that_changes_is_told_of_each_cpu),
		cmocka_unit_test(test_frequency_of_a_guest_is_absent_with_the_reason),
		cmocka_unit_test(test_throttling_since_the_last_interval),
		cmocka_unit_test(test_many_cpus_are_looked_at_in_turn),
		cmocka_unit_test(test_no_throttle_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
