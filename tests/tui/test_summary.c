/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tui/panels/summary.h"
#include "tui/scene.h"

static void tell(struct scene *s, char *buf, size_t buf_bytes)
{
	struct view v;

	view_init(&v, &s->snap, &s->app);
	summary_write(&v, buf, buf_bytes);
}

static void a_change_is_compared_with_what_was_before(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char text[1024];

	(void)state;
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "threads 1 ▸ 2: an operation takes 14.9 µs, 6.2x "
				     "slower (was 2.42 µs)."));
	assert_non_null(strstr(text, "Shootdowns per operation went from 0 to 1.00."));
	assert_non_null(strstr(text, "Read with care: steal 2.1 %."));
	scene_free(s);
}

/* A row that does not move proves nothing; what contradicts it is said. */
static void a_silent_row_is_no_proof(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct sample *w = &s->snap.window;
	struct expectation meant = {.shootdowns_per_op_low = 0.9};
	char text[1024];

	(void)state;
	s->snap.expectation = &meant;
	sample_put(w, CH_SHOOTDOWNS, 0, QUALITY_EXACT);
	sample_put(w, CH_FLUSH_OPS, 0, QUALITY_ABSENT);
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "though some were expected: a 0 proves nothing"));
	sample_put(w, CH_FLUSH_OPS, 1000, QUALITY_EXACT);
	sample_put(w, CH_FLUSH_REMOTE_IPI_SEND, 1000, QUALITY_EXACT);
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "asks other CPUs to flush 1.00 times per"));
	meant.shootdowns_per_op_low = 0;
	sample_put(w, CH_FLUSH_REMOTE_IPI_SEND, 0, QUALITY_EXACT);
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "The TLB row counts no interrupts. "));
	scene_free(s);
}

/* Where the row is silent the sentence names what counted, and two sources are not held
 * against each other. */
static void another_source_is_named(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct sample *w = &s->snap.window, *before = &s->app.before.window;
	char text[1024];

	(void)state;
	sample_put(w, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(w, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
	sample_put(w, CH_TOLD, 990, QUALITY_EXACT);
	sample_put(w, CH_TOLD_NS, w->elapsed_s * 1e9, QUALITY_EXACT);
	w->told_source = TOLD_SENT;
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "Each operation tells 0.99 other CPUs to flush "
				     "(source: sent)."));
	assert_null(strstr(text, "hootdown"));
	sample_put(before, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(before, CH_TOLD, 0, QUALITY_EXACT);
	sample_put(before, CH_TOLD_NS, before->elapsed_s * 1e9, QUALITY_EXACT);
	before->told_source = TOLD_STALLS;
	tell(s, text, sizeof(text));
	assert_null(strstr(text, "went from"));
	before->told_source = TOLD_SENT;
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "CPUs told to flush per operation went from 0 to "
				     "0.99"));
	*before = *w;
	sample_put(w, CH_TOLD, 0, QUALITY_EXACT);
	sample_put(before, CH_TOLD, 0, QUALITY_EXACT);
	tell(s, text, sizeof(text));
	assert_non_null(
		strstr(text, "Operations tell no other CPU to flush (source: sent)."));
	scene_free(s);
}

static void victims_are_not_faster_beside_others(void **state)
{
	struct scene_options o = scene_lesson;
	char text[1024];
	struct scene *s = scene_new(o);
	struct experiment e = *s->snap.experiment;

	(void)state;
	e.victims = 1;
	s->snap.experiment = &e;
	sample_put(&s->snap.window, CH_VICTIM_QUIET_LOOPS, 830, QUALITY_EXACT);
	sample_put(&s->snap.window, CH_VICTIM_LOOPS, 1000, QUALITY_EXACT);
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "run faster than alone, so something disturbed"));
	assert_null(strstr(text, "as when they are alone"));
	scene_free(s);
}

static void noise_is_not_called_a_difference(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char text[1024];

	(void)state;
	s->app.before.window = s->snap.window;
	s->app.before.window.value[CH_OPS] *= 1.05;
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "about as long as before"));
	assert_null(strstr(text, "slower"));
	scene_free(s);
}

static void another_workload_is_not_compared_with(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char text[1024];

	(void)state;
	text_copy(s->app.before.experiment.workload,
		  sizeof(s->app.before.experiment.workload), "release");
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "One madvise takes 14.9 µs."));
	assert_null(strstr(text, "was"));
	assert_null(strstr(text, "went from"));
	scene_free(s);
}

static void what_is_absent_is_not_spoken_of(void **state)
{
	struct scene_options o = scene_lesson;
	char text[1024];

	(void)state;
	o.absent = true;
	struct scene *s = scene_new(o);

	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "14.9 µs"));
	assert_null(strstr(text, "hootdown"));
	assert_null(strstr(text, "flush"));
	scene_free(s);
}

static void a_failure_is_told_with_its_way_out(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	char text[1024];

	(void)state;
	s->snap.phase = SESSION_FAILED;
	error_set(&s->error, ERROR_MACHINE, 12, "worker 3", "out of memory",
		  "ask for fewer threads");
	tell(s, text, sizeof(text));
	assert_string_equal(text,
			    "The run failed: worker 3: out of memory; ask for fewer "
			    "threads. A change or space tries again.");
	scene_free(s);
}

static void victims_are_compared_with_themselves_alone(void **state)
{
	struct scene_options o = {
		.cpus = 4, .threads = 1, .victims = 2, .length_s = 26};
	struct scene *s = scene_new(o);
	char text[1024];

	(void)state;
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "The victims run 1.50x slower than alone"));
	s->snap.window.value[CH_VICTIM_LOOPS] =
		s->snap.window.value[CH_VICTIM_QUIET_LOOPS];
	tell(s, text, sizeof(text));
	assert_non_null(strstr(text, "as when they are alone"));
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_compared_with_what_was_before),
		cmocka_unit_test(a_silent_row_is_no_proof),
		cmocka_unit_test(another_source_is_named),
		cmocka_unit_test(victims_are_not_faster_beside_others),
		cmocka_unit_test(noise_is_not_called_a_difference),
		cmocka_unit_test(another_workload_is_not_compared_with),
		cmocka_unit_test(what_is_absent_is_not_spoken_of),
		cmocka_unit_test(a_failure_is_told_with_its_way_out),
		cmocka_unit_test(victims_are_compared_with_themselves_alone),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
