/* SPDX-License-Identifier: MIT */
/* What the guardian opens for a less privileged client, and what it does not. */
#include "knobs/guardian_perf.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/scratch.h"

static const struct guard_perf_rules rules = {
	.tracepoint = 188, .pmu_type = {4, 10}, .n_pmu_types = 2};

static struct perf_event_attr counting(uint32_t type, uint64_t config)
{
	return (struct perf_event_attr){.type = type,
					.size = sizeof(struct perf_event_attr),
					.config = config,
					.read_format = PERF_FORMAT_GROUP,
					.disabled = 1,
					.exclude_guest = 1};
}

static void test_counting_is_granted(void **state)
{
	struct perf_event_attr a;

	(void)state;
	a = counting(PERF_TYPE_TRACEPOINT, 188);
	assert_int_equal(guard_check_attr(&rules, &a), 0);
	a = counting(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
	assert_int_equal(guard_check_attr(&rules, &a), 0);
	a = counting(PERF_TYPE_RAW, 0x1001012);
	assert_int_equal(guard_check_attr(&rules, &a), 0);
	a = counting(PERF_TYPE_HW_CACHE, 0x10003);
	assert_int_equal(guard_check_attr(&rules, &a), 0);
	a = counting(10, 0x1012);
	assert_int_equal(guard_check_attr(&rules, &a), 0);
}

static void test_other_events_are_refused(void **state)
{
	struct perf_event_attr a;

	(void)state;
	a = counting(PERF_TYPE_TRACEPOINT, 189);
	assert_int_equal(guard_check_attr(&rules, &a), -EPERM);
	a = counting(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK);
	assert_int_equal(guard_check_attr(&rules, &a), -EPERM);
	a = counting(PERF_TYPE_BREAKPOINT, 0);
	assert_int_equal(guard_check_attr(&rules, &a), -EPERM);
	a = counting(8, 0);
	assert_int_equal(guard_check_attr(&rules, &a), -EPERM);
	/* A guardian that found no tracepoint opens none, not even number 0. */
	a = counting(PERF_TYPE_TRACEPOINT, 0);
	assert_int_equal(guard_check_attr(&(struct guard_perf_rules){0}, &a), -EPERM);
}

static void test_anything_beyond_counting_is_refused(void **state)
{
	/* Every bit of the attr that counting leaves alone, one at a time. */
	const struct perf_event_attr plain = counting(PERF_TYPE_TRACEPOINT, 188);
	struct perf_event_attr may;
	int refused = 0;

	(void)state;
	memset(&may, 0, sizeof(may));
	may.type = UINT32_MAX;
	may.read_format = UINT64_MAX;
	may.disabled = may.inherit = may.pinned = 1;
	may.exclude_user = may.exclude_kernel = may.exclude_hv = may.exclude_idle = 1;
	may.exclude_host = may.exclude_guest = 1;
	for (size_t bit = 0; bit < sizeof(plain) * 8; bit++) {
		struct perf_event_attr a = plain;
		unsigned char *byte = (unsigned char *)&a + bit / 8;
		unsigned char mask = (unsigned char)(1u << bit % 8);

		if (((const unsigned char *)&may)[bit / 8] & mask)
			continue;
		*byte ^= mask;
		assert_int_equal(guard_check_attr(&rules, &a), -EPERM);
		refused++;
	}
	/* Among them: sample_period, sample_type, config1, branch stacks, sigtrap. */
	assert_true(refused > 800);
	may = plain;
	may.sample_period = 1000;
	assert_int_equal(guard_check_attr(&rules, &may), -EPERM);
}

static void test_own_tasks_only(void **state)
{
	struct guard_perf_rules own = {.client = getpid(), .uid = geteuid()};
	struct guard_perf_rules other_user = {.client = getpid(), .uid = geteuid() + 1};
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		pause();
		_exit(0);
	}
	assert_int_equal(guard_check_task(&own, getpid(), -1), 0);
	assert_int_equal(guard_check_task(&own, gettid(), 0), 0);
	assert_int_equal(guard_check_task(&own, child, -1), 0);
	assert_int_equal(guard_check_task(&other_user, child, -1), -EPERM);
	/* The parent and init where they are root's, this guardian itself, everybody.
	 */
	if (geteuid() == 0) {
		assert_int_equal(guard_check_task(&own, getppid(), -1), -EPERM);
		assert_int_equal(guard_check_task(&own, 1, -1), -EPERM);
	}
	assert_int_equal(guard_check_task(&own, 0, -1), -EPERM);
	assert_int_equal(guard_check_task(&own, -1, -1), -EPERM);
	assert_int_equal(guard_check_task(&own, -2, 0), -EPERM);
	assert_int_equal(guard_check_task(&own, -1, 0), 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(guard_check_task(&own, child, -1), -ESRCH);
}

static void test_pmu_types_are_read(void **state)
{
	struct guard_perf_rules r = {0};
	struct scratch s;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, "/sys/bus/event_source/devices/cpu_core/type", "4\n");
	scratch_write(&s, "/sys/bus/event_source/devices/cpu_atom/type", "10\n");
	guard_perf_rules_init(&r, s.root);
	assert_int_equal(r.n_pmu_types, 2);
	assert_int_equal(r.pmu_type[1], 10);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counting_is_granted),
		cmocka_unit_test(test_other_events_are_refused),
		cmocka_unit_test(test_anything_beyond_counting_is_refused),
		cmocka_unit_test(test_own_tasks_only),
		cmocka_unit_test(test_pmu_types_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
