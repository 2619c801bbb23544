/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/bench_catalogue.h"
#include "support/check.h"
#include "tlblab/lab/compare.h"

/* One result: a preset, its runs, and what is known of its machine. */
struct bench_result {
	struct preset preset;
	struct run_record *runs[12];
	struct fact facts[2];
	struct compare_side side;
};

static void result_begin(struct bench_result *r, const char *kernel)
{
	memset(r, 0, sizeof(*r));
	assert_int_equal(experiment_init(&r->preset.experiment, &bench, "zap", NULL),
			 0);
	r->facts[0] = (struct fact){.key = "cpu", .value = "i5-3320M"};
	r->facts[1] = (struct fact){.key = "kernel"};
	strcpy(r->facts[1].value, kernel);
	r->side = (struct compare_side){.name = "bench",
					.catalogue = &bench,
					.preset = &r->preset,
					.runs = r->runs,
					.facts = r->facts,
					.n_facts = 2};
}

/* A run of one second in which so many operations were done. */
static void result_add(struct bench_result *r, int point, double ops)
{
	struct run_record *run = calloc(1, sizeof(*run));
	struct sample s = {.t_s = 1, .elapsed_s = 1};

	run->config = r->preset.experiment;
	run->point = point;
	run->series = series_new(0);
	sample_put(&s, CH_OPS, ops, QUALITY_EXACT);
	series_add(run->series, &s);
	run_record_summarise(run, 0);
	r->runs[r->side.n_runs++] = run;
}

/* The same with two intervals that carry the refill probe's estimate. */
static void result_add_refill(struct bench_result *r, double ns)
{
	struct run_record *run = calloc(1, sizeof(*run));
	struct sample s = {.t_s = 1, .elapsed_s = 1};

	run->config = r->preset.experiment;
	run->series = series_new(0);
	sample_put(&s, CH_REFILL_NS_PER_PAGE, ns, QUALITY_STALE);
	series_add(run->series, &s);
	s.t_s = 2;
	series_add(run->series, &s);
	run_record_summarise(run, 0);
	r->runs[r->side.n_runs++] = run;
}

static void result_end(struct bench_result *r)
{
	for (int i = 0; i < r->side.n_runs; i++)
		run_record_free(r->runs[i]);
	preset_fini(&r->preset);
}

/*
 * mmap1 with 96 processes: what will-it-scale and ministat printed. Of the second
 * sample n, minimum, maximum, median, mean and deviation are published; the two values
 * in between follow from them.
 */
static void the_published_comparison_of_mmap1(void **state)
{
	const double before[] = {1005918, 1006319, 1009119, 1013143, 1009155};
	const double after[] = {3548585, 3548786, 3552085, 3552502, 3552587};
	struct bench_result a, b;
	struct comparison c;
	char text[128];

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.1");
	for (int i = 0; i < 5; i++) {
		result_add(&a, 0, before[i]);
		result_add(&b, 0, after[i]);
	}
	assert_int_equal(compare_make(&c, &a.side, &b.side, METRIC_OPS_PER_S, false),
			 0);
	assert_int_equal(c.n_rows, 1);

	const struct compare_row *row = &c.rows[0];

	assert_int_equal(row->before.n, 5);
	assert_near(row->before.min, 1005918, 0);
	assert_near(row->before.max, 1013143, 0);
	assert_near(row->before.median, 1009119, 0);
	assert_near(row->before.mean, 1008730.8, 1e-6);
	assert_near(row->before.stddev, 2895.1156, 1e-4);
	assert_near(row->after.mean, 3550909, 1e-6);
	assert_near(row->after.median, 3552085, 0);
	assert_near(row->difference.difference, 2.54218e6, 5);
	assert_near(row->difference.difference_pct, 252.018, 5e-4);
	assert_int_equal(row->verdict, COMPARE_BETTER);
	assert_false(compare_row_fails(row, 0));
	assert_non_null(strstr(compare_row_text(row, text, sizeof(text)), "+252 % ±"));
	assert_non_null(strstr(text, ", better"));

	/* The published interval is that of a pooled spread, from the summaries. */
	struct stats published_before = {
		.n = 5, .mean = 1008730.8, .stddev = 2895.1156};
	struct stats published_after = {.n = 5, .mean = 3550909, .stddev = 2039.8783};
	struct stats_difference d;

	stats_difference_of(&published_before, &published_after, STATS_POOLED, &d);
	assert_near(d.ci95_high - d.difference, 3652.34, 0.5);
	assert_near(d.pooled_stddev, 2504.28, 0.01);
	compare_fini(&c);

	/* The other way round it is a regression of 72 %. */
	assert_int_equal(compare_make(&c, &b.side, &a.side, METRIC_OPS_PER_S, false),
			 0);
	assert_int_equal(c.rows[0].verdict, COMPARE_WORSE);
	assert_true(compare_row_fails(&c.rows[0], 50));
	assert_false(compare_row_fails(&c.rows[0], 80));
	compare_fini(&c);
	result_end(&a);
	result_end(&b);
}

static void noise_is_no_difference(void **state)
{
	struct bench_result a, b;
	struct comparison c;
	char text[128];

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.1");
	for (int i = 0; i < 5; i++) {
		result_add(&a, 0, 1000 + 10 * i);
		result_add(&b, 0, 1004 + 10 * i);
	}
	assert_int_equal(compare_make(&c, &a.side, &b.side, METRIC_OPS_PER_S, false),
			 0);
	assert_int_equal(c.rows[0].verdict, COMPARE_UNPROVEN);
	assert_false(compare_row_fails(&c.rows[0], 0));
	compare_row_text(&c.rows[0], text, sizeof(text));
	assert_ptr_equal(strstr(text, "no difference proven: +0."), text);
	compare_fini(&c);
	result_end(&a);
	result_end(&b);
}

static void one_run_proves_nothing(void **state)
{
	struct bench_result a, b;
	struct comparison c;
	char text[128];

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.1");
	result_add(&a, 0, 100);
	result_add(&b, 0, 50);
	assert_int_equal(compare_make(&c, &a.side, &b.side, METRIC_N, false), 0);
	assert_int_equal(c.rows[0].verdict, COMPARE_TOO_FEW);
	assert_false(compare_row_fails(&c.rows[0], 0));
	assert_true(compare_row_is_open(&c.rows[0], false));
	assert_string_equal(compare_row_text(&c.rows[0], text, sizeof(text)),
			    "too few runs: -50 %");
	compare_fini(&c);
	result_end(&a);
	result_end(&b);
}

/* Ten per cent worse is not more than ten per cent worse. */
static void the_limit_itself_is_allowed(void **state)
{
	struct compare_row row = {.metric = METRIC_NS_PER_OP,
				  .verdict = COMPARE_WORSE,
				  .difference = {.difference_pct = 10}};

	(void)state;
	assert_false(compare_row_fails(&row, 10));
	assert_true(compare_row_fails(&row, nextafter(10, 0)));
	assert_false(compare_row_fails(&row, nextafter(10, 11)));
	row.difference.difference_pct = -10; /* of a rate */
	assert_false(compare_row_fails(&row, 10));
	row.difference.difference_pct = 0;
	assert_false(compare_row_fails(&row, 0));
	/* From nothing to something is infinitely more. */
	row.difference.difference_pct = NAN;
	assert_true(compare_row_fails(&row, 1e9));
	row.verdict = COMPARE_UNPROVEN;
	assert_false(compare_row_fails(&row, 0));
}

/* What is printed leaves out 0 exactly when the verdict does. */
static void one_interval_is_printed_and_decides(void **state)
{
	const double before[][4] = {{100, 250, 400, 60}, {10, 11, 9, 10}, {0, 0, 0, 1}};
	const double after[][4] = {
		{420, 380, 510, 350}, {11, 11, 12, 11}, {5, 6, 5, 6}};
	static const bool in_pct[] = {false, true, false};
	int proven = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		for (int way = 0; way < 2; way++) {
			struct compare_row row = {.metric = METRIC_NS_PER_OP};
			const double *x = way ? after[i] : before[i];
			const double *y = way ? before[i] : after[i];
			char text[128], *low;

			assert_int_equal(stats_of(x, 4, &row.before), 0);
			assert_int_equal(stats_of(y, 4, &row.after), 0);
			stats_difference_of(&row.before, &row.after, STATS_WELCH,
					    &row.difference);
			row.verdict = compare_judge(row.metric, &row.before, &row.after,
						    &row.difference);
			compare_row_text(&row, text, sizeof(text));
			assert_non_null(strstr(text, way || in_pct[i] ? " %" : " ns"));
			/* "(LOW to HIGH)", or "VALUE ± HALF". */
			low = strchr(text, '(');
			double value = strtod(strpbrk(text, "+-"), NULL);
			char *half = strstr(text, "±");

			assert_true(low || half);
			double a = low ? strtod(low + 1, NULL)
				       : value - strtod(half + strlen("±"), NULL);
			double b = low ? strtod(strstr(low, "to ") + 3, NULL)
				       : value + strtod(half + strlen("±"), NULL);

			assert_int_equal(row.verdict > COMPARE_UNPROVEN,
					 a > 0 || b < 0);
			proven += row.verdict > COMPARE_UNPROVEN;
		}
	assert_in_range(proven, 2, 5); /* both answers were met */
}

/* One probe copied into every run. */
static void a_value_measured_once_is_one_value(void **state)
{
	struct bench_result a, b;
	struct comparison c;
	char text[128];

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.1");
	for (int i = 0; i < 4; i++) {
		result_add_refill(&a, 9);
		result_add_refill(&b, 16);
	}
	assert_int_equal(a.runs[0]->summary[METRIC_REFILL_NS_PER_PAGE].n, 1);
	assert_int_equal(
		compare_make(&c, &a.side, &b.side, METRIC_REFILL_NS_PER_PAGE, false),
		0);
	assert_int_equal(c.rows[0].before.n, 1);
	assert_int_equal(c.rows[0].verdict, COMPARE_ONCE);
	assert_true(isnan(c.rows[0].difference.ci95_low));
	assert_false(compare_row_fails(&c.rows[0], 5));
	/* No gate, unless it was the one asked for: then there is no answer. */
	assert_false(compare_row_is_open(&c.rows[0], false));
	assert_true(compare_row_is_open(&c.rows[0], true));
	assert_string_equal(compare_row_text(&c.rows[0], text, sizeof(text)),
			    "measured once: +77.78 %");
	compare_fini(&c);
	result_end(&a);
	result_end(&b);
}

static void what_differs_is_named(void **state)
{
	struct bench_result a, b;
	struct compare_mismatch m[COMPARE_MAX_MISMATCHES];

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.18");
	b.side.n_facts = 2;
	strcpy(b.facts[0].key, "hypervisor");
	assert_int_equal(experiment_set(&b.preset.experiment, &bench, "params.pages",
					"33", NULL),
			 0);
	b.preset.experiment.seed = 7;
	b.preset.experiment.repeats = 50;
	result_add(&a, 0, 100);
	result_add(&b, 0, 100);
	assert_int_equal(compare_mismatches(&a.side, &b.side, m), 4);
	assert_string_equal(m[0].key, "cpu");
	assert_string_equal(m[0].after, "unknown");
	assert_string_equal(m[1].key, "kernel");
	assert_string_equal(m[1].before, "6.1");
	assert_string_equal(m[1].after, "6.18");
	assert_string_equal(m[2].key, "hypervisor");
	assert_string_equal(m[3].key, "params.pages");
	assert_string_equal(m[3].before, "1");
	assert_string_equal(m[3].after, "33");
	assert_int_equal(compare_mismatches(&a.side, &a.side, m), 0);
	result_end(&a);
	result_end(&b);
}

/* Sweeps that overlap: points are paired by their text, whatever their numbers. */
static void points_meet_by_what_they_are(void **state)
{
	static const char *const threads_a[] = {"1", "2", "4"};
	static const char *const threads_b[] = {"2", "8"};
	struct bench_result a, b;
	struct comparison c;

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.1");
	assert_int_equal(preset_sweep(&a.preset, &bench, "threads", threads_a, 3, NULL),
			 0);
	assert_int_equal(preset_sweep(&b.preset, &bench, "threads", threads_b, 2, NULL),
			 0);
	for (int i = 0; i < 3; i++)
		result_add(&a, i, 100 * (i + 1));
	for (int i = 0; i < 2; i++)
		result_add(&b, i, 1000 * (i + 1));
	assert_int_equal(compare_make(&c, &a.side, &b.side, METRIC_OPS_PER_S, false),
			 0);
	assert_int_equal(c.n_rows, 1);
	assert_int_equal(c.n_unmatched, 2);
	assert_string_equal(c.rows[0].point_text, "threads 2");
	assert_near(c.rows[0].before.mean, 200, 0);
	assert_near(c.rows[0].after.mean, 1000, 0);
	compare_fini(&c);
	assert_int_equal(compare_make(&c, &a.side, &b.side, METRIC_OPS_PER_S, true), 0);
	assert_int_equal(c.n_rows, 2);
	compare_fini(&c);
	result_end(&a);
	result_end(&b);
}

/* A run of twelve intervals that begins slowly, one that rises, and one with a leap. */
static void odd_runs_are_counted_and_kept(void **state)
{
	struct bench_result a, b;
	struct comparison c;
	char text[192];

	(void)state;
	result_begin(&a, "6.1");
	result_begin(&b, "6.1");
	for (int r = 0; r < 4; r++) {
		result_add(&a, 0, 100);
		result_add(&b, 0, 100);
	}
	for (int r = 0; r < 3; r++) {
		struct series *s = b.runs[r]->series;

		series_clear(s);
		for (int i = 0; i < 24; i++) {
			double ops = 100 + i % 3;
			struct sample at = {.t_s = i + 1, .elapsed_s = 1};

			ops += r == 0 && i < 4 ? -60 : 0;
			ops += r == 1 ? i * 5 : 0;
			ops += r == 2 && i == 9 ? 200 : 0;
			sample_put(&at, CH_OPS, ops, QUALITY_EXACT);
			series_add(s, &at);
		}
		b.runs[r]->elapsed_s = 24;
		run_record_summarise(b.runs[r], 0);
	}
	strcpy(b.runs[3]->failure, "worker 0 crashed");
	assert_int_equal(compare_make(&c, &a.side, &b.side, METRIC_OPS_PER_S, false),
			 0);
	assert_int_equal(c.n_rows, 1);
	const struct compare_oddities *odd = &c.rows[0].after_odd;

	assert_string_equal(
		compare_oddities_text(&c.rows[0].before_odd, text, sizeof(text)), "");
	assert_int_equal(odd->runs, 4);
	assert_int_equal(odd->failed, 1);
	assert_true(odd->warming >= 1);
	assert_int_equal(odd->drifting, 1);
	assert_true(odd->outliers >= 1);
	compare_oddities_text(odd, text, sizeof(text));
	assert_non_null(strstr(text, "1 of 4 runs failed"));
	assert_non_null(strstr(text, "1 of 4 runs drift"));
	assert_non_null(strstr(text, "far out"));
	/* Three runs are left, with all they measured. */
	assert_int_equal(c.rows[0].after.n, 3);
	assert_true(c.rows[0].after.max > 155);
	compare_fini(&c);
	result_end(&a);
	result_end(&b);
}

/* A run whose operations told so many other CPUs, counted by that source. */
static void result_add_told(struct bench_result *r, double told,
			    enum told_source source)
{
	struct run_record *run = calloc(1, sizeof(*run));
	struct sample s = {.t_s = 1, .elapsed_s = 1};

	run->config = r->preset.experiment;
	run->series = series_new(0);
	sample_put(&s, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(&s, CH_TOLD, 1000 * told, QUALITY_EXACT);
	sample_put(&s, CH_TOLD_NS, 1e9, QUALITY_EXACT);
	s.told_source = (uint8_t)source;
	series_add(run->series, &s);
	run_record_summarise(run, 0);
	assert_int_equal(run->told_source, source);
	r->runs[r->side.n_runs++] = run;
}

/* Much more, but of another thing: never worse, and open where it was asked for. */
static void different_sources_are_not_judged(void **state)
{
	static const enum told_source second[] = {TOLD_ROW, TOLD_SENT};
	struct bench_result a, b;
	struct comparison c;
	char text[128];

	(void)state;
	for (int i = 0; i < 2; i++) {
		result_begin(&a, "6.1");
		result_begin(&b, "6.1");
		for (int k = 0; k < 3; k++) {
			result_add_told(&a, 0.5 + 0.01 * k, TOLD_ROW);
			result_add_told(&b, 1 + 0.01 * k, second[i]);
		}
		assert_int_equal(compare_make(&c, &a.side, &b.side,
					      METRIC_CPUS_TOLD_PER_OP, false),
				 0);
		assert_int_equal(c.n_rows, 1);
		const struct compare_row *row = &c.rows[0];

		if (second[i] == TOLD_ROW) {
			assert_int_equal(row->verdict > COMPARE_UNPROVEN, 1);
			assert_false(compare_row_is_open(row, true));
		} else {
			assert_int_equal(row->verdict, COMPARE_SOURCES);
			assert_false(compare_row_fails(row, 0));
			assert_true(compare_row_is_open(row, true));
			assert_false(compare_row_is_open(row, false));
			compare_row_text(row, text, sizeof(text));
			assert_non_null(strstr(text, "counted by different sources"));
			assert_string_equal(compare_sources_text(row->after_told, text,
								 sizeof(text)),
					    "sent");
		}
		compare_fini(&c);
		/* Nor runs of one side that did not count alike. */
		result_add_told(&a, 1, TOLD_STALLS);
		assert_int_equal(compare_make(&c, &a.side, &b.side,
					      METRIC_CPUS_TOLD_PER_OP, false),
				 0);
		assert_int_equal(c.rows[0].verdict, COMPARE_SOURCES);
		assert_string_equal(
			compare_sources_text(c.rows[0].before_told, text, sizeof(text)),
			"row, stalls");
		compare_fini(&c);
		/* Of all other metrics it is of no account. */
		assert_int_equal(
			compare_make(&c, &a.side, &b.side, METRIC_OPS_PER_S, false), 0);
		assert_int_equal(c.rows[0].verdict, COMPARE_UNPROVEN);
		compare_fini(&c);
		result_end(&a);
		result_end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_comparison_of_mmap1),
		cmocka_unit_test(noise_is_no_difference),
		cmocka_unit_test(one_run_proves_nothing),
		cmocka_unit_test(the_limit_itself_is_allowed),
		cmocka_unit_test(one_interval_is_printed_and_decides),
		cmocka_unit_test(a_value_measured_once_is_one_value),
		cmocka_unit_test(what_differs_is_named),
		cmocka_unit_test(odd_runs_are_counted_and_kept),
		cmocka_unit_test(different_sources_are_not_judged),
		cmocka_unit_test(points_meet_by_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
