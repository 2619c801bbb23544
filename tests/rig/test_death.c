/* SPDX-License-Identifier: MIT */
/*
 * How rigs die: a worker that fails or crashes, a CPU that is not there, a rig that is
 * killed, and a parent that is killed, which must take everything with it.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rig/rig_test.h"
#include "tlblab/base/file.h"

static struct rig *running(const char *workload, enum run_mode mode, int workers,
			   int victims)
{
	struct experiment e = rig_test_experiment(workload);

	e.mode = mode;
	e.threads = workers;
	e.victims = victims;
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	assert_int_equal(rig_test_wait_ops(rig, 1), RIG_RUNNING);
	return rig;
}

static void expect_death(struct rig *rig, const char *what, const char *why)
{
	struct error error;

	assert_int_equal(rig_test_wait(rig, RIG_DONE, &error), RIG_DEAD);
	assert_int_equal(error.code, ERROR_MACHINE);
	assert_string_equal(error.what, what);
	if (why)
		assert_string_equal(error.why, why);
	assert_true(error.todo[0]);
	/* It stays dead, and says the same again. */
	assert_int_equal(rig_poll(rig, &error), RIG_DEAD);
	assert_string_equal(error.what, what);
	rig_stop(rig);
}

static void a_crashed_thread_is_named(void **state)
{
	struct rig *rig = running("madvise", RUN_THREADS, 3, 0);
	struct rig_reading w;

	(void)state;
	rig_read_worker(rig, 2, &w);
	assert_int_equal(syscall(SYS_tgkill, rig_pid(rig), w.tid, SIGSEGV), 0);
	expect_death(rig, "worker 2 crashed", "SIGSEGV");
}

static void a_crashed_process_is_named(void **state)
{
	struct rig *rig = running("madvise", RUN_PROCESSES, 2, 0);
	struct rig_reading w;

	(void)state;
	rig_read_worker(rig, 1, &w);
	assert_int_equal(kill(w.tid, SIGBUS), 0);
	expect_death(rig, "worker 1 crashed", "SIGBUS");
}

static void a_killed_process_is_named(void **state)
{
	struct rig *rig = running("madvise", RUN_PROCESSES, 1, 1);
	struct rig_reading v;

	(void)state;
	rig_read_victim(rig, 0, &v);
	assert_int_equal(kill(v.tid, SIGKILL), 0);
	expect_death(rig, "victim 0 was killed", "SIGKILL");
}

static void a_killed_rig_is_noticed(void **state)
{
	struct rig *rig = running("madvise", RUN_THREADS, 2, 0);

	(void)state;
	assert_int_equal(kill(rig_pid(rig), SIGKILL), 0);
	expect_death(rig, "workers' process was killed", "SIGKILL");
}

static void a_failed_operation_says_which(enum run_mode mode)
{
	struct experiment e = rig_test_experiment("mmap1");
	long overcommit = 0;

	file_read_long(NULL, "/proc/sys/vm/overcommit_memory", &overcommit);
	if (overcommit == 1)
		skip();
	e.mode = mode;
	rig_test_set(&e, "params.size_bytes", "1048576M");
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	expect_death(rig, "worker 0", "mmap: Cannot allocate memory");
}

static void a_failed_operation_says_which_in_threads(void **state)
{
	(void)state;
	a_failed_operation_says_which(RUN_THREADS);
}

static void a_failed_operation_says_which_in_processes(void **state)
{
	(void)state;
	a_failed_operation_says_which(RUN_PROCESSES);
}

static void a_missing_cpu_is_named(void **state)
{
	struct experiment e = rig_test_experiment("madvise");
	struct rig_config config;
	int cpus[2] = {rig_test_cpu(0), CPUMASK_MAX_CPUS - 1};
	struct rig *rig;

	(void)state;
	e.threads = 2;
	config = rig_test_config(&e);
	config.cpus = cpus;
	for (int mode = RUN_THREADS; mode <= RUN_PROCESSES; mode++) {
		e.mode = mode;
		assert_int_equal(rig_start(&rig, &config, NULL), 0);
		expect_death(rig, "workers",
			     "worker 1 could not be started on CPU 8191: Invalid "
			     "argument");
	}
	cpus[0] = cpus[1];
	assert_int_equal(rig_start(&rig, &config, NULL), 0);
	expect_death(rig, "workers' process",
		     "it cannot be started on CPU 8191: Invalid argument");
}

/* In the parent that will be killed: tells the pids and waits for its end. */
static void doomed_parent(int out, enum run_mode mode)
{
	struct rig *rig = running("release", mode, 2, 1);
	struct rig_reading w;
	struct rig_reading v;
	pid_t pids[4] = {rig_pid(rig)};

	for (int i = 0; i < 2; i++) {
		rig_read_worker(rig, i, &w);
		pids[1 + i] = w.tid;
	}
	rig_read_victim(rig, 0, &v);
	pids[3] = v.tid;
	if (write(out, pids, sizeof(pids)) == sizeof(pids))
		pause();
	_exit(1);
}

static bool gone(pid_t pid)
{
	uint64_t end_ns = clock_now_ns() + RIG_TEST_PATIENCE_S * UINT64_C(1000000000);

	while (clock_now_ns() < end_ns) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			; /* orphans come to us: a subreaper */
		if (kill(pid, 0) && errno == ESRCH)
			return true;
		poll(NULL, 0, 2);
	}
	return false;
}

static void nothing_outlives_the_parent(void **state)
{
	pid_t pids[4];
	int ends[2];

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (int mode = RUN_THREADS; mode <= RUN_PROCESSES; mode++) {
		assert_int_equal(pipe(ends), 0);
		pid_t parent = fork();

		assert_true(parent >= 0);
		if (!parent)
			doomed_parent(ends[1], mode);
		assert_int_equal(read(ends[0], pids, sizeof(pids)), sizeof(pids));
		for (int i = 0; i < 4; i++)
			assert_int_equal(kill(pids[i], 0), 0);
		assert_int_equal(kill(parent, SIGKILL), 0);
		for (int i = 0; i < 4; i++)
			assert_true(gone(pids[i]));
		close(ends[0]);
		close(ends[1]);
	}
}

static void the_word_alone_starts_nothing(void **state)
{
	char word[] = RIG_CHILD_WORD, name[] = "tlblab";
	char *argv[] = {name, word, NULL};
	int status;

	(void)state;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		_exit(rig_child_main(2, argv));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crashed_thread_is_named),
		cmocka_unit_test(a_crashed_process_is_named),
		cmocka_unit_test(a_killed_process_is_named),
		cmocka_unit_test(a_killed_rig_is_noticed),
		cmocka_unit_test(a_failed_operation_says_which_in_threads),
		cmocka_unit_test(a_failed_operation_says_which_in_processes),
		cmocka_unit_test(a_missing_cpu_is_named),
		cmocka_unit_test(nothing_outlives_the_parent),
		cmocka_unit_test(the_word_alone_starts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
