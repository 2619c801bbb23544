/* SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tlblab/draw/cpu_bars.h"
#include "tlblab/draw/histogram.h"
#include "tlblab/draw/plot.h"
#include "tui/scene.h"

enum { W = 60, H = 16 };

static struct canvas poisoned(enum glyph_set set)
{
	struct canvas c;

	canvas_init(&c, glyphs_get(set));
	assert_int_equal(canvas_resize(&c, W, H), 0);
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++)
			canvas_put(&c, x, y, ROLE_DIM, '#');
	return c;
}

static void assert_only_inside(const struct canvas *c, struct rect r)
{
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++)
			if (x < r.x || y < r.y || x >= r.x + r.w || y >= r.y + r.h)
				assert_int_equal(canvas_at(c, x, y)->code, '#');
}

static struct plot plot_of_runtime(const struct series *s)
{
	return (struct plot){.series = s,
			     .metric = METRIC_NS_PER_OP,
			     .unit = "ns",
			     .role = ROLE_INITIATOR,
			     .log = true,
			     .time = {0, 30},
			     .baseline = 2000,
			     .time_labels = true,
			     .marker_names = true};
}

static void round_numbers_round(void **state)
{
	(void)state;
	assert_true(fabs(scale_round_up(1.1) - 2) < 1e-9);
	assert_true(fabs(scale_round_up(0.3) - 0.5) < 1e-9);
	assert_true(fabs(scale_round_up(5000) - 5000) < 1e-6);
	assert_true(fabs(scale_round_down(4999) - 2000) < 1e-6);
	assert_true(fabs(scale_round_down(1000) - 1000) < 1e-6);
	for (double x = 1e-9; x < 1e12; x *= 1.37) {
		assert_true(scale_round_up(x) >= x * 0.999999);
		assert_true(scale_round_up(x) <= x * 2.500001);
		assert_true(scale_round_down(x) <= x * 1.000001);
		assert_true(scale_round_down(x) >= x / 2.500001);
	}
}

static void scales_hold_their_values(void **state)
{
	struct rng rng = {7};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		double a = exp((rng_unit(&rng) - 0.3) * 40);
		double b = a * (1 + exp((rng_unit(&rng) - 0.8) * 30));
		struct scale s;
		double ticks[24];

		scale_fit(&s, i % 2, a, b, 8 + i % 60);
		assert_true(s.low <= a * 1.000001 && s.high >= b * 0.999999);
		assert_in_range(scale_dot(&s, a), 0, s.dots - 1);
		assert_true(scale_dot(&s, a) <= scale_dot(&s, b));
		assert_int_equal(scale_dot(&s, b * 1e9), s.dots - 1);
		int n = scale_ticks(&s, 8, ticks, 24);

		for (int k = 1; k < n; k++) {
			assert_true(ticks[k] > ticks[k - 1]);
			assert_true(scale_dot(&s, ticks[k]) -
					    scale_dot(&s, ticks[k - 1]) >=
				    7);
		}
	}
}

/* Where everything is 0 the axis goes up to 1, not to a number too small to name. */
static void nothing_but_zero_has_a_plain_axis(void **state)
{
	struct scale s;

	(void)state;
	scale_fit(&s, false, 0, 0, 40);
	assert_true(s.low == 0 && s.high == 1);
	scale_fit(&s, false, 0, 0.001, 40);
	assert_true(s.high >= 0.001 && s.high < 0.002);
}

static void the_time_axis_stands_still_and_holds_now(void **state)
{
	(void)state;
	for (double span = 0; span <= 600; span += 60) {
		double before = 0;
		int turns = 0;

		for (double now = 0; now < 2000; now += 0.1) {
			struct time_axis t = time_axis_of(now, span);

			assert_true(t.from_s <= now && now <= t.to_s);
			assert_true(t.from_s >= before);
			turns += t.from_s > before;
			before = t.from_s;
			if (span > 0)
				assert_true(t.to_s - t.from_s <= fmax(span, 30) + 1e-9);
		}
		assert_true(turns <= (span > 0 ? 2000 / (span / 4) + 1 : 0));
	}
}

static void plots_stay_in_their_rectangle(void **state)
{
	struct scene *s = scene_new(scene_lesson);

	(void)state;
	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++)
		for (int w = 0; w <= 50; w += 3)
			for (int h = 0; h <= 12; h++) {
				struct canvas c = poisoned((enum glyph_set)set);
				struct rect r = {4, 2, w, h};
				struct plot p = plot_of_runtime(s->series);

				plot_draw(&c, r, &p);
				assert_only_inside(&c, r);
				p.time = (struct time_axis){12, 14};
				p.log = false;
				plot_draw(&c, r, &p);
				plot_draw_spark(&c, r, &p);
				assert_only_inside(&c, r);
				canvas_fini(&c);
			}
	scene_free(s);
}

/* One value every 0.1 s, absent between 1 s and 2 s. */
static void absent_values_leave_a_gap(void **state)
{
	struct series *s = series_new(1);
	struct plot p = plot_of_runtime(s);
	struct canvas c;

	(void)state;
	for (int i = 1; i <= 30; i++) {
		struct sample x = {.t_s = i * 0.1, .elapsed_s = 0.1};

		if (i <= 10 || i > 20) {
			sample_put(&x, CH_OPS, 1000, QUALITY_EXACT);
			sample_put(&x, CH_WORKER_NS, 1e6, QUALITY_EXACT);
		}
		series_add(s, &x);
	}
	p.time = (struct time_axis){0, 3};
	p.baseline = NAN;
	p.time_labels = false;
	canvas_init(&c, glyphs_get(GLYPHS_BRAILLE));
	assert_int_equal(canvas_resize(&c, 38, 5), 0);
	assert_true(plot_draw(&c, (struct rect){0, 0, 38, 5}, &p));
	for (int x = PLOT_LABEL_COLUMNS; x < 38; x++) {
		double t = (x - PLOT_LABEL_COLUMNS) / 30.0 * 3;
		bool any = false;

		for (int y = 0; y < 5; y++)
			any |= canvas_at(&c, x, y)->dots != 0;
		if (t > 0.2 && t < 0.9)
			assert_true(any);
		if (t > 1.1 && t < 1.9)
			assert_false(any);
	}
	p.metric = METRIC_SHOOTDOWNS_PER_S;
	canvas_clear(&c);
	assert_false(plot_draw(&c, (struct rect){0, 0, 38, 5}, &p));
	canvas_fini(&c);
	series_free(s);
}

/* A point that was thinned remembers its highest value; the band must show it. */
static void a_spike_outlives_thinning(void **state)
{
	struct series *s = series_new(1);
	struct plot p = plot_of_runtime(s);
	struct canvas c;
	bool top = false;

	(void)state;
	for (int i = 1; i <= 3 * SERIES_POINTS; i++) {
		struct sample x = {.t_s = i * 0.1, .elapsed_s = 0.1};

		sample_put(&x, CH_OPS, i == 5000 ? 1 : 1000, QUALITY_EXACT);
		sample_put(&x, CH_WORKER_NS, 1e6, QUALITY_EXACT);
		series_add(s, &x);
	}
	assert_true(series_thinning(s) > 1);
	p.time = (struct time_axis){0, 1800};
	p.time_labels = false;
	canvas_init(&c, glyphs_get(GLYPHS_BRAILLE));
	assert_int_equal(canvas_resize(&c, 60, 8), 0);
	assert_true(plot_draw(&c, (struct rect){0, 0, 60, 8}, &p));
	for (int x = PLOT_LABEL_COLUMNS; x < 60; x++)
		top |= canvas_at(&c, x, 0)->dots != 0;
	assert_true(top);
	canvas_fini(&c);
	series_free(s);
}

static void histograms_stay_inside_and_show_the_largest(void **state)
{
	struct scene *s = scene_new(scene_lesson);
	struct histogram h = {.ticks = &s->worker_hist,
			      .ns_per_tick = 0.5,
			      .summary = &s->snap.worker_latency,
			      .role = ROLE_INITIATOR,
			      .baseline_ticks = &s->worker_hist};

	(void)state;
	for (int w = 0; w <= 54; w += 2)
		for (int rows = 0; rows <= 12; rows++) {
			struct canvas c = poisoned(GLYPHS_BRAILLE);
			struct rect r = {3, 2, w, rows};
			bool drawn = histogram_draw(&c, r, &h);

			assert_only_inside(&c, r);
			if (drawn && rows >= 3) {
				char *text = canvas_dump(&c, false);

				assert_non_null(strstr(text, "max 4"));
				assert_non_null(strstr(text, "p50 "));
				/* One of 20,001, in a class of its own. */
				if (rows >= 11)
					assert_non_null(strstr(text, "▏"));
				free(text);
			}
			canvas_fini(&c);
		}
	struct hist_view empty = {.total = 0};
	struct canvas c = poisoned(GLYPHS_BRAILLE);

	h.ticks = &empty;
	assert_false(histogram_draw(&c, (struct rect){0, 0, 50, 8}, &h));
	canvas_fini(&c);
	scene_free(s);
}

static void cpus_fold_by_groups(void **state)
{
	static uint64_t counts[8192];
	static const int sizes[] = {1, 2, 7, 64, 512, 8192};
	int cpus[2] = {0, 1};

	(void)state;
	assert_int_equal(cpu_bars_group(2, 8), 1);
	assert_int_equal(cpu_bars_group(64, 8), 8);
	assert_int_equal(cpu_bars_group(512, 8), 64);
	assert_int_equal(cpu_bars_group(9, 8), 2);
	counts[0] = counts[1] = 1000;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (int rows = 0; rows <= 12; rows++) {
			struct cpu_rates k = {counts, sizes[i], 1.0, cpus, 2, 0};
			struct canvas c = poisoned(GLYPHS_BRAILLE);
			struct rect r = {3, 2, 40, rows};

			cpu_bars_draw(&c, r, &k);
			cpu_map_draw(&c, r, &k);
			assert_only_inside(&c, r);
			canvas_fini(&c);
		}
}

/* In every set of characters, above the line, and only where there was noise. */
static void noisy_intervals_are_marked(void **state)
{
	struct scene_options noisy = scene_lesson;
	struct scene *quiet = scene_new(scene_lesson);
	struct rect r = {2, 1, W - 4, H - 2};

	(void)state;
	noisy.noisy = true;
	struct scene *s = scene_new(noisy);
	struct plot p = plot_of_runtime(s->series),
		    still = plot_of_runtime(quiet->series);
	int foot = r.y + r.h - 2;

	assert_int_equal(plot_noise(&still), 0);
	assert_int_equal(plot_noise(&p), 1 << NOISE_STEAL | 1 << NOISE_SWITCHES);
	for (int set = 0; set < 3; set++) {
		struct canvas c = poisoned((enum glyph_set)set);
		int marks = 0;

		plot_draw(&c, r, &p);
		assert_only_inside(&c, r);
		for (int x = r.x; x < r.x + r.w; x++) {
			marks += canvas_at(&c, x, foot)->code == '!';
			assert_int_not_equal(canvas_at(&c, x, foot - 1)->code, '!');
		}
		/* A second of thirty on 48 columns, and a tenth of one. */
		assert_in_range(marks, 3, 5);
		canvas_fini(&c);
	}
	p.time.to_s = 5; /* before the first of them */
	assert_int_equal(plot_noise(&p), 0);
	scene_free(s);
	scene_free(quiet);
}

/* Whatever the curve does there, a name begins at its vertical and ends in a blank. */
static void names_of_markers_stand_clear(void **state)
{
	struct rng rng = {3};

	(void)state;
	for (int trial = 0; trial < 40; trial++) {
		struct series *s = series_new(2);
		struct plot p = plot_of_runtime(s);
		struct canvas c = poisoned(GLYPHS_BRAILLE);
		struct marker m = {.t_s = 1 + trial * 0.7,
				   .what = "threads",
				   .from = "1",
				   .to = "2"};
		struct sample x = {.elapsed_s = 0.1};
		char *text;

		for (int i = 1; i <= 300; i++) {
			x.t_s = i * 0.1;
			sample_put(&x, CH_WORKER_NS, 1e8, QUALITY_EXACT);
			sample_put(&x, CH_OPS, 100 + 1e5 * rng_unit(&rng),
				   QUALITY_EXACT);
			series_add(s, &x);
		}
		series_mark(s, &m);
		plot_draw(&c, (struct rect){4, 2, 54, 10}, &p);
		text = canvas_dump(&c, false);
		if (!strstr(text, "┊threads 1▸2 ") && !strstr(text, " threads 1▸2┊"))
			fail_msg("%s", text);
		free(text);
		canvas_fini(&c);
		series_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_but_zero_has_a_plain_axis),
		cmocka_unit_test(noisy_intervals_are_marked),
		cmocka_unit_test(round_numbers_round),
		cmocka_unit_test(scales_hold_their_values),
		cmocka_unit_test(the_time_axis_stands_still_and_holds_now),
		cmocka_unit_test(plots_stay_in_their_rectangle),
		cmocka_unit_test(names_of_markers_stand_clear),
		cmocka_unit_test(absent_values_leave_a_gap),
		cmocka_unit_test(a_spike_outlives_thinning),
		cmocka_unit_test(histograms_stay_inside_and_show_the_largest),
		cmocka_unit_test(cpus_fold_by_groups),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
