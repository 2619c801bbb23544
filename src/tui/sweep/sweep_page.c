/* SPDX-License-Identifier: MIT */
/*
 * The sweep as it forms: one swept key is a plot with confidence bars and a table of
 * its points, several are a heat map. The last rows say what it comes to so far, which
 * run is made and how long the rest takes. An interval needs two runs of a point; until
 * then there is none.
 */
#include "tui/sweep/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/compare_stats.h"
#include "tlblab/base/text.h"
#include "tlblab/draw/curves.h"
#include "tlblab/draw/heat_map.h"

enum { TABLE_W = 46, SIDE_FROM_W = 110, TABLE_MIN_H = 5, TABLE_HEAD = 3 };

#define LOG_FROM_RATIO 8 /* swept values this far apart are spread by logarithm */

static const struct sweep_axis *axis_across(const struct sweep *s)
{
	return &s->preset.sweep[s->preset.n_axes - 1];
}

static const struct stats *stats_at(const struct sweep *s, int row, int column)
{
	return &sweep_at(s, row, column)->metric[s->metric];
}

static double mean_at(const void *self, int row, int column)
{
	const struct stats *st = stats_at(self, row, column);

	return st->n ? st->mean : NAN;
}

static double half_at(const void *self, int row, int column)
{
	const struct stats *st = stats_at(self, row, column);

	return st->n > 1 ? (st->ci95_high - st->ci95_low) / 2 : NAN;
}

static const char *row_label(const void *self, int row, char *buf, size_t bytes)
{
	return sweep_row_text(self, row, buf, bytes);
}

static const char *column_label(const void *self, int column)
{
	return axis_across(self)->values[column];
}

static const char *key_label(const char *key)
{
	return strncmp(key, "params.", 7) ? key : key + 7;
}

/* Places on the x axis: the values themselves where all are numbers, else one after
 * the other. Numbers are drawn in ascending order whatever order they were given in. */
static bool places_of(const struct sweep_axis *axis, double *xs, int *order)
{
	double low = INFINITY, high = -INFINITY;
	bool numbers = true;

	for (int i = 0; i < axis->n; i++) {
		order[i] = i;
		numbers = numbers && !text_to_double(axis->values[i], &xs[i]);
	}
	for (int i = 0; i < axis->n && !numbers; i++)
		xs[i] = i;
	for (int i = 1; i < axis->n; i++)
		for (int k = i; k > 0 && xs[order[k]] < xs[order[k - 1]]; k--) {
			int kept = order[k];

			order[k] = order[k - 1];
			order[k - 1] = kept;
		}
	for (int i = 0; i < axis->n; i++) {
		low = fmin(low, xs[i]);
		high = fmax(high, xs[i]);
	}
	return numbers && low > 0 && high / low >= LOG_FROM_RATIO;
}

static void plot_draw_points(struct canvas *c, struct rect r, const struct sweep *s)
{
	const struct sweep_axis *axis = axis_across(s);
	struct curve_point points[PRESET_MAX_STEPS];
	const char *labels[PRESET_MAX_STEPS];
	double places[PRESET_MAX_STEPS], xs[PRESET_MAX_STEPS];
	int order[PRESET_MAX_STEPS];
	bool log_x = places_of(axis, places, order);

	for (int i = 0; i < axis->n; i++) {
		int k = order[i];
		double mean = mean_at(s, 0, k), half = half_at(s, 0, k);

		xs[i] = places[k];
		labels[i] = axis->values[k];
		points[i] = (struct curve_point){xs[i], mean, mean - half, mean + half};
	}
	const struct curve curve = {"", points, axis->n, ROLE_INITIATOR, 0x25CF};
	const struct curves curves = {
		.curves = &curve,
		.n = 1,
		.unit = metric_table[s->metric].unit,
		.log_y = !s->linear,
		.log_x = log_x,
		.xs = xs,
		.labels = labels,
		.n_labels = axis->n,
		.band = NAN,
	};
	if (!curves_draw(c, r, &curves))
		canvas_text(c, r.x + 1, r.y, r.w - 2, ROLE_DIM,
			    "the first run is under way");
}

static int table_draw(struct canvas *c, struct rect r, const struct sweep *s,
		      int scroll)
{
	const struct sweep_axis *axis = axis_across(s);
	const char *unit = metric_table[s->metric].unit;
	struct rect in = rect_inner(r), old = canvas_clip(c, in);
	int value_w = in.w - 32;
	char buf[32], half[40];

	canvas_text(c, in.x + 1, in.y, value_w, ROLE_DIM, key_label(axis->key));
	canvas_text_right(c, in.x + value_w + 11, in.y, 10, ROLE_DIM, "mean");
	canvas_text_right(c, in.x + value_w + 23, in.y, 11, ROLE_DIM, "±95 %");
	canvas_text_right(c, in.x + in.w - 1, in.y, 6, ROLE_DIM, "runs");
	for (int i = scroll; i < axis->n && i - scroll < in.h - 1; i++) {
		const struct stats *st = stats_at(s, 0, i);
		int y = in.y + 1 + i - scroll;

		canvas_text(c, in.x + 1, y, value_w, ROLE_NORMAL, axis->values[i]);
		text_quantity(buf, sizeof(buf), mean_at(s, 0, i), unit);
		canvas_text_right(c, in.x + value_w + 11, y, 10, ROLE_ACCENT, buf);
		text_quantity(buf, sizeof(buf), half_at(s, 0, i), unit);
		snprintf(half, sizeof(half), "%s%s", st->n > 1 ? "±" : "", buf);
		canvas_text_right(c, in.x + value_w + 23, y, 11, ROLE_NORMAL, half);
		snprintf(buf, sizeof(buf), "%zu", st->n);
		canvas_text_right(c, in.x + in.w - 1, y, 6, ROLE_NORMAL, buf);
	}
	canvas_unclip(c, old);
	return axis->n > in.h - 1 ? axis->n - (in.h - 1) : 0;
}

static int heat_draw(struct canvas *c, struct rect r, const struct sweep *s, int scroll)
{
	const struct plan_run *run = sweep_next(s);
	const struct heat_map map = {
		.rows = sweep_rows(s),
		.columns = sweep_columns(s),
		.value = mean_at,
		.half_width = half_at,
		.row_label = row_label,
		.column_label = column_label,
		.self = s,
		.unit = metric_table[s->metric].unit,
		.log = !s->linear,
		.mark_row = run ? run->point / sweep_columns(s) : -1,
		.mark_column = run ? run->point % sweep_columns(s) : -1,
	};

	return heat_map_draw(c, r, &map, scroll);
}

static void state_done_text(const struct sweep *s, char *buf, size_t bytes)
{
	if (*s->failure)
		snprintf(buf, bytes, "✗ ended after %d of %d runs: %s", s->n_records,
			 s->plan.n_runs, s->failure);
	else if (s->stopped_early)
		snprintf(buf, bytes, "■ stopped after %d of %d runs", s->n_records,
			 s->plan.n_runs);
	else
		snprintf(buf, bytes, "■ all %d runs made, in random order (seed %llu)",
			 s->plan.n_runs, (unsigned long long)s->preset.experiment.seed);
}

static void state_draw(struct canvas *c, struct rect r, const struct view *v,
		       const struct sweep *s)
{
	const struct plan_run *run = sweep_next(s);
	char text[640], point[160], left[32], right[48];
	enum role role = *s->failure ? ROLE_WARNING : ROLE_NORMAL;

	if (!run) {
		state_done_text(s, text, sizeof(text));
		canvas_text(c, r.x, r.y, r.w, role, text);
		return;
	}
	snprintf(text, sizeof(text), "%s run %d of %d: %s, repeat %d of %d%s",
		 s->state == SWEEP_PAUSED ? "‖ paused before" : "●", s->n_records + 1,
		 s->plan.n_runs,
		 plan_point_text(&s->preset, run->point, point, sizeof(point)),
		 run->repeat + 1, s->preset.experiment.repeats,
		 s->state == SWEEP_PAUSED	      ? ""
		 : v->snap->phase == SESSION_STARTING ? ", starting"
		 : v->snap->phase == SESSION_WARMUP   ? ", warm-up"
						      : "");
	snprintf(right, sizeof(right), "%s left",
		 text_elapsed(left, sizeof(left), sweep_left_s(s)));
	canvas_text(c, r.x, r.y, r.w - 16, role, text);
	canvas_text_right(c, r.x + r.w, r.y, 15, ROLE_ACCENT, right);
}

/* Beyond this a factor says more than per cent. */
static const double factor_from_pct = 100;

/* What the sweep came to, between its ends: those were chosen before anything was
 * measured, where the lowest and the highest point would be picked for being far
 * apart. */
static void answer_text(const struct sweep *s, char *buf, size_t bytes)
{
	const struct stats *first = &s->points[0].metric[s->metric];
	const struct stats *last = &s->points[s->plan.n_points - 1].metric[s->metric];
	struct stats_difference d;

	*buf = '\0';
	if (s->plan.n_points < 2)
		return;
	if (first->n < 2 || last->n < 2) {
		if (s->state == SWEEP_DONE && first->n && last->n)
			text_copy(
				buf, bytes,
				"No interval so far: the first and the last point need "
				"two runs each.");
		return;
	}
	for (int i = 0; i < s->preset.n_axes; i++)
		text_append(buf, bytes, "%s%s %s ▸ %s", i ? ", " : "",
			    key_label(s->preset.sweep[i].key),
			    s->preset.sweep[i].values[0],
			    s->preset.sweep[i].values[s->preset.sweep[i].n - 1]);
	stats_difference_of(first, last, STATS_WELCH, &d);
	if (isnan(d.ci95_low_pct) || isnan(d.ci95_high_pct))
		text_append(buf, bytes, ": no difference proven");
	else if (d.ci95_low <= 0 && d.ci95_high >= 0)
		text_append(buf, bytes,
			    ": no difference proven (95 %% interval %+.0f to %+.0f %%)",
			    d.ci95_low_pct, d.ci95_high_pct);
	else if (d.difference_pct >= factor_from_pct)
		text_append(buf, bytes, ": %.2fx (95 %% interval %.2fx to %.2fx)",
			    1 + d.difference_pct / 100, 1 + d.ci95_low_pct / 100,
			    1 + d.ci95_high_pct / 100);
	else
		text_append(buf, bytes, ": %+.1f %% (95 %% interval %+.1f to %+.1f)",
			    d.difference_pct, d.ci95_low_pct, d.ci95_high_pct);
}

static void title_draw(struct canvas *c, struct rect r, const struct sweep *s)
{
	char title[160], keys[96] = "", words[64];

	for (int i = 0; i < s->preset.n_axes; i++)
		text_append(keys, sizeof(keys), "%s%s", i ? " and " : "",
			    key_label(s->preset.sweep[i].key));
	snprintf(title, sizeof(title), "%s against %s", metric_table[s->metric].title,
		 keys);
	snprintf(words, sizeof(words), "mean of runs, 95 %% interval%s",
		 s->linear ? "" : ", log");
	frame_title(c, r, title, words, "");
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct sweep *s = sweep_of(v->app);
	const struct rect r = l->page;
	struct rect plot = r, table = r, in;
	bool one = s->preset.n_axes == 1;
	int scroll_max = 0;
	char answer[320];

	if (s->state == SWEEP_NONE)
		return 0;
	if (one && r.w >= SIDE_FROM_W) {
		plot.w = r.w - TABLE_W + 1;
		table.x = r.x + plot.w - 1;
		table.w = TABLE_W;
	} else if (one) {
		int h = axis_across(s)->n + TABLE_HEAD;

		h = h > r.h / 3 ? r.h / 3 : h < TABLE_MIN_H ? TABLE_MIN_H : h;
		plot.h = r.h - h + 1;
		table.y = r.y + plot.h - 1;
		table.h = h;
	}
	canvas_box(c, plot, ROLE_BORDER);
	if (one)
		canvas_box(c, table, ROLE_BORDER);
	title_draw(c, plot, s);
	in = rect_inner(plot);
	in.h -= 2;
	if (one) {
		plot_draw_points(c, in, s);
		scroll_max = table_draw(c, table, s, v->app->scroll);
		frame_title(c, table, "Points", "", "");
	} else {
		in.x++;
		in.w -= 2;
		scroll_max = heat_draw(c, in, s, v->app->scroll);
	}
	answer_text(s, answer, sizeof(answer));
	canvas_text(c, plot.x + 2, plot.y + plot.h - 3, plot.w - 4, ROLE_ACCENT,
		    answer);
	state_draw(c, (struct rect){plot.x + 2, plot.y + plot.h - 2, plot.w - 4, 1}, v,
		   s);
	return scroll_max;
}

static const struct about about_sweep = {
	.name = "Sweep",
	.unit = "the metric's own; the bars are a 95 % interval of the mean",
	.counts = "Each point is the mean over the repeats of one combination of "
		  "settings; repeats come in random order, so that drift of the "
		  "machine does not look like an effect.",
	.counts_not = "The spread inside a run: a point is made of one number a run.",
	.comes_from = "The same bench, run over and over; the interval is that of "
		      "Student over the repeats.",
	.misleads = "Few repeats make wide intervals, and with one there is none. "
		    "Two points differ when their intervals are apart; when they "
		    "overlap, more repeats tell.",
	.checks = about_timing_checks,
};

static const struct about *const abouts[] = {&about_sweep, NULL};

static const char *word(const struct view *v, const struct binding *b)
{
	enum sweep_state state = sweep_of(v->app)->state;

	if (b->action != ACTION_RUN)
		return b->foot;
	return state == SWEEP_RUNNING  ? "pause"
	       : state == SWEEP_PAUSED ? "go on"
				       : "rerun";
}

const struct page_desc sweep_page = {
	.name = "sweep",
	.context = CONTEXT_OF(MODE_SWEEP),
	.draw = page_draw,
	.abouts = abouts,
	.act = sweep_act,
	.word = word,
};
