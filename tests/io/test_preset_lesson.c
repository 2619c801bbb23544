/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

#include "io/catalogue_fixture.h"
#include "tlblab/io/preset_file.h"

static const char text[] =
	"{ \"schema\": \"tlblab.preset/1\", \"name\": \"mine\", \"title\": \"T\",\n"
	"\"experiment\": {\"workload\": \"madvise\", \"ops\": 100},\n"
	"\"course\": 3, \"lesson\": [\n"
	"{\"name\": \"one\", \"title\": \"One thread\", \"say\": \"Look – at it.\",\n"
	" \"measure\": {\"metric\": \"ns_per_op\", \"divide\": 16},\n"
	" \"watch\": \"runtime\", \"until\": {\"seconds\": 2.5, \"precision_pct\": 2}},\n"
	"{\"title\": \"Two\", \"set\": {\"threads\": 2, \"workload\": \"release\",\n"
	"  \"method\": \"free\", \"params.pause_us\": null},\n"
	" \"ask\": \"How much?\", \"then\": \"So it is.\",\n"
	" \"measure\": {\"metric\": \"ns_per_op\", \"what\": \"Time\", \"unit\": \"x\",\n"
	"  \"ratio_to\": \"one\"},\n"
	" \"answers\": [{\"text\": \"less\", \"below\": -0.5, \"so\": \"Fast.\"},\n"
	"  {\"text\": \"same\", \"below\": 1.5}, {\"text\": \"more\"}],\n"
	" \"until\": {\"intervals\": 30}}]}";

static void read_text(struct preset *p, const char *from)
{
	struct error error = {0};

	memset(p, 0, sizeof(*p));
	if (preset_parse(p, &test_catalogue, from, "t", &error))
		fail_msg("%s: %s; %s", error.what, error.why, error.todo);
}

/* What a step does where its metric is silent. */
static const char silent[] =
	"{ \"schema\": \"tlblab.preset/1\", \"name\": \"mine\", \"title\": \"T\",\n"
	"\"experiment\": {\"workload\": \"madvise\"},\n"
	"\"lesson\": [\n"
	"{\"name\": \"heard\", \"title\": \"Control\",\n"
	" \"measure\": {\"metric\": \"shootdowns_per_op\"}},\n"
	"{\"title\": \"Two\", \"needs\": \"interrupts\",\n"
	" \"measure\": {\"metric\": \"shootdowns_per_op\",\n"
	"  \"or\": [\"full_flushes_per_op\", \"ranged_flushes_per_op\"],\n"
	"  \"control\": \"heard\", \"unless\": \"heard\", \"at_most\": 12.5}}]}";

static void assert_silent(const struct preset *p)
{
	const struct lesson_step *two = &p->lesson[1];

	assert_int_equal(two->needs, LESSON_NEEDS_INTERRUPTS);
	assert_int_equal(two->measure.n_instead, 2);
	assert_int_equal(two->measure.instead[1], METRIC_RANGED_FLUSHES_PER_OP);
	assert_int_equal(two->measure.control, 1);
	assert_int_equal(two->measure.unless, 1);
	assert_true(two->measure.at_most == 12.5);
	assert_int_equal(p->lesson[0].measure.control, 0);
}

static void a_lesson_is_read_in_full(void **state)
{
	struct preset p;

	(void)state;
	read_text(&p, text);
	assert_int_equal(p.course, 3);
	assert_int_equal(p.n_lesson, 2);
	const struct lesson_step *one = &p.lesson[0], *two = &p.lesson[1];

	assert_string_equal(one->name, "one");
	assert_string_equal(one->say, "Look – at it.");
	assert_null(one->ask);
	assert_int_equal(one->watch, LESSON_WATCH_RUNTIME);
	assert_true(one->measure.divide == 16 && one->measure.given);
	assert_true(one->until.seconds == 2.5 && one->until.precision_pct == 2);
	assert_int_equal(two->n_sets, 4);
	assert_string_equal(two->sets[3].value, "null");
	assert_int_equal(two->measure.compare, LESSON_RATIO_TO);
	assert_int_equal(two->measure.with, 0);
	assert_true(two->measure.divide == 1);
	assert_int_equal(two->n_answers, 3);
	assert_true(two->answers[0].below == -0.5);
	assert_string_equal(two->answers[0].so, "Fast.");
	assert_null(two->answers[1].so);
	assert_int_equal(two->until.intervals, 30);
	preset_fini(&p);
}

/* Of the preset and of a copy, whose original is gone. */
static void what_is_printed_reads_back_equal(void **state)
{
	struct preset p, copy, back;

	(void)state;
	read_text(&p, text);
	char *first = preset_print(&p, &test_catalogue);

	assert_int_equal(preset_copy(&copy, &p), 0);
	preset_fini(&p);
	assert_int_equal(p.n_lesson, 0);
	read_text(&back, first);
	char *second = preset_print(&back, &test_catalogue);
	char *third = preset_print(&copy, &test_catalogue);

	assert_string_equal(first, second);
	assert_string_equal(first, third);
	free(first);
	free(second);
	free(third);
	preset_fini(&back);
	preset_fini(&copy);
}

/* Steps start from the preset's own experiment, each anew, and run until stopped. */
static void a_step_runs_what_it_sets(void **state)
{
	struct preset p;
	struct experiment e;
	struct error error = {0};

	(void)state;
	read_text(&p, text);
	p.experiment.duration_s = 5;
	assert_int_equal(preset_step_experiment(&p, &test_catalogue, 1, &e, &error), 0);
	assert_string_equal(e.workload, "release");
	assert_int_equal(e.threads, 2);
	assert_true(e.duration_s == 0 && e.ops == 0);
	assert_int_equal(preset_step_experiment(&p, &test_catalogue, 0, &e, &error), 0);
	assert_string_equal(e.workload, "madvise");
	assert_int_equal(e.threads, p.experiment.threads);
	preset_fini(&p);
}

static void what_is_set_by_hand_holds_for_every_step(void **state)
{
	struct preset p;
	struct experiment e;
	struct error error = {0};

	(void)state;
	read_text(&p, text);
	assert_int_equal(preset_set(&p, &test_catalogue, "threads=7", &error), 0);
	assert_int_equal(p.lesson[1].n_sets, 3);
	assert_int_equal(preset_step_experiment(&p, &test_catalogue, 1, &e, &error), 0);
	assert_int_equal(e.threads, 7);
	assert_string_equal(e.workload, "release");
	preset_fini(&p);
}

static void silence_is_read_and_written(void **state)
{
	struct preset p, again;
	char *printed;

	(void)state;
	read_text(&p, silent);
	assert_silent(&p);
	printed = preset_print(&p, &test_catalogue);
	read_text(&again, printed);
	assert_silent(&again);
	free(printed);
	preset_fini(&p);
	preset_fini(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_read_and_written),
		cmocka_unit_test(a_lesson_is_read_in_full),
		cmocka_unit_test(what_is_printed_reads_back_equal),
		cmocka_unit_test(a_step_runs_what_it_sets),
		cmocka_unit_test(what_is_set_by_hand_holds_for_every_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
