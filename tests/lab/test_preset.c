/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/bench_catalogue.h"
#include "support/check.h"
#include "tlblab/lab/preset.h"

static void make(struct preset *p)
{
	memset(p, 0, sizeof(*p));
	strcpy(p->name, "first");
	p->notes[p->n_notes++] = strdup("Watch the second thread.");
	assert_int_equal(experiment_init(&p->experiment, &bench, "zap", NULL), 0);
}

static void set(struct preset *p, const char *assignment)
{
	struct error error = {0};

	if (preset_set(p, &bench, assignment, &error))
		fail_msg("%s: %s: %s; %s", assignment, error.what, error.why,
			 error.todo);
}

static void refuses(struct preset *p, const char *assignment, const char *what,
		    const char *text)
{
	struct preset before;
	struct error error = {0};

	assert_int_equal(preset_copy(&before, p), 0);
	if (preset_set(p, &bench, assignment, &error) >= 0)
		fail_msg("%s was taken", assignment);
	assert_int_equal(error.code, ERROR_INPUT);
	if (!strstr(error.what, what) ||
	    (!strstr(error.why, text) && !strstr(error.todo, text)))
		fail_msg("%s gives \"%s: %s; %s\"", assignment, error.what, error.why,
			 error.todo);
	assert_memory_equal(&p->experiment, &before.experiment, sizeof(p->experiment));
	assert_int_equal(p->n_axes, before.n_axes);
	for (int i = 0; i < p->n_axes; i++)
		assert_int_equal(p->sweep[i].n, before.sweep[i].n);
	preset_fini(&before);
}

static void assigns_by_every_form_of_a_key(void **state)
{
	struct preset p;

	(void)state;
	make(&p);
	set(&p, "threads=4");
	set(&p, " params.pages = 33 ");
	set(&p, "ceiling=null");
	set(&p, "placement=cpus:0,2,4-7");
	assert_int_equal(p.experiment.threads, 4);
	assert_int_equal(p.experiment.params[0].number, 33);
	assert_string_equal(p.experiment.placement, "cpus:0,2,4-7");
	set(&p, "pages=34");
	assert_int_equal(p.experiment.params[0].number, 34);
	preset_fini(&p);
}

static void sweeps_are_added_replaced_and_removed(void **state)
{
	struct preset p;

	(void)state;
	make(&p);
	set(&p, "sweep.threads=1, 2,4");
	set(&p, "sweep.params.pages=1,4k");
	assert_int_equal(p.n_axes, 2);
	assert_string_equal(p.sweep[0].key, "threads");
	assert_int_equal(p.sweep[0].n, 3);
	assert_string_equal(p.sweep[0].values[1], "2");
	/* The other name of a key means the same axis. */
	set(&p, "sweep.pages=1,33,34");
	assert_int_equal(p.n_axes, 2);
	assert_int_equal(p.sweep[1].n, 3);
	set(&p, "sweep.threads=");
	assert_int_equal(p.n_axes, 1);
	assert_int_equal(p.sweep[0].n, 3);
	set(&p, "sweep.threads="); /* nothing to remove is no mistake */
	set(&p, "sweep.placement=compact;cpus:0,2");
	assert_int_equal(p.sweep[1].n, 2);
	assert_string_equal(p.sweep[1].values[1], "cpus:0,2");
	preset_fini(&p);
}

static void setting_a_swept_key_drops_its_axis(void **state)
{
	struct preset p;

	(void)state;
	make(&p);
	set(&p, "sweep.threads=1,2");
	set(&p, "sweep.pages=1,2");
	set(&p, "params.pages=8");
	assert_int_equal(p.n_axes, 1);
	assert_string_equal(p.sweep[0].key, "threads");
	assert_int_equal(p.experiment.params[0].number, 8);
	set(&p, "threads=2");
	assert_int_equal(p.n_axes, 0);
	preset_fini(&p);
}

static void refusals_name_the_key_and_change_nothing(void **state)
{
	struct preset p;

	(void)state;
	make(&p);
	set(&p, "sweep.pages=1,4096");
	refuses(&p, "threads", "threads", "KEY=VALUE");
	refuses(&p, "=2", "=2", "KEY=VALUE");
	refuses(&p, "thread=2", "thread", "threads");
	refuses(&p, "threads=0", "threads", "1 to 4096");
	refuses(&p, "sweep.thread=1,2", "thread", "threads");
	refuses(&p, "sweep.nosuchthing=", "sweep.nosuchthing", "no such setting");
	refuses(&p, "sweep.threads=1,,2", "threads", "whole number");
	refuses(&p, "sweep.threads=1,0", "threads", "1 to 4096");
	refuses(&p, "sweep.threads=2,2", "sweep.threads", "twice");
	refuses(&p, "sweep.pages=4k,4000", "pages", "4000");
	refuses(&p, "sweep.repeats=1,2", "sweep.repeats", "repeat");
	/* The axis would mean nothing to the other workload. */
	refuses(&p, "workload=map", "sweep.pages", "4096");
	set(&p, "sweep.pages=1,512");
	set(&p, "workload=map");
	assert_int_equal(p.n_axes, 1);
	preset_fini(&p);
}

static void an_axis_has_room_for_64_values_and_a_preset_for_4_axes(void **state)
{
	struct preset p;
	char text[512] = "sweep.pages=1";
	size_t used = strlen(text);

	(void)state;
	make(&p);
	for (int i = 2; i <= 64; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",%d", i);
	set(&p, text);
	assert_int_equal(p.sweep[0].n, PRESET_MAX_STEPS);
	snprintf(text + used, sizeof(text) - used, ",65");
	refuses(&p, text, "sweep.pages", "64");
	set(&p, "sweep.threads=1,2");
	set(&p, "sweep.victims=0,1");
	set(&p, "sweep.mode=threads,processes");
	refuses(&p, "sweep.ceiling=1,33", "sweep.ceiling", "4 axes");
	set(&p, "sweep.threads=1,2,3"); /* replacing needs no room */
	preset_fini(&p);
}

static void lists_are_checked_like_text(void **state)
{
	static const char *const values[] = {"1", "null", "100"};
	struct preset p;
	struct error error = {0};

	(void)state;
	make(&p);
	assert_int_equal(preset_sweep(&p, &bench, "ceiling", values, 3, &error), 0);
	assert_string_equal(p.sweep[0].values[1], "null");
	assert_true(preset_sweep(&p, &bench, "threads", values, 3, &error) < 0);
	assert_true(preset_sweep(&p, &bench, "ceiling", values, 0, &error) < 0);
	assert_int_equal(p.sweep[0].n, 3);
	preset_fini(&p);
}

static void a_copy_owns_its_own(void **state)
{
	struct preset p, copy = {0};

	(void)state;
	make(&p);
	set(&p, "sweep.threads=1,2");
	assert_int_equal(preset_copy(&copy, &p), 0);
	preset_fini(&p);
	assert_string_equal(copy.name, "first");
	assert_int_equal(copy.n_notes, 1);
	assert_string_equal(copy.notes[0], "Watch the second thread.");
	assert_string_equal(copy.sweep[0].values[1], "2");
	assert_string_equal(copy.sweep[0].key, "threads");
	preset_fini(&copy);
	assert_int_equal(copy.n_notes + copy.n_axes, 0);
	preset_fini(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assigns_by_every_form_of_a_key),
		cmocka_unit_test(sweeps_are_added_replaced_and_removed),
		cmocka_unit_test(setting_a_swept_key_drops_its_axis),
		cmocka_unit_test(refusals_name_the_key_and_change_nothing),
		cmocka_unit_test(
			an_axis_has_room_for_64_values_and_a_preset_for_4_axes),
		cmocka_unit_test(lists_are_checked_like_text),
		cmocka_unit_test(a_copy_owns_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
