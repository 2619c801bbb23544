/* SPDX-License-Identifier: MIT */
/*
 * A program tried under candidate ceilings, with a plain file in the place of the
 * kernel's: the programs here read that file and are quicker where it says 8, so what
 * is best is known. The file says 33 again after every end.
 */
#include "tlblab/backends/program_trial.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "knobs/guardian_process.h"
#include "support/check.h"
#include "support/scratch.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/file.h"
#include "tlblab/knobs/ceiling.h"
#include "tlblab/rig/rig.h"

static const int64_t candidates[] = {2, 8, 128};

struct bench {
	struct scratch scratch;
	struct guardian *guardian;
	struct machine machine;
	char path[256]; /* of the file */
};

static void bench_open(struct bench *b, bool knob)
{
	struct guardian_place place = {.process = true};
	struct error error = {.code = ERROR_NONE};

	memset(b, 0, sizeof(*b));
	scratch_make(&b->scratch);
	snprintf(place.root, sizeof(place.root), "%s", b->scratch.root);
	if (knob)
		scratch_write(&b->scratch, CEILING_PATH, "33\n");
	scratch_write(&b->scratch, "/run/.keep", "");
	snprintf(b->path, sizeof(b->path), "%s%s", b->scratch.root, CEILING_PATH);
	assert_int_equal(guardian_start_at(&b->guardian, &place, &error), 0);
	assert_int_equal(machine_read(&b->machine, "", &error), 0);
}

static int64_t ceiling_now(const struct bench *b)
{
	int64_t pages = -1;

	ceiling_read(b->scratch.root, &pages, NULL);
	return pages;
}

static void bench_close(struct bench *b)
{
	guardian_stop(b->guardian);
	machine_fini(&b->machine);
	scratch_remove(&b->scratch);
}

static struct program_trial_options options_of(const struct bench *b)
{
	return (struct program_trial_options){
		.machine = &b->machine,
		.guardian = b->guardian,
		.candidates = candidates,
		.n_candidates = (int)COUNT_OF(candidates),
		.budget_s = 40, /* of a busy machine */
		.window_s = 0.02,
		.seed = 1,
	};
}

/* Until it is over or `rounds` are made; the ceilings it was seen at. */
static void drive(struct program_trial *t, const struct bench *b, int rounds,
		  int64_t *seen, int *n_seen)
{
	*n_seen = 0;
	for (;;) {
		int wait_ms = program_trial_tick(t);
		const struct program_trial_view *v = program_trial_view(t);
		int64_t now = ceiling_now(b);
		bool known = now < 0;

		for (int i = 0; i < *n_seen; i++)
			known = known || seen[i] == now;
		if (!known && *n_seen < 8)
			seen[(*n_seen)++] = now;
		if (v->phase == TUNER_DONE || v->phase == TUNER_FAILED ||
		    v->data->n_rounds >= rounds)
			return;
		clock_sleep_until(clock_now_ns() + (uint64_t)wait_ms * 1000000);
	}
}

/* Proven to be the best, and alone? Whatever the noise of this machine hides, it makes
 * nothing else better. */
static bool eight_is_best(const struct trial_answer *a)
{
	if (a->verdict != TRIAL_BETTER)
		return false;
	assert_int_equal(a->recommended, 8);
	assert_true(a->ci95_low <= 8 && a->ci95_high >= 8);
	for (int i = 0; i < a->n; i++)
		assert_true(a->arm[i].ceiling != 8 || a->arm[i].gain_pct.estimate > 0);
	return a->ci95_low == 8 && a->ci95_high == 8;
}

static void skip_unless(bool clear)
{
	if (clear)
		return;
	print_message("other programs hide what the ceilings differ by\n");
	skip();
}

static void a_command_is_run_under_each(void **state)
{
	struct bench b;
	struct error error = {.code = ERROR_NONE};
	struct program_trial *t;
	char command[256], script[800];
	int64_t seen[8];
	int n_seen;

	(void)state;
	bench_open(&b, true);
	/* 8 takes 20 ms, all others 40; a run must see one ceiling from its begin to
	 * its end. */
	snprintf(script, sizeof(script),
		 "read c <%s; if [ $c = 8 ]; then sleep 0.02; else sleep 0.04; fi; "
		 "read d <%s; [ $c = $d ]",
		 b.path, b.path);
	scratch_write(&b.scratch, "/run/program", script);
	snprintf(command, sizeof(command), "sh %s/run/program", b.scratch.root);
	struct program_trial_options o = options_of(&b);

	o.command = command;
	assert_int_equal(program_trial_open(&t, &o, &error), 0);
	drive(t, &b, 10, seen, &n_seen);
	const struct program_trial_view *v = program_trial_view(t);

	if (v->phase == TUNER_FAILED)
		fail_msg("%s: %s", v->error->what, v->error->why);
	/* Fewer are the end of its budget. */
	assert_true(v->data->n_rounds >= (v->phase == TUNER_DONE ? 1 : 8));
	assert_int_equal(n_seen, 4);
	program_trial_stop(t);
	assert_int_equal(ceiling_now(&b), 33);
	v = program_trial_view(t);
	assert_int_equal(v->phase, TUNER_DONE);
	assert_string_equal(v->unit, "runs/s");
	bool clear = eight_is_best(v->answer);

	program_trial_close(t);
	bench_close(&b);
	skip_unless(clear);
}

static void a_command_that_fails_is_said(void **state)
{
	struct bench b;
	struct error error = {.code = ERROR_NONE};
	struct program_trial *t;
	int64_t seen[8];
	int n_seen;

	(void)state;
	bench_open(&b, true);
	struct program_trial_options o = options_of(&b);
	char command[400];

	/* It can do without any ceiling but 2. */
	snprintf(command, sizeof(command), "read c <%s; [ $c != 2 ]", b.path);
	o.command = command;
	assert_int_equal(program_trial_open(&t, &o, &error), 0);
	drive(t, &b, 10, seen, &n_seen);
	const struct program_trial_view *v = program_trial_view(t);

	assert_int_equal(v->phase, TUNER_FAILED);
	assert_non_null(strstr(v->error->why, "ended with status 1"));
	assert_int_equal(ceiling_now(&b), 33);
	program_trial_close(t);
	bench_close(&b);
}

/* Counts in a file of its own, three times as fast where the ceiling is 8. */
static void program_life(const char *ceiling_path, const char *count_path)
{
	for (long count = 0;;) {
		char text[32] = "";
		int fd = open(ceiling_path, O_RDONLY);

		if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
			_exit(1);
		close(fd);
		count += atoi(text) == 8 ? 300 : 100;
		snprintf(text, sizeof(text), "%019ld\n", count);
		fd = open(count_path, O_WRONLY | O_CREAT, 0644);
		if (fd < 0 || pwrite(fd, text, strlen(text), 0) < 0)
			_exit(1);
		close(fd);
		usleep(1000);
	}
}

static void a_process_is_watched_under_each(void **state)
{
	struct bench b;
	struct error error = {.code = ERROR_NONE};
	struct program_trial *t;
	char count_path[256];
	int64_t seen[8];
	int n_seen;

	(void)state;
	bench_open(&b, true);
	snprintf(count_path, sizeof(count_path), "%s/run/count", b.scratch.root);
	scratch_write(&b.scratch, "/run/count", "0\n");
	pid_t pid = fork();

	if (!pid)
		program_life(b.path, count_path);
	struct program_trial_options o = options_of(&b);

	o.pid = pid;
	o.counter = PROGRAM_FILE;
	o.counter_path = count_path;
	assert_int_equal(program_trial_open(&t, &o, &error), 0);
	drive(t, &b, 10, seen, &n_seen);
	const struct program_trial_view *v = program_trial_view(t);

	/* Fewer are the end of its budget. */
	assert_true(v->data->n_rounds >= (v->phase == TUNER_DONE ? 1 : 8));
	bool clear = eight_is_best(v->answer);

	assert_string_equal(v->unit, "count/s");
	assert_int_equal(n_seen, 4);

	/* It ends in the middle: said, and put back. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < 100 && program_trial_view(t)->phase == TUNER_MEASURING; i++)
		clock_sleep_until(clock_now_ns() +
				  (uint64_t)program_trial_tick(t) * 1000000);
	assert_int_equal(v->phase, TUNER_FAILED);
	assert_non_null(strstr(v->error->why, "has ended"));
	assert_int_equal(ceiling_now(&b), 33);
	program_trial_close(t);

	/* And there is none any more. */
	assert_true(program_trial_open(&t, &o, &error) < 0);
	assert_int_equal(error.code, ERROR_INPUT);
	assert_int_equal(ceiling_now(&b), 33);
	bench_close(&b);
	skip_unless(clear);
}

static void without_the_knob_it_says_what_would_allow_it(void **state)
{
	struct bench b;
	struct error error = {.code = ERROR_NONE};
	struct program_trial *t;

	(void)state;
	bench_open(&b, false);
	struct program_trial_options o = options_of(&b);

	o.command = "true";
	assert_true(program_trial_open(&t, &o, &error) < 0);
	assert_int_equal(error.code, ERROR_MACHINE);
	assert_true(strlen(error.why) > 10);
	assert_non_null(strstr(error.todo, "needs no right"));
	bench_close(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_run_under_each),
		cmocka_unit_test(a_command_that_fails_is_said),
		cmocka_unit_test(a_process_is_watched_under_each),
		cmocka_unit_test(without_the_knob_it_says_what_would_allow_it),
	};

	if (argc > 1 && !strcmp(argv[1], RIG_CHILD_WORD))
		return rig_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
