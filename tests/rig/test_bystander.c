/* SPDX-License-Identifier: MIT */
/*
 * Victims with work of their own, moments and triggers through a rig, and what is left
 * of a workload whose process is killed in the middle of an operation: nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rig/rig_test.h"

static struct experiment bystander(const char *every_ms)
{
	struct experiment e = rig_test_experiment("bystander");

	e.victims = 1;
	rig_test_set(&e, "a_bytes", "1M");
	rig_test_set(&e, "b_bytes", "256k");
	rig_test_set(&e, "every_ms", every_ms);
	return e;
}

static bool wait_moment(struct rig *rig, uint64_t *seen, struct rig_moment *out)
{
	uint64_t end_ns = clock_now_ns() + RIG_TEST_PATIENCE_S * UINT64_C(1000000000);

	while (clock_now_ns() < end_ns) {
		if (rig_next_moment(rig, 0, seen, out))
			return true;
		assert_int_equal(rig_poll(rig, NULL), RIG_RUNNING);
		poll(NULL, 0, 1);
	}
	return false;
}

static void a_poke_frees_and_leaves_a_moment(void **state)
{
	struct experiment e = bystander("0");
	struct rig *rig = rig_test_start(&e);
	struct rig_moment first, second;
	struct rig_reading v;
	uint64_t seen = 0;

	(void)state;
	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	do
		rig_read_victim(rig, 0, &v);
	while (!v.ops && rig_poll(rig, NULL) == RIG_RUNNING);
	/* Nothing is freed unless somebody asks. */
	assert_false(rig_next_moment(rig, 0, &seen, &first));
	rig_set_trigger(rig, 1);
	assert_true(wait_moment(rig, &seen, &first));
	assert_true(first.begin_ns <= first.end_ns);
	rig_set_trigger(rig, 2);
	assert_true(wait_moment(rig, &seen, &second));
	assert_true(first.end_ns < second.begin_ns);
	assert_false(rig_next_moment(rig, 0, &seen, &first));
	rig_test_wait_ops(rig, 2);
	assert_int_equal(rig_test_ops(rig), 2);
	rig_stop(rig);
}

static void victims_record_every_batch_and_no_stall(void **state)
{
	struct experiment e = bystander("1");
	struct rig *rig = rig_test_start(&e);
	struct hist_view batches = {.total = 0};
	struct rig_reading v;

	(void)state;
	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_read_victim(rig, 0, &v);
	assert_true(v.quiet_per_s > 0);
	assert_int_equal(v.ops, 0);
	rig_open_gate(rig);
	/* On a busy machine the worker may be far ahead of the victim. */
	for (uint64_t ops = 3; v.ops < 2; ops++) {
		assert_int_equal(rig_test_wait_ops(rig, ops), RIG_RUNNING);
		rig_read_victim(rig, 0, &v);
	}
	hist_view_add(&batches, v.hist, NULL);
	rig_read_victim(rig, 0, &v);
	assert_int_equal(v.stalls, 0);
	/* One more may be on its way from the clock to the histogram. */
	assert_true(batches.total > 0 && batches.total <= v.ops + 1);
	rig_stop(rig);
}

static void moments_that_nobody_read_are_passed_over(void **state)
{
	struct experiment e = bystander("1");
	struct rig_moment m, last = {0};
	uint64_t seen = 0;
	int n = 0;

	(void)state;
	e.ops = 30;
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	assert_int_equal(rig_test_wait(rig, RIG_DONE, NULL), RIG_DONE);
	for (; rig_next_moment(rig, 0, &seen, &m); n++) {
		assert_true(m.begin_ns >= last.end_ns);
		last = m;
	}
	assert_int_equal(n, WORKER_MOMENTS - 1);
	assert_int_equal(seen, 30);
	rig_stop(rig);
}

static int entries(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	closedir(d);
	return n;
}

/* Runs it until something was done, kills its process, and waits for its whole group to
 * be gone. */
static void run_and_kill(const struct experiment *e, const char *folder)
{
	struct rig *rig = rig_test_start(e);
	struct error error;
	pid_t pid = rig_pid(rig);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	assert_int_equal(rig_test_wait_ops(rig, 3), RIG_RUNNING);
	if (folder)
		assert_int_equal(entries(folder), 0);
	kill(pid, SIGKILL);
	assert_int_equal(rig_test_wait(rig, RIG_DEAD, &error), RIG_DEAD);
	rig_stop(rig);
	uint64_t end_ns = clock_now_ns() + RIG_TEST_PATIENCE_S * UINT64_C(1000000000);

	while (!kill(-pid, 0) && clock_now_ns() < end_ns) {
		while (waitpid(-pid, NULL, WNOHANG) > 0)
			; /* orphans come to us: a subreaper */
		poll(NULL, 0, 1);
	}
	assert_int_equal(kill(-pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	if (folder)
		assert_int_equal(entries(folder), 0);
}

static void nothing_is_left_of_a_killed_worker(void **state)
{
	char folder[] = "/tmp/tlblab-test-XXXXXX";
	struct experiment e = bystander("1");

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_non_null(mkdtemp(folder));
	setenv("TMPDIR", folder, 1);
	rig_test_set(&e, "memory", "file");
	run_and_kill(&e, folder);
	e.mode = RUN_PROCESSES;
	run_and_kill(&e, folder);
	e = rig_test_experiment("fork");
	rig_test_set(&e, "pages", "500");
	run_and_kill(&e, NULL);
	e.mode = RUN_PROCESSES;
	run_and_kill(&e, NULL);
	unsetenv("TMPDIR");
	assert_int_equal(rmdir(folder), 0);
}

static void what_cannot_be_had_is_said(void **state)
{
	struct experiment e = bystander("1");
	struct error error;

	(void)state;
	rig_test_set(&e, "memory", "file");
	setenv("TMPDIR", "/no/such/folder", 1);
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, &error), RIG_DEAD);
	assert_non_null(strstr(error.why, "/no/such/folder"));
	rig_stop(rig);
	unsetenv("TMPDIR");
	e = rig_test_experiment("release");
	rig_test_set(&e, "page_size", "huge");
	rig_test_set(&e, "pages", "65536");
	const struct rig_config config = rig_test_config(&e);

	assert_true(rig_start(&rig, &config, &error) < 0);
	rig_test_set(&e, "pages", "1");
	rig_test_set(&e, "method", "free");
	assert_true(rig_start(&rig, &config, &error) < 0);
	assert_string_equal(error.what, "method");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_poke_frees_and_leaves_a_moment),
		cmocka_unit_test(victims_record_every_batch_and_no_stall),
		cmocka_unit_test(moments_that_nobody_read_are_passed_over),
		cmocka_unit_test(nothing_is_left_of_a_killed_worker),
		cmocka_unit_test(what_cannot_be_had_is_said),
	};

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
