/* SPDX-License-Identifier: MIT */
/*
 * The rig from its parent's side: states, limits, counters, and a hundred starts and
 * stops of every workload. Run as the rig's child when it starts itself again.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rig/rig_test.h"

static uint64_t timed(const struct hist *h)
{
	uint64_t n = 0;

	for (int i = 0; i < HIST_BUCKETS; i++)
		n += h->count[i];
	return n;
}

static void gate_releases_all_workers(void **state)
{
	struct experiment e = rig_test_experiment("release");
	struct rig_reading w;

	(void)state;
	e.threads = 3;
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	assert_int_equal(rig_workers(rig), 3);
	assert_int_equal(rig_victims(rig), 0);
	assert_int_equal(rig_test_ops(rig), 0);
	rig_open_gate(rig);
	assert_int_equal(rig_poll(rig, NULL), RIG_RUNNING);
	for (int i = 0; i < 3; i++) {
		do {
			rig_read_worker(rig, i, &w);
			poll(NULL, 0, 1);
		} while (rig_poll(rig, NULL) == RIG_RUNNING && w.ops < 10);
		assert_true(w.ops >= 10);
		assert_true(w.tid > 0);
		assert_int_equal(w.cpu, rig_test_cpu(i));
		assert_true(w.start_ns > 0);
		assert_true(w.end_ns == 0);
	}
	rig_stop(rig);
}

static void operations_are_limited_and_timed(enum run_mode mode)
{
	struct experiment e = rig_test_experiment("release");
	struct rig_config config;
	struct rig_reading w;
	struct rig *rig;

	e.threads = 2;
	e.mode = mode;
	e.ops = 1000;
	config = rig_test_config(&e);
	config.time_one_in = 8;
	assert_int_equal(rig_start(&rig, &config, NULL), 0);
	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	assert_int_equal(rig_test_wait(rig, RIG_DONE, NULL), RIG_DONE);
	for (int i = 0; i < 2; i++) {
		rig_read_worker(rig, i, &w);
		assert_int_equal(w.ops, 1000);
		assert_true(w.end_ns > w.start_ns);
		assert_int_equal(w.time_one_in, 8);
		assert_int_equal(timed(w.hist), 125);
		assert_true(w.max_ticks > 0);
	}
	rig_reset_max(rig);
	rig_read_worker(rig, 0, &w);
	assert_int_equal(w.max_ticks, 0);
	/* Whatever was attached to a thread must be readable to the end. */
	assert_int_equal(kill(w.tid, 0), 0);
	rig_stop(rig);
}

static void operations_are_limited_in_threads(void **state)
{
	(void)state;
	operations_are_limited_and_timed(RUN_THREADS);
}

static void operations_are_limited_in_processes(void **state)
{
	(void)state;
	operations_are_limited_and_timed(RUN_PROCESSES);
}

static void victims_are_measured_alone_then_under_load(void **state)
{
	struct experiment e = rig_test_experiment("release");
	struct rig_reading v;

	(void)state;
	e.victims = 1;
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_read_victim(rig, 0, &v);
	assert_true(v.quiet_per_s > 0);
	assert_int_equal(v.ops, 0);
	assert_int_equal(v.stalls, 0);
	rig_open_gate(rig);
	/* On a busy machine the worker may be far ahead of the victim; and a stall is
	 * counted after it was recorded. */
	for (uint64_t ops = 2000; !v.ops || (rig_test_cpus() > 1 && !v.stalls) ||
				  v.max_ticks > v.stall_ticks;
	     ops += 1000) {
		assert_int_equal(rig_test_wait_ops(rig, ops), RIG_RUNNING);
		rig_read_victim(rig, 0, &v);
	}
	assert_true(v.start_ns > 0);
	assert_int_equal(v.cpu, rig_test_cpu(1));
	if (rig_test_cpus() > 1) {
		assert_true(v.stall_ticks > 0);
		assert_true(timed(v.hist) > 0);
	}
	rig_stop(rig);
}

/* A hundred times in each mode; on a machine that is slow at it ten have to do. */
static void every_workload_starts_and_stops_a_hundred_times(void **state)
{
	uint64_t patience_ns = clock_now_ns() + UINT64_C(120000000000);

	(void)state;
	for (int w = 0; workload_table[w]; w++) {
		const struct workload_ops *ops = workload_table[w];
		struct experiment e = rig_test_experiment(ops->desc.name);

		e.threads = 2;
		/* Not on every machine, or not without more to say than defaults. */
		if (ops->available || (ops->check && ops->check(&e, e.params, NULL)))
			continue;
		/* It waits most of its time: not here. */
		if (!strcmp(ops->desc.name, "bystander")) {
			rig_test_set(&e, "a_bytes", "1M");
			rig_test_set(&e, "every_ms", "1");
		}
		for (int i = 0; i < 20 || (i < 200 && clock_now_ns() < patience_ns);
		     i++) {
			e.mode = i % 2 ? RUN_PROCESSES : RUN_THREADS;
			struct rig *rig = rig_test_start(&e);

			assert_int_equal(rig_test_wait(rig, RIG_READY, NULL),
					 RIG_READY);
			rig_open_gate(rig);
			assert_int_equal(rig_test_wait_ops(rig, 1), RIG_RUNNING);
			rig_stop(rig);
		}
	}
	/* Nothing is left of any of them. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_rig_can_be_stopped_at_any_moment(void **state)
{
	struct experiment e = rig_test_experiment("madvise");

	(void)state;
	e.threads = 2;
	e.victims = 1;
	for (int i = 0; i < 40; i++) {
		e.mode = i % 2 ? RUN_PROCESSES : RUN_THREADS;
		struct rig *rig = rig_test_start(&e);

		for (int us = 0; us < i * 200; us += 100)
			usleep(100);
		rig_stop(rig);
	}
	rig_stop(NULL);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static int open_fds(pid_t pid)
{
	char path[64];
	int n = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *dir = opendir(path);

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void the_rig_holds_no_descriptor_of_its_parent(void **state)
{
	struct experiment e = rig_test_experiment("madvise");
	int extra[2];

	(void)state;
	struct rig *plain = rig_test_start(&e);

	assert_int_equal(rig_test_wait(plain, RIG_READY, NULL), RIG_READY);
	int before = open_fds(rig_pid(plain));

	rig_stop(plain);
	assert_int_equal(pipe(extra), 0); /* would be inherited */
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	assert_int_equal(open_fds(rig_pid(rig)), before);
	rig_stop(rig);
	close(extra[0]);
	close(extra[1]);
}

static void many_more_workers_than_cpus_start(void **state)
{
	struct experiment e = rig_test_experiment("madvise");

	(void)state;
	e.threads = 1024;
	struct rig *rig = rig_test_start(&e);

	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	assert_int_equal(rig_test_wait_ops(rig, 1024), RIG_RUNNING);
	rig_stop(rig);
}

static void workers_need_not_be_pinned(void **state)
{
	struct experiment e = rig_test_experiment("madvise");
	struct rig_config config;
	struct rig_reading w;
	int cpus[2] = {-1, -1};
	struct rig *rig;

	(void)state;
	e.threads = 2;
	e.ops = 100;
	config = rig_test_config(&e);
	config.cpus = cpus;
	assert_int_equal(rig_start(&rig, &config, NULL), 0);
	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	rig_open_gate(rig);
	assert_int_equal(rig_test_wait(rig, RIG_DONE, NULL), RIG_DONE);
	rig_read_worker(rig, 1, &w);
	assert_int_equal(w.cpu, -1);
	rig_stop(rig);
}

/* Root's comes before others, another's stays where it is; a nice value that somebody
 * chose stays as well. */
static void the_rig_comes_first_where_it_may(void **state)
{
	struct experiment e = rig_test_experiment("madvise");
	struct rig_config config = rig_test_config(&e);
	int own = getpriority(PRIO_PROCESS, 0);
	struct rig *rig;

	(void)state;
	e.threads = 1;
	config.comes_first = true;
	assert_int_equal(rig_start(&rig, &config, NULL), 0);
	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)rig_pid(rig)),
			 !own && !geteuid() ? -5 : own);
	rig_stop(rig);
	config.comes_first = false;
	assert_int_equal(rig_start(&rig, &config, NULL), 0);
	assert_int_equal(rig_test_wait(rig, RIG_READY, NULL), RIG_READY);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)rig_pid(rig)), own);
	rig_stop(rig);
}

static void bad_requests_are_errors(void **state)
{
	struct experiment e = rig_test_experiment("release");
	struct rig_config config = rig_test_config(&e);
	struct error error;
	struct rig *rig = NULL;

	(void)state;
	e.threads = 0;
	assert_true(rig_start(&rig, &config, &error) < 0);
	assert_int_equal(error.code, ERROR_INPUT);
	e.threads = 1;
	rig_test_set(&e, "params.pages", "8");
	rig_test_set(&e, "params.span_pages", "4");
	assert_true(rig_start(&rig, &config, &error) < 0);
	assert_string_equal(error.what, "span_pages");
	strcpy(e.workload, "no-such");
	assert_true(rig_start(&rig, &config, &error) < 0);
	assert_string_equal(error.what, "no-such");
	assert_null(rig);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gate_releases_all_workers),
		cmocka_unit_test(operations_are_limited_in_threads),
		cmocka_unit_test(operations_are_limited_in_processes),
		cmocka_unit_test(victims_are_measured_alone_then_under_load),
		cmocka_unit_test(every_workload_starts_and_stops_a_hundred_times),
		cmocka_unit_test(a_rig_can_be_stopped_at_any_moment),
		cmocka_unit_test(the_rig_holds_no_descriptor_of_its_parent),
		cmocka_unit_test(many_more_workers_than_cpus_start),
		cmocka_unit_test(workers_need_not_be_pinned),
		cmocka_unit_test(the_rig_comes_first_where_it_may),
		cmocka_unit_test(bad_requests_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
