/* SPDX-License-Identifier: MIT */
/* Whoever controls stays above: what the level below a priority is. Live, where this
 * process may have one at all, a child that stepped down is really below. */
#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check.h"
#include "tlblab/base/priority.h"

static void one_level_below(void **state)
{
	struct priority p;

	(void)state;
	p = priority_below((struct priority){SCHED_FIFO, 90});
	assert_int_equal(p.policy, SCHED_RR);
	assert_int_equal(p.level, 89);
	p = priority_below((struct priority){SCHED_RR, 2});
	assert_int_equal(p.policy, SCHED_RR);
	assert_int_equal(p.level, 1);
	/* Nothing real-time lies below 1. */
	p = priority_below((struct priority){SCHED_FIFO, 1});
	assert_int_equal(p.policy, SCHED_OTHER);
	assert_int_equal(p.level, 0);
	p = priority_below((struct priority){SCHED_BATCH, 0});
	assert_int_equal(p.policy, SCHED_BATCH);
}

/* The policy and level of a child that stepped down, from FIFO at `level`. */
static int child_of(int level, int *policy)
{
	const struct sched_param param = {.sched_priority = level};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct sched_param got;

		if (sched_setscheduler(0, SCHED_FIFO, &param))
			_exit(255);
		if (priority_step_down(false) || sched_getparam(0, &got))
			_exit(254);
		_exit(sched_getscheduler(0) << 6 | (got.sched_priority & 63));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	*policy = WEXITSTATUS(status) >> 6;
	return WEXITSTATUS(status) == 255 ? -EPERM : WEXITSTATUS(status) & 63;
}

static void a_child_steps_down(void **state)
{
	int policy, level = child_of(50, &policy);

	(void)state;
	if (level == -EPERM)
		skip();
	assert_int_equal(level, 49);
	assert_int_equal(policy, SCHED_RR);
	assert_int_equal(child_of(1, &policy), 0);
	assert_int_equal(policy, SCHED_OTHER);
}

static void nothing_is_said_without_one(void **state)
{
	struct error error = {0};
	char text[128];

	(void)state;
	if (priority_is_realtime(priority_inherited()))
		skip();
	assert_string_equal(priority_text(text, sizeof(text)), "");
	assert_int_equal(priority_check(true, &error), 0);
	assert_int_equal(priority_step_down(true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_level_below),
		cmocka_unit_test(a_child_steps_down),
		cmocka_unit_test(nothing_is_said_without_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
