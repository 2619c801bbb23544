/* SPDX-License-Identifier: MIT */
/*
 * Watching a process that is not the lab's: what its files say, and a command as a
 * workload.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tlblab/workloads/program.h"
#include "tlblab/workloads/watch.h"
#include "workloads/workload_test.h"

static void the_row_is_read_by_cpu_id(void **state)
{
	static const char text[] =
		"            CPU0       CPU2       CPU5       \n"
		"  0:         10         11         12   IO-APIC   2-edge      timer\n"
		" CAL:          1          2          3   Function call interrupts\n"
		" TLB:        100   73789000          7   TLB shootdowns\n";
	uint64_t counts[8] = {0};

	(void)state;
	assert_int_equal(watch_parse_row(text, counts, 8), 6);
	assert_int_equal(counts[0], 100);
	assert_int_equal(counts[1], 0);
	assert_int_equal(counts[2], 73789000);
	assert_int_equal(counts[5], 7);
	/* CPUs beyond those asked for, no row, nothing at all. */
	assert_int_equal(watch_parse_row(text, counts, 3), 3);
	assert_int_equal(watch_parse_row("  CPU0\n CAL: 5\n", counts, 8), 0);
	assert_int_equal(watch_parse_row("", counts, 8), 0);
}

static void the_processor_is_found_behind_any_name(void **state)
{
	static const char text[] =
		"77 (a ) b (c) R 1 77 77 0 -1 4194304 90 0 0 0 12 34 0 0 20 0 1 0 5555 "
		"2000000 300 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 13 0 0 0 0";

	(void)state;
	assert_int_equal(watch_parse_processor(text), 13);
	assert_int_equal(watch_parse_processor("77 (short) R 1"), -1);
	assert_int_equal(watch_parse_processor(""), -1);
}

static void a_process_is_watched_until_it_ends(void **state)
{
	struct watch w;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		for (;;)
			pause();
	assert_true(pid > 0);
	assert_int_equal(watch_begin(&w, pid), 0);
	assert_int_equal(w.threads, 1);
	assert_int_equal(cpumask_count(&w.cpus), 1);
	assert_int_equal(watch_look(&w), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(watch_look(&w) < 0);
	watch_end(&w);
	assert_true(watch_begin(&w, pid) < 0);
}

/* A child and the child it starts. */
static void a_program_is_all_that_a_process_started(void **state)
{
	struct program p, started = {.threads = 0};
	int ready[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pid_t child = fork();

		if (!child) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (write(ready[1], "", 1) != 1)
				_exit(1);
		}
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	program_look(&p, pid, 1);
	assert_int_equal(p.cut, !access("/proc/thread-self/children", R_OK));
	assert_int_equal(p.threads, 1);
	program_look(&p, pid, 64);
	program_look_started(&started, getpid(), 64);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	assert_false(p.cut);
	assert_in_range(cpumask_count(&p.cpus), 1, 2);
	if (access("/proc/thread-self/children", R_OK))
		skip(); /* a kernel without CONFIG_PROC_CHILDREN */
	assert_int_equal(p.threads, 2);
	assert_int_equal(started.threads, 2);
	program_look(&p, pid, 64);
	assert_int_equal(p.threads, 0);
}

static void a_command_is_run_and_its_failure_told(void **state)
{
	(void)state;
	assert_int_equal(workload_test_live("exec", "", 3), 0);
	assert_true(workload_test_live("exec", "command=false", 1) < 0);
	assert_true(workload_test_live("exec", "command=/nonexistent", 1) < 0);
}

static void what_is_watched_must_be_there(void **state)
{
	struct experiment e = workload_test_experiment("attach", "pid=4194304");
	struct fault fault;
	char pid[32];

	(void)state;
	assert_true(workload_find("attach")->check(&e, e.params, &fault) < 0);
	assert_string_equal(fault.what, "pid");
	snprintf(pid, sizeof(pid), "pid=%d", (int)getpid());
	e = workload_test_experiment("attach", pid);
	assert_int_equal(workload_find("attach")->check(&e, e.params, &fault), 0);
	/* Its own CPU time, while it looks at it. */
	snprintf(pid, sizeof(pid), "pid=%d every=1", (int)getpid());
	assert_int_equal(workload_test_live("attach", pid, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_row_is_read_by_cpu_id),
		cmocka_unit_test(the_processor_is_found_behind_any_name),
		cmocka_unit_test(a_process_is_watched_until_it_ends),
		cmocka_unit_test(a_program_is_all_that_a_process_started),
		cmocka_unit_test(a_command_is_run_and_its_failure_told),
		cmocka_unit_test(what_is_watched_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
