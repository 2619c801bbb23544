/* SPDX-License-Identifier: MIT */
/* Who flushes, where it cannot be recorded: each time the reason a person can act on,
 * no value, and nothing to end when the warm-up is over. */
#include <errno.h>
#include <string.h>

#include "sensors/sensors.h"
#include "support/check.h"
#include "tlblab/sensors/flushers.h"

static const char format[] =
	"name: tlb_flush\nID: 77\nformat:\n"
	"\tfield:int reason;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:unsigned long pages;\toffset:16;\tsize:8;\tsigned:0;\n";

/* A kernel with tlb:tlb_flush alone, whose events open as `refuse` says. */
static int fake_open(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
		     int group_fd, const char *filter)
{
	(void)attr;
	(void)tid;
	(void)cpu;
	(void)group_fd;
	(void)filter;
	return *(int *)self;
}

static int fake_format(void *self, const char *which, char *buf,
		       unsigned long buf_bytes)
{
	(void)self;
	if (strcmp(which, "events/tlb/tlb_flush/format"))
		return -ENOENT;
	assert_true(sizeof(format) <= buf_bytes);
	memcpy(buf, format, sizeof(format));
	return 0;
}

/* The reason after workers came, on a machine of one CPU; "" where it records. */
static const char *reason_of(struct sensor_env *env, int refuse, bool warms_up)
{
	static struct availability a;
	static struct machine machine;
	static struct cpu cpu = {.id = 0, .online = true};
	const struct perf_opener opener = {
		.open = fake_open, .read_tracepoint = fake_format, .self = &refuse};
	const struct sensor_target target = {
		.n_workers = 1, .tids = &(pid_t){1}, .warms_up = warms_up};
	struct sample sample = {.elapsed_s = 1};
	struct sensor *s = NULL;

	memset(&a, 0, sizeof(a));
	machine.topology.cpus = &cpu;
	machine.topology.n_cpus = machine.topology.n_online = 1;
	env->machine = &machine;
	env->perf = &opener;
	assert_int_equal(flushers_ops.open(&s, env, &a), 0);
	flushers_ops.attach(s, &target, &a);
	assert_false(flushers_ops.settle(s));
	flushers_ops.read(s, &sample);
	assert_int_equal(sample.quality[CH_KERNEL_FLUSH_MEAN_NS], QUALITY_ABSENT);
	assert_int_equal(sample.quality[CH_FLUSHING_CPUS_PCT], QUALITY_ABSENT);
	flushers_ops.close(s);
	assert_false(a.available);
	return a.reason;
}

static void test_each_obstacle_has_its_reason(void **state)
{
	struct sensor_env env = {.root = "", .trace_flushes = true};

	(void)state;
	assert_non_null(strstr(reason_of(&env, -EACCES, true), "CAP_PERFMON"));
	assert_non_null(strstr(reason_of(&env, -EPERM, true), "root itself"));
	/* What is not a matter of rights is not blamed on them. */
	assert_null(strstr(reason_of(&env, -EMFILE, true), "root itself"));
	assert_non_null(strstr(reason_of(&env, -EACCES, false), "set warmup_s"));
	env.trace_flushes = false;
	assert_non_null(strstr(reason_of(&env, -EACCES, true), "switched off"));
	env.trace_flushes = true;
	env.root = "/captured";
	assert_non_null(strstr(reason_of(&env, -EACCES, true), "captured"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_obstacle_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
