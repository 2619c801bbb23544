/* SPDX-License-Identifier: MIT */
/*
 * Watching a process that is not the lab's: what its files say, and a command as a
 * workload.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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
	assert_int_equal(
		watch_parse_processor(
			"7 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 "
			"20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 -4 0"),
		-1);
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
	assert_int_equal(watch_begin(&w, pid, 0), 0);
	assert_int_equal(w.threads, 1);
	assert_int_equal(cpumask_count(&w.cpus), 1);
	assert_int_equal(watch_look(&w), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(watch_look(&w) < 0);
	watch_end(&w);
	assert_true(watch_begin(&w, pid, 0) < 0);
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
	struct error error;
	char pid[32];

	(void)state;
	assert_true(workload_find("attach")->check(&e, e.params, &error) < 0);
	assert_string_equal(error.what, "pid");
	snprintf(pid, sizeof(pid), "pid=%d", (int)getpid());
	e = workload_test_experiment("attach", pid);
	assert_int_equal(workload_find("attach")->check(&e, e.params, &error), 0);
	/* Its own CPU time, while it looks at it. */
	snprintf(pid, sizeof(pid), "pid=%d every=1", (int)getpid());
	assert_int_equal(workload_test_live("attach", pid, 2), 0);
}

/* One process of a made-up family. */
static struct family_says says(pid_t parent, uint64_t own, uint64_t waited)
{
	return (struct family_says){
		.state = 'S',
		.parent = parent,
		.threads = 1,
		.start = 7,
		.own = {own},
		.waited = {waited},
	};
}

static void family_new(struct family *f, struct family_process *members)
{
	memset(f, 0, sizeof(*f));
	memset(members, 0, FAMILY_MAX * sizeof(*members));
	f->member = members;
}

/* A postmaster, its workers, and what comes back of one that has ended. */
static void a_family_counts_each_once(void **state)
{
	static struct family_process members[FAMILY_MAX];
	const pid_t pids[] = {1, 2, 3};
	struct family f;

	(void)state;
	family_new(&f, members);
	struct family_says now[] = {says(0, 100, 50), says(1, 10, 0), says(2, 5, 0)};

	family_take(&f, pids, now, 3);
	f.total[FAMILY_CPU_TICKS] = 0;
	now[0].own[0] += 1;
	now[1].own[0] += 20;
	now[2].own[0] += 300;
	family_take(&f, pids, now, 3);
	assert_int_equal(f.total[FAMILY_CPU_TICKS], 321);
	/* 2 and 3 are gone; 1 was given all of theirs, with 9 that nobody had seen. */
	now[0].waited[0] += 30 + 305 + 9;
	family_take(&f, pids, now, 1);
	assert_int_equal(f.total[FAMILY_CPU_TICKS], 330);
	assert_int_equal(f.n, 1);
	/* One that nobody waits for keeps what was seen of it. */
	family_take(&f, pids, (struct family_says[]){now[0], says(1, 40, 0)}, 2);
	assert_int_equal(f.total[FAMILY_CPU_TICKS], 370);
	now[0].own[0] += 2;
	family_take(&f, pids, now, 1);
	assert_int_equal(f.total[FAMILY_CPU_TICKS], 372);
	/* A count that falls, or that is another process's of the same number. */
	now[0].own[0] -= 50;
	family_take(&f, pids, now, 1);
	assert_int_equal(f.total[FAMILY_CPU_TICKS], 372);
	now[0] = says(0, 3, 0);
	now[0].start = 8;
	family_take(&f, pids, now, 1);
	assert_int_equal(f.total[FAMILY_CPU_TICKS], 375);
}

static void counters_that_wrap_or_fall_stay_small(void **state)
{
	(void)state;
	assert_int_equal(watch_step(5, 5), 0);
	assert_int_equal(watch_step(5, 9), 4);
	assert_int_equal(watch_step(UINT32_MAX - 2, 7), 10);
	assert_int_equal(watch_step(1000, 3), 0);
	assert_int_equal(watch_step(UINT32_MAX, UINT32_MAX - 1), 0);
	assert_int_equal(watch_step(UINT64_MAX / 2, 3), 0);
}

/* It is there in /proc until it is waited for, and yet it has ended. */
static void a_zombie_has_ended(void **state)
{
	struct experiment e;
	struct error error;
	struct watch w;
	char text[64];
	siginfo_t info;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		for (;;)
			pause();
	assert_int_equal(watch_begin(&w, pid, WATCH_COUNTERS), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(watch_look(&w), -ESRCH);
	watch_end(&w);
	assert_int_equal(watch_begin(&w, pid, 0), -ESRCH);
	snprintf(text, sizeof(text), "pid=%d", (int)pid);
	e = workload_test_experiment("attach", text);
	assert_true(workload_find("attach")->check(&e, e.params, &error) < 0);
	assert_non_null(strstr(error.why, "has ended"));
	waitpid(pid, NULL, 0);
}

/* A first thread that has ended is a zombie as well, and its process runs on. */
static void a_process_outlives_its_first_thread(void **state)
{
	struct family_says alive;

	(void)state;
	assert_int_equal(family_parse("7 (a b) Z 1 7 7 0 -1 4 9 8 0 0 12 34 1 2 20 0 "
				      "3 0 5555 20 30",
				      &alive),
			 0);
	assert_int_equal(alive.threads, 3);
	assert_int_equal(alive.start, 5555);
	assert_int_equal(alive.own[FAMILY_CPU_TICKS], 46);
	assert_int_equal(alive.waited[FAMILY_CPU_TICKS], 3);
	assert_int_equal(alive.own[FAMILY_MINOR_FAULTS], 9);
	assert_int_equal(alive.waited[FAMILY_MINOR_FAULTS], 8);
	assert_false(family_has_ended(&alive));
	alive.threads = 1;
	assert_true(family_has_ended(&alive));
	assert_int_equal(family_parse("7 (short) R 1 2", &alive), -EINVAL);
}

static void *sleep_once(void *arg)
{
	usleep(100);
	return arg;
}

/* Threads that nobody ever sees in /proc. */
static void sleeps_of_threads_that_ended_are_kept(void **state)
{
	enum { THREADS = 300 };
	int go[2], done[2];
	struct watch w;
	char byte;

	(void)state;
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(done), 0);
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (read(go[0], &byte, 1) != 1)
			_exit(1);
		for (int i = 0; i < THREADS; i++) {
			pthread_t t;

			if (pthread_create(&t, NULL, sleep_once, NULL))
				_exit(1);
			pthread_join(t, NULL);
		}
		if (write(done[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(watch_begin(&w, pid, WATCH_COUNTERS | WATCH_SWITCHES), 0);
	bool whole = watch_is_whole(pid, WATCH_SWITCHES);

	assert_int_equal(write(go[1], "", 1), 1);
	assert_int_equal(read(done[0], &byte, 1), 1);
	assert_int_equal(watch_look(&w), 0);
	uint64_t switches = w.switches;

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	watch_end(&w);
	if (!whole)
		skip(); /* the kernel does not let us count them */
	/* Each sleeps once, and is waited for. */
	assert_in_range(switches, THREADS, 5 * THREADS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_row_is_read_by_cpu_id),
		cmocka_unit_test(the_processor_is_found_behind_any_name),
		cmocka_unit_test(a_process_is_watched_until_it_ends),
		cmocka_unit_test(a_family_counts_each_once),
		cmocka_unit_test(counters_that_wrap_or_fall_stay_small),
		cmocka_unit_test(a_zombie_has_ended),
		cmocka_unit_test(a_process_outlives_its_first_thread),
		cmocka_unit_test(sleeps_of_threads_that_ended_are_kept),
		cmocka_unit_test(a_program_is_all_that_a_process_started),
		cmocka_unit_test(a_command_is_run_and_its_failure_told),
		cmocka_unit_test(what_is_watched_must_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
