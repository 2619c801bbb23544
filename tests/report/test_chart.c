/* SPDX-License-Identifier: MIT */
#include "report/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/plots.h"
#include "support/check.h"

static char *drawn(const struct chart *c)
{
	struct buffer b = {.data = NULL};

	if (!chart_put(&b, c, 0)) {
		assert_int_equal(b.bytes, 0);
		return NULL;
	}
	buffer_put(&b, "", 1);
	assert_int_equal(b.error, 0);
	return b.data;
}

static int count_of(const char *text, const char *part)
{
	int n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static struct chart *chart_of(int lines)
{
	struct chart *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	strcpy(c->title, "Runtime & <more>");
	c->x_title = "threads";
	c->x_unit = "";
	c->y_title = "time";
	c->y_unit = "ns";
	c->n_lines = lines;
	for (int l = 0; l < lines; l++) {
		c->lines[l].n = 4;
		snprintf(c->lines[l].name, sizeof(c->lines[l].name), "line %d", l);
		for (int i = 0; i < 4; i++)
			c->lines[l].points[i] = (struct chart_point){
				i + 1, 100 * (l + i + 1), 90 * (l + i + 1),
				110 * (l + i + 1)};
	}
	return c;
}

static void what_cannot_be_shown_is_refused(void **state)
{
	struct chart *c = chart_of(1);

	(void)state;
	c->n_lines = 0;
	assert_null(drawn(c));
	c->n_lines = 1;
	for (int i = 0; i < 4; i++)
		c->lines[0].points[i].y = c->lines[0].points[i].low =
			c->lines[0].points[i].high = NAN;
	assert_null(drawn(c));
	free(c);
}

static void names_are_text(void **state)
{
	struct chart *c = chart_of(2);

	(void)state;
	strcpy(c->lines[1].name, "</svg><script>");
	c->n_markers = 1;
	c->markers[0].x = 2;
	strcpy(c->markers[0].name, "a\"b<i>\x01");

	char *text = drawn(c);

	assert_non_null(strstr(text, "Runtime &amp; &lt;more&gt;"));
	assert_null(strstr(text, "<script>"));
	assert_null(strstr(text, "<i>"));
	assert_null(strchr(text, '\x01'));
	assert_int_equal(count_of(text, "</svg>"), 1);
	free(text);
	free(c);
}

/* A gap is not bridged; a point alone leaves a dot. */
static void gaps_stay_gaps(void **state)
{
	struct chart *c = chart_of(1);

	(void)state;
	c->lines[0].points[1].y = NAN;

	char *text = drawn(c), *curve = strstr(text, "class=\"c\"");

	assert_non_null(curve);
	*strstr(curve, "/>") = '\0';
	assert_int_equal(count_of(curve, "M"), 2);
	free(text);
	text = drawn(c);
	assert_int_equal(count_of(text, "<circle"), 1);
	free(text);
	free(c);
}

static void few_values_name_themselves(void **state)
{
	struct chart *c = chart_of(1);

	(void)state;
	c->few_x = true;
	c->kind = CHART_DOTS;

	char *text = drawn(c);

	for (int i = 1; i <= 4; i++) {
		char tick[16];

		snprintf(tick, sizeof(tick), ">%d</text>", i);
		assert_int_equal(count_of(text, tick), 1);
	}
	assert_null(strstr(text, ">2.5</text>"));
	assert_int_equal(count_of(text, "<circle"), 4);
	assert_int_equal(count_of(text, "class=\"i\""), 4);
	free(text);
	free(c);
}

static void disturbed_intervals_are_marked(void **state)
{
	struct chart *c = chart_of(1);
	char *text = drawn(c);

	(void)state;
	assert_null(strstr(text, "disturbed"));
	free(text);
	c->noise[0] = 2;
	c->noise[1] = 3;
	c->n_noise = 2;
	strcpy(c->noise_words, "steal");
	text = drawn(c);
	assert_non_null(strstr(text, "disturbed: steal"));
	assert_int_equal(count_of(text, "v-7"), 2);
	free(text);
	free(c);
}

/* Whatever its buckets, all operations of a distribution are in its picture. */
static void a_distribution_is_whole(void **state)
{
	static struct run_record run;
	static struct worker_record worker;
	struct run_record *runs[] = {&run};
	struct result_data data = {.runs = runs, .n_runs = 1};
	const struct report_file file = {"a.json", &data};
	struct chart *c = chart_of(0);
	double whole = 0;

	(void)state;
	run.workers = &worker;
	run.n_workers = 1;
	run.ns_per_tick = 0.5;
	for (uint64_t ticks = 3; ticks < 3000000; ticks = ticks * 5 / 4 + 1) {
		worker.latency.count[hist_bucket(ticks)] += 10;
		worker.latency.total += 10;
	}
	assert_true(plots_latency(&file, 0, c));
	assert_int_equal(c->n_lines, 1);
	for (int i = 0; i < c->lines[0].n; i++)
		whole += c->lines[0].points[i].y;
	assert_near(whole, 100, 1e-6);
	assert_near(c->lines[0].points[c->lines[0].n - 1].y, 0, 0);
	assert_true(plots_latency(&file, 1, c)); /* no victims: an empty one */
	assert_int_equal(c->n_lines, 0);
	assert_false(plots_latency(&file, 2, c));
	free(c);
}

/* By the row the CPUs told are the shootdowns: one chart, and two of another source. */
static void what_is_the_same_is_shown_once(void **state)
{
	struct run_record run = {.series = series_new(0)};
	struct run_record *runs[] = {&run};
	struct result_data d = {.runs = runs, .n_runs = 1};
	const struct report_file file = {.data = &d, .name = "told"};
	struct chart *c = calloc(1, sizeof(*c));

	(void)state;
	assert_non_null(c);
	for (int i = 1; i <= 3; i++) {
		struct sample s = {.t_s = i, .elapsed_s = 1, .told_source = TOLD_ROW};

		sample_put(&s, CH_TOLD, 1000, QUALITY_EXACT);
		sample_put(&s, CH_TOLD_NS, 1e9, QUALITY_EXACT);
		series_add(run.series, &s);
	}
	for (int source = TOLD_ROW; source < TOLD_SOURCES; source++) {
		int shown = 0;

		run.told_source = (enum told_source)source;
		for (int i = 0; plots_over_time(&file, i, c); i++)
			if (!strcmp(c->y_title, "CPUs told, per second"))
				shown += c->n_lines;
		assert_int_equal(shown, source == TOLD_ROW ? 0 : 1);
	}
	series_free(run.series);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_shown_is_refused),
		cmocka_unit_test(names_are_text),
		cmocka_unit_test(gaps_stay_gaps),
		cmocka_unit_test(few_values_name_themselves),
		cmocka_unit_test(disturbed_intervals_are_marked),
		cmocka_unit_test(a_distribution_is_whole),
		cmocka_unit_test(what_is_the_same_is_shown_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
