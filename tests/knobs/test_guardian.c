/* SPDX-License-Identifier: MIT */
/*
 * The ceiling is put back on every way out. A plain file stands for the kernel's; the
 * client is a child process that ends in the way under test, and the test waits for the
 * guardian to follow by waiting for the lock that it holds.
 */
#include "knobs/guardian_process.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "knobs/journal.h"
#include "support/scratch.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/knobs/ceiling.h"

static struct scratch scratch;
static struct guardian_place place;

static int make_place(void **state)
{
	(void)state;
	scratch_make(&scratch);
	memset(&place, 0, sizeof(place));
	strcpy(place.root, scratch.root);
	place.process = true;
	scratch_write(&scratch, CEILING_PATH, "33\n");
	scratch_write(&scratch, "/run/.keep", "");
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static int64_t ceiling_now(void)
{
	int64_t pages = -1;

	ceiling_read(scratch.root, &pages, NULL);
	return pages;
}

static bool journal_exists(void)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/run/tlblab/ceiling", scratch.root);
	return access(path, F_OK) == 0;
}

static bool folder_exists(void)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/run/tlblab", scratch.root);
	return access(path, F_OK) == 0;
}

/* Until no guardian of this place lives: its lock can be had. */
static void wait_for_guardian_to_leave(void)
{
	struct journal j;
	pid_t holder;

	journal_init(&j, scratch.root);
	while (journal_lock(&j, &holder) == -EBUSY)
		clock_sleep_until(clock_now_ns() + 1000000);
	journal_unlock(&j);
}

static struct guardian *start(void)
{
	struct guardian *g = NULL;
	struct error error = {0};

	if (guardian_start_at(&g, &place, &error))
		fail_msg("%s: %s", error.what, error.why);
	return g;
}

static void test_restored_on_stop(void **state)
{
	struct guardian *g = start();
	int64_t pages = 0;

	(void)state;
	assert_true(guardian_ceiling_availability(g)->available);
	assert_true(guardian_pid(g) > 0);
	assert_int_equal(guardian_ceiling_original(g), 33);
	assert_false(journal_exists());
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	assert_int_equal(guardian_ceiling_set(g, 70, NULL), 0);
	assert_true(journal_exists());
	assert_int_equal(guardian_ceiling_get(g, &pages), 0);
	assert_int_equal(pages, 70);
	assert_int_equal(ceiling_now(), 70);
	guardian_stop(g);
	assert_int_equal(ceiling_now(), 33);
	assert_false(folder_exists());
}

static void test_nothing_is_noted_at_the_original(void **state)
{
	struct guardian *g = start();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 7, NULL), 0);
	assert_int_equal(guardian_ceiling_set(g, 33, NULL), 0);
	assert_int_equal(ceiling_now(), 33);
	assert_false(journal_exists());
	guardian_stop(g);
}

static void test_bad_values_are_refused_and_undone(void **state)
{
	struct guardian *g = start();
	struct error error = {0};

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, -5, &error), -EINVAL);
	assert_int_equal(error.code, ERROR_INPUT);
	assert_int_equal(ceiling_now(), 33);
	assert_false(journal_exists());
	guardian_stop(g);
}

static void test_kept_on_request(void **state)
{
	struct guardian *g = start();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 12, NULL), 0);
	assert_int_equal(guardian_ceiling_keep(g, NULL), 0);
	assert_false(journal_exists());
	guardian_stop(g);
	assert_int_equal(ceiling_now(), 12);
}

/* Runs a client that changes the ceiling and then ends by itself or is killed. */
static void run_client(int kill_signal)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct guardian *g = NULL;

		close(ready[0]);
		/* Not the test framework's handler. */
		if (kill_signal && kill_signal != SIGKILL)
			signal(kill_signal, SIG_DFL);
		if (guardian_start_at(&g, &place, NULL) ||
		    guardian_ceiling_set(g, 5, NULL) || write(ready[1], "x", 1) != 1)
			_exit(1);
		if (kill_signal)
			pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	if (kill_signal)
		kill(pid, kill_signal);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	wait_for_guardian_to_leave();
}

static void test_restored_when_the_client_exits(void **state)
{
	(void)state;
	run_client(0);
	assert_int_equal(ceiling_now(), 33);
	assert_false(folder_exists());
}

static void test_restored_when_the_client_is_killed(void **state)
{
	(void)state;
	run_client(SIGKILL);
	assert_int_equal(ceiling_now(), 33);
	run_client(SIGSEGV);
	assert_int_equal(ceiling_now(), 33);
}

static void test_guardian_ignores_terminal_signals(void **state)
{
	static const int signals[] = {SIGINT,  SIGTERM, SIGHUP,
				      SIGQUIT, SIGPIPE, SIGUSR1};
	struct guardian *g = start();
	int64_t pages = 0;

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 9, NULL), 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		kill(guardian_pid(g), signals[i]);
	assert_int_equal(guardian_ceiling_get(g, &pages), 0);
	assert_int_equal(pages, 9);
	assert_int_equal(getsid(guardian_pid(g)), guardian_pid(g));
	guardian_stop(g);
	assert_int_equal(ceiling_now(), 33);
}

static void test_killed_guardian_is_made_good_by_its_client(void **state)
{
	struct guardian *g = start();
	struct error error = {0};
	int64_t pages = 0;

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 9, NULL), 0);
	kill(guardian_pid(g), SIGKILL);
	/* The loss is told once, and the original is back with it. */
	assert_true(guardian_ceiling_set(g, 10, &error) < 0);
	assert_non_null(strstr(error.why, "the original ceiling is back"));
	assert_int_equal(ceiling_now(), 33);
	assert_int_equal(guardian_ceiling_set(g, 11, NULL), 0);
	assert_int_equal(guardian_ceiling_get(g, &pages), 0);
	assert_int_equal(pages, 11);
	guardian_stop(g);
	assert_int_equal(ceiling_now(), 33);
}

static void test_killed_guardian_is_made_good_on_stop(void **state)
{
	struct guardian *g = start();

	(void)state;
	assert_int_equal(guardian_ceiling_set(g, 9, NULL), 0);
	kill(guardian_pid(g), SIGKILL);
	guardian_stop(g);
	assert_int_equal(ceiling_now(), 33);
	assert_false(folder_exists());
}

static void test_both_killed_is_made_good_by_the_next_start(void **state)
{
	int ready[2];
	pid_t pids[2];
	struct guardian *g;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pids[0] = fork();
	if (pids[0] == 0) {
		g = start();
		pids[1] = guardian_pid(g);
		if (guardian_ceiling_set(g, 5, NULL) ||
		    write(ready[1], &pids[1], sizeof(pids[1])) != sizeof(pids[1]))
			_exit(1);
		pause();
	}
	assert_int_equal(read(ready[0], &pids[1], sizeof(pids[1])), sizeof(pids[1]));
	close(ready[0]);
	close(ready[1]);
	kill(pids[1], SIGKILL);
	kill(pids[0], SIGKILL);
	waitpid(pids[0], NULL, 0);
	wait_for_guardian_to_leave();
	assert_int_equal(ceiling_now(), 5);
	assert_true(journal_exists());

	g = start();
	assert_int_equal(ceiling_now(), 33);
	assert_int_equal(guardian_ceiling_original(g), 33);
	assert_false(journal_exists());
	guardian_stop(g);
}

static void test_note_of_an_earlier_boot_is_not_believed(void **state)
{
	struct guardian *g;

	(void)state;
	scratch_write(&scratch, "/run/tlblab/ceiling",
		      "99 1 00000000-0000-0000-0000-000000000000\n");
	g = start();
	assert_int_equal(ceiling_now(), 33);
	assert_false(journal_exists());
	guardian_stop(g);
}

static void test_folder_of_another_kind_is_refused(void **state)
{
	char path[200];
	struct guardian *g;

	(void)state;
	scratch_write(&scratch, "/run/tlblab/x", "");
	snprintf(path, sizeof(path), "%s/run/tlblab", scratch.root);
	assert_int_equal(chmod(path, 0777), 0);
	g = start();
	assert_false(guardian_ceiling_availability(g)->available);
	assert_non_null(
		strstr(guardian_ceiling_availability(g)->reason, "cannot be used"));
	assert_true(guardian_ceiling_set(g, 5, NULL) < 0);
	assert_int_equal(ceiling_now(), 33);
	guardian_stop(g);
}

static void test_two_labs_do_not_fight(void **state)
{
	struct guardian *first = start(), *second = start();
	struct error error = {0};
	char want[64];

	(void)state;
	assert_int_equal(guardian_ceiling_set(first, 5, NULL), 0);
	snprintf(want, sizeof(want), "another tlblab (pid %d) holds the ceiling",
		 (int)guardian_pid(first));
	assert_non_null(strstr(guardian_ceiling_availability(second)->reason, want));
	assert_true(guardian_ceiling_set(second, 6, &error) < 0);
	assert_non_null(strstr(error.why, want));
	assert_int_equal(ceiling_now(), 5);
	guardian_stop(first);
	assert_int_equal(ceiling_now(), 33);
	/* Now it may. */
	assert_int_equal(guardian_ceiling_set(second, 6, NULL), 0);
	assert_true(guardian_ceiling_availability(second)->available);
	assert_int_equal(guardian_ceiling_original(second), 33);
	guardian_stop(second);
	assert_int_equal(ceiling_now(), 33);
}

static void test_without_a_process(void **state)
{
	struct guardian *g;
	int64_t pages = 0;

	(void)state;
	place.process = false;
	g = start();
	assert_int_equal(guardian_pid(g), 0);
	assert_false(guardian_ceiling_availability(g)->available);
	assert_string_not_equal(guardian_ceiling_availability(g)->reason, "");
	assert_true(guardian_ceiling_set(g, 5, NULL) < 0);
	assert_int_equal(guardian_ceiling_get(g, &pages), 0);
	assert_int_equal(pages, 33);
	guardian_stop(g);
	guardian_stop(NULL);
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(test_restored_on_stop),
		WITH_PLACE(test_nothing_is_noted_at_the_original),
		WITH_PLACE(test_bad_values_are_refused_and_undone),
		WITH_PLACE(test_kept_on_request),
		WITH_PLACE(test_restored_when_the_client_exits),
		WITH_PLACE(test_restored_when_the_client_is_killed),
		WITH_PLACE(test_guardian_ignores_terminal_signals),
		WITH_PLACE(test_killed_guardian_is_made_good_by_its_client),
		WITH_PLACE(test_killed_guardian_is_made_good_on_stop),
		WITH_PLACE(test_both_killed_is_made_good_by_the_next_start),
		WITH_PLACE(test_note_of_an_earlier_boot_is_not_believed),
		WITH_PLACE(test_folder_of_another_kind_is_refused),
		WITH_PLACE(test_two_labs_do_not_fight),
		WITH_PLACE(test_without_a_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
