/* SPDX-License-Identifier: MIT */
/* Noise sensors over a /proc that the test writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sensors/sensors.h"
#include "support/scratch.h"

enum { MANY = 100, FIRST_TID = 5000 };

struct bench {
	struct scratch scratch;
	struct machine machine;
	struct sensor *sensor;
	struct availability availability;
	struct sample sample;
	pid_t tids[MANY];
	int cpus[MANY];
};

static void write_sched(struct bench *b, pid_t tid, int migrations, int switches)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/proc/%d/sched", (int)tid);
	snprintf(text, sizeof(text),
		 "rig (%d, #threads: 1)\n-----\nse.nr_migrations   :  %d\n"
		 "nr_switches       :  900\nnr_involuntary_switches   :  %d\n",
		 (int)tid, migrations, switches);
	scratch_write(&b->scratch, path, text);
}

static void write_status(struct bench *b, pid_t tid, int switches, int cpu)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	snprintf(text, sizeof(text), "Name:\trig\nnonvoluntary_ctxt_switches:\t%d\n",
		 switches);
	scratch_write(&b->scratch, path, text);
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)tid);
	snprintf(
		text, sizeof(text),
		"%d (rig) R 1 1 1 0 -1 0 0 0 0 0 5 6 0 0 20 0 1 0 9 9 9 9 1 1 0 0 0 0 0 0 0 "
		"0 0 0 17 %d 0 0\n",
		(int)tid, cpu);
	scratch_write(&b->scratch, path, text);
}

static struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->scratch);
	for (int i = 0; i < MANY; i++) {
		b->tids[i] = FIRST_TID + i;
		b->cpus[i] = i % 4;
	}
	b->machine.topology.max_cpu_id = 3;
	return b;
}

static void bench_open(struct bench *b, const struct sensor_ops *ops, int workers)
{
	struct sensor_env env = {.machine = &b->machine, .root = b->scratch.root};
	struct sensor_target target = {
		.n_workers = workers, .tids = b->tids, .cpus = b->cpus};

	assert_int_equal(ops->open(&b->sensor, &env, &b->availability), 0);
	assert_true(b->availability.available);
	ops->attach(b->sensor, &target, &b->availability);
}

static void bench_read(struct bench *b, const struct sensor_ops *ops)
{
	memset(&b->sample, 0, sizeof(b->sample));
	b->sample.elapsed_s = 0.1;
	ops->read(b->sensor, &b->sample);
}

static void bench_free(struct bench *b, const struct sensor_ops *ops)
{
	ops->close(b->sensor);
	scratch_remove(&b->scratch);
	free(b);
}

static void assert_noise(const struct bench *b, double migrations, double switches,
			 enum quality quality)
{
	assert_int_equal(b->sample.quality[CH_MIGRATIONS], quality);
	assert_int_equal(b->sample.quality[CH_INVOLUNTARY_SWITCHES], quality);
	assert_true(b->sample.value[CH_MIGRATIONS] == migrations);
	assert_true(b->sample.value[CH_INVOLUNTARY_SWITCHES] == switches);
}

static void test_differences_of_all_tasks(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	write_sched(b, getpid(), 1, 1);
	write_sched(b, FIRST_TID, 10, 100);
	write_sched(b, FIRST_TID + 1, 20, 200);
	bench_open(b, &sched_ops, 2);
	bench_read(b, &sched_ops);
	assert_noise(b, 0, 0, QUALITY_EXACT);
	write_sched(b, FIRST_TID, 11, 107);
	write_sched(b, FIRST_TID + 1, 22, 200);
	bench_read(b, &sched_ops);
	assert_noise(b, 3, 7, QUALITY_EXACT);
	bench_free(b, &sched_ops);
}

static void test_many_tasks_are_looked_at_in_turn(void **state)
{
	struct bench *b = bench_new();
	double migrations = 0;

	(void)state;
	write_sched(b, getpid(), 0, 0);
	for (int i = 0; i < MANY; i++)
		write_sched(b, b->tids[i], 0, 0);
	bench_open(b, &sched_ops, MANY);
	for (int i = 0; i < MANY; i++)
		write_sched(b, b->tids[i], 1, 0);
	for (int round = 0; round < 4; round++) {
		bench_read(b, &sched_ops);
		assert_int_equal(b->sample.quality[CH_MIGRATIONS], QUALITY_STALE);
		migrations += b->sample.value[CH_MIGRATIONS];
	}
	/* Each once, none twice. */
	assert_true(migrations == MANY);
	bench_free(b, &sched_ops);
}

static void test_without_the_sched_file(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	write_status(b, getpid(), 1, 0);
	write_status(b, FIRST_TID, 10, 0);
	bench_open(b, &sched_ops, 1);
	assert_non_null(strstr(b->availability.source, "at least"));
	write_status(b, FIRST_TID, 15, 3);
	bench_read(b, &sched_ops);
	assert_noise(b, 1, 5, QUALITY_EXACT);
	bench_read(b, &sched_ops);
	assert_noise(b, 0, 0, QUALITY_EXACT);
	bench_free(b, &sched_ops);
}

static void write_schedstat(struct bench *b, pid_t tid, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)tid);
	scratch_write(&b->scratch, path, text);
}

static void test_how_long_they_ran(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	write_sched(b, getpid(), 0, 0);
	write_sched(b, FIRST_TID, 0, 0);
	write_sched(b, FIRST_TID + 1, 0, 0);
	write_schedstat(b, FIRST_TID, "5000000000 7 8\n");
	write_schedstat(b, FIRST_TID + 1, "100 7 8\n");
	bench_open(b, &sched_ops, 2);
	write_schedstat(b, FIRST_TID, "5080000000 9 9\n");
	write_schedstat(b, FIRST_TID + 1, "20000100 9 9\n");
	bench_read(b, &sched_ops);
	assert_int_equal(b->sample.quality[CH_RAN_NS], QUALITY_EXACT);
	assert_true(b->sample.value[CH_RAN_NS] == 100e6);
	/* One that does not tell leaves the sum unknown, not small. */
	write_schedstat(b, FIRST_TID + 1, "");
	bench_read(b, &sched_ops);
	assert_int_equal(b->sample.quality[CH_RAN_NS], QUALITY_ABSENT);
	assert_noise(b, 0, 0, QUALITY_EXACT);
	bench_free(b, &sched_ops);
}

static void test_task_that_is_gone(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	write_sched(b, getpid(), 0, 0);
	bench_open(b, &sched_ops, 1);
	bench_read(b, &sched_ops);
	assert_int_equal(b->sample.quality[CH_MIGRATIONS], QUALITY_ABSENT);
	bench_free(b, &sched_ops);
}

static void write_stat(struct bench *b, int cpu0, int cpu1)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "cpu  9 9 9 9 9 9 9 %d 0 0\ncpu0 1 1 1 1 1 1 1 %d 0 0\n"
		 "cpu1 1 1 1 1 1 1 1 %d 0 0\nintr 5\n",
		 cpu0 + cpu1, cpu0, cpu1);
	scratch_write(&b->scratch, "/proc/stat", text);
}

static void test_steal_of_the_cpus_in_use(void **state)
{
	struct bench *b = bench_new();
	double tick_ns = 1e9 / (double)sysconf(_SC_CLK_TCK);

	(void)state;
	write_stat(b, 100, 200);
	cpumask_parse(&b->machine.topology.allowed, "0-1");
	bench_open(b, &steal_ops, 1);
	write_stat(b, 103, 900);
	bench_read(b, &steal_ops);
	/* CPU 1 is nobody's. */
	assert_true(b->sample.value[CH_STEAL_NS] == 3 * tick_ns);
	assert_true(b->sample.value[CH_CPUS_NS] == 0.1 * 1e9);
	assert_int_equal(b->sample.quality[CH_STEAL_NS], QUALITY_EXACT);
	write_stat(b, 50, 900);
	bench_read(b, &steal_ops);
	assert_int_equal(b->sample.quality[CH_STEAL_NS], QUALITY_ABSENT);
	bench_free(b, &steal_ops);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences_of_all_tasks),
		cmocka_unit_test(test_many_tasks_are_looked_at_in_turn),
		cmocka_unit_test(test_without_the_sched_file),
		cmocka_unit_test(test_how_long_they_ran),
		cmocka_unit_test(test_task_that_is_gone),
		cmocka_unit_test(test_steal_of_the_cpus_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
