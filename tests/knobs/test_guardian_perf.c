/* SPDX-License-Identifier: MIT */
/* What the guardian opens for a less privileged client, and what it does not. */
#include "knobs/guardian_perf.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
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

static void test_a_whole_cpu_is_for_the_tracepoint(void **state)
{
	static const uint32_t others[] = {PERF_TYPE_HARDWARE, PERF_TYPE_RAW,
					  PERF_TYPE_HW_CACHE, 4, 10};
	struct perf_event_attr a = counting(PERF_TYPE_TRACEPOINT, 188);

	(void)state;
	assert_int_equal(guard_check_scope(&a, -1, 0, NULL), 0);
	assert_int_equal(guard_check_scope(&a, -1, 0, "reason == 1"), 0);
	assert_int_equal(guard_check_scope(&a, 77, -1, NULL), 0);
	assert_int_equal(guard_check_scope(&a, -1, -1, NULL), -EPERM);
	assert_int_equal(guard_check_scope(&a, 0, -1, NULL), -EPERM);
	assert_int_equal(guard_check_scope(&a, -2, 0, NULL), -EPERM);
	assert_int_equal(guard_check_scope(&a, 77, -2, NULL), -EPERM);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		a = counting(others[i], 1);
		assert_int_equal(guard_check_scope(&a, 77, -1, NULL), 0);
		assert_int_equal(guard_check_scope(&a, -1, 0, NULL), -EPERM);
		assert_int_equal(guard_check_scope(&a, 77, -1, "reason == 1"), -EPERM);
	}
}

static void test_filters_are_the_sensors_own(void **state)
{
	static const char *const good[] = {
		"reason == 0",
		"pages < 3",
		"reason >= 2 && reason <= 3 && pages == 18446744073709551615",
		"reason >= 2 && reason <= 3 && pages >= 34 && pages < 18446744073709551615",
	};
	static const char *const bad[] = {
		"",
		"reason",
		"reason == ",
		"reason == x",
		"reason == 1 &&",
		"reason == 1 && ",
		"reason == 1 || pages == 2",
		"common_pid == 1",
		"reason == 1 && common_pid == 1",
		"reason == 184467440737095516150",
		"reason == 1 && reason == 1 && reason == 1 && reason == 1 && reason == 1",
		"comm ~ \"a*\"",
		" reason == 1",
		"reason != 1",
	};
	struct perf_event_attr a = counting(PERF_TYPE_TRACEPOINT, 188);

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(guard_check_scope(&a, 77, -1, good[i]), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(guard_check_scope(&a, 77, -1, bad[i]), -EPERM);
}

enum { USER = 65534 };

/* A child of that user's, its own to look into or not; it waits to be killed. */
static pid_t child_of(uid_t uid, gid_t gid, int dumpable)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (setgid(gid) || setuid(uid) || prctl(PR_SET_DUMPABLE, dumpable) ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static int check_child(uid_t uid, gid_t gid, int dumpable)
{
	const struct guard_perf_rules user = {.uid = USER, .gid = USER};
	pid_t child = child_of(uid, gid, dumpable);
	int err = guard_check_task(&user, child);

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(guard_check_task(&user, child), -ESRCH);
	return err;
}

static void test_tasks_the_user_may_look_into(void **state)
{
	const struct guard_perf_rules root = {.uid = 0, .gid = 0};
	const struct guard_perf_rules user = {.uid = USER, .gid = USER};

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(check_child(USER, USER, 1), 0);
	assert_int_equal(check_child(USER, USER, 0), -EPERM);
	assert_int_equal(check_child(USER - 1, USER, 1), -EPERM);
	assert_int_equal(check_child(USER, USER - 1, 1), -EPERM);
	assert_int_equal(guard_check_task(&user, getpid()), -EPERM);
	assert_int_equal(guard_check_task(&user, 1), -EPERM);
	assert_int_equal(guard_check_task(&user, 0), -EPERM);
	assert_int_equal(guard_check_task(&user, -1), -EPERM);
	assert_int_equal(guard_check_task(&root, getpid()), -EPERM);
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
		cmocka_unit_test(test_a_whole_cpu_is_for_the_tracepoint),
		cmocka_unit_test(test_filters_are_the_sensors_own),
		cmocka_unit_test(test_tasks_the_user_may_look_into),
		cmocka_unit_test(test_pmu_types_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
