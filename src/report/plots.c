/* SPDX-License-Identifier: MIT */
/*
 * From results to charts: a line for each point of a sweep, its first run; beyond
 * CHART_LINES points the rest is in the tables. Over time, points share a column as
 * mean, lowest and highest, so that a spike stays visible.
 */
#include "report/plots.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/plan.h"
#include "tlblab/lab/summary.h"

plots_maker *const plots_all[] = {plots_by_point, plots_tune, plots_over_time,
				  plots_latency};
const int plots_all_n = sizeof(plots_all) / sizeof(plots_all[0]);

int report_n_points(const struct result_data *d)
{
	int n = 0;

	for (int i = 0; i < d->n_runs; i++)
		n = d->runs[i]->point >= n ? d->runs[i]->point + 1 : n;
	return n;
}

const struct run_record *report_run_of(const struct result_data *d, int point)
{
	for (int i = 0; i < d->n_runs; i++)
		if (d->runs[i]->point == point)
			return d->runs[i];
	return NULL;
}

const char *report_point_name(const struct result_data *d, int point, char *buf,
			      size_t buf_bytes)
{
	plan_point_text(&d->preset, point, buf, buf_bytes);
	if (!*buf)
		snprintf(buf, buf_bytes, "%s",
			 *d->preset.name ? d->preset.name : "the run");
	return buf;
}

static void chart_clear(struct chart *c)
{
	c->n_lines = c->n_markers = c->n_noise = 0;
	c->log_x = c->log_y = c->few_x = false;
}

static void title_begin(struct chart *c)
{
	if (c->title[0] >= 'a' && c->title[0] <= 'z')
		c->title[0] = (char)(c->title[0] - 'a' + 'A');
}

static struct chart_line *line_add(struct chart *c, const struct result_data *d,
				   int point)
{
	struct chart_line *line = &c->lines[c->n_lines++];

	line->n = 0;
	report_point_name(d, point, line->name, sizeof(line->name));
	return line;
}

static void series_line(struct chart_line *line, const struct series *s, enum metric m)
{
	int n = series_count(s), group = (n + CHART_POINTS - 1) / CHART_POINTS;

	for (int i = 0; i < n; i += group) {
		struct chart_point p = {.y = 0, .low = NAN, .high = NAN};
		int counted = 0;

		for (int k = i; k < i + group && k < n; k++) {
			const struct series_point *point = series_at(s, k);
			struct reading v = metric_of(m, &point->sample);

			p.x = point->sample.t_s;
			if (!reading_present(v))
				continue;
			p.y += v.value;
			p.low = fmin(p.low, point->low[m]);
			p.high = fmax(p.high, point->high[m]);
			counted++;
		}
		p.y = counted ? p.y / counted : NAN;
		line->points[line->n++] = p;
	}
}

static void series_markers(struct chart *c, const struct series *s)
{
	for (int i = 0; i < series_n_markers(s) && c->n_markers < CHART_MARKERS; i++) {
		const struct marker *m = series_marker(s, i);
		struct chart_marker *out = &c->markers[c->n_markers++];

		out->x = m->t_s;
		snprintf(out->name, sizeof(out->name), "%s%s%s%s%s", m->what,
			 *m->from ? " " : "", m->from, *m->to ? " → " : "", m->to);
	}
}

static void series_noise(struct chart *c, const struct series *s)
{
	unsigned int seen = 0;

	for (int i = 0; i < series_count(s); i++) {
		const struct sample *x = &series_at(s, i)->sample;

		seen |= x->noise;
		if (x->noise && c->n_noise < CHART_POINTS)
			c->noise[c->n_noise++] = x->t_s - x->elapsed_s / 2;
	}
	c->noise_words[0] = '\0';
	for (int kind = 0; kind < NOISE_KINDS; kind++)
		if (seen & 1u << kind)
			text_append(c->noise_words, sizeof(c->noise_words), "%s%s",
				    *c->noise_words ? ", " : "", noise_word[kind]);
}

static const struct {
	enum metric metric;
	const char *y_title;
	bool log;
} over_time[] = {
	{METRIC_NS_PER_OP, "time per operation", true},
	{METRIC_SHOOTDOWNS_PER_S, "received, per second", false},
	{METRIC_CPUS_TOLD_PER_S, "CPUs told, per second", false},
	{METRIC_FULL_FLUSHES_PER_OP, "per operation", false},
	{METRIC_RANGED_FLUSHES_PER_OP, "per operation", false},
	{METRIC_DTLB_WALK_CYCLES_PCT, "% of cycles", false},
	{METRIC_VICTIM_SLOWDOWN, "1 is unharmed", false},
	{METRIC_VICTIM_STALL_MAX_NS, "longest stall", true},
};

bool report_tells_shootdowns(const struct result_data *d)
{
	for (int i = 0; i < d->n_runs; i++)
		if (d->runs[i] && d->runs[i]->told_source > TOLD_ROW)
			return false;
	return true;
}

/* One of the two, by point: that which these runs counted. */
static enum metric receivers_metric(const struct result_data *d)
{
	return report_tells_shootdowns(d) ? METRIC_SHOOTDOWNS_PER_OP
					  : METRIC_CPUS_TOLD_PER_OP;
}

bool plots_over_time(const struct report_file *f, int i, struct chart *c)
{
	const struct result_data *d = f->data;
	int n = report_n_points(d);

	if (i >= (int)(sizeof(over_time) / sizeof(over_time[0])))
		return false;
	if (over_time[i].metric == METRIC_CPUS_TOLD_PER_S && report_tells_shootdowns(d))
		n = 0;
	chart_clear(c);
	snprintf(c->title, sizeof(c->title), "%s",
		 metric_table[over_time[i].metric].title);
	title_begin(c);
	c->kind = CHART_LINE;
	c->x_title = "time since the start of the run";
	c->x_unit = "s";
	c->y_title = over_time[i].y_title;
	c->y_unit = metric_table[over_time[i].metric].unit;
	c->log_y = over_time[i].log;
	for (int point = 0; point < n && c->n_lines < CHART_LINES; point++) {
		const struct run_record *run = report_run_of(d, point);

		if (!run || !run->series)
			continue;
		series_line(line_add(c, d, point), run->series, over_time[i].metric);
		if (n == 1) {
			series_markers(c, run->series);
			series_noise(c, run->series);
		}
	}
	return true;
}

enum { STEPS_PER_DECADE = 20, HIST_STEPS = 12 * STEPS_PER_DECADE };

/* The share of operations in each of equal steps of the log axis, so that heights can
 * be compared wherever they stand. A bucket wider than a step spreads over several. */
static void hist_line(struct chart_line *line, const struct hist_view *h, double tick)
{
	double share[HIST_STEPS] = {0};
	int first = HIST_STEPS, last = -1;
	uint64_t low, high;

	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		if (!h->count[b])
			continue;
		hist_bucket_range(b, &low, &high);

		double from = log10(fmax((double)low, 0.5) * tick) * STEPS_PER_DECADE;
		double to = log10((double)high * tick) * STEPS_PER_DECADE;
		int first_step = from > 0 ? (int)from : 0;
		int last_step = to > first_step + 1 ? (int)ceil(to) - 1 : first_step;

		for (int k = first_step; k <= last_step && k < HIST_STEPS; k++) {
			double overlap = fmin(k + 1, to) - fmax(k, from);

			share[k] +=
				first_step == last_step
					? (double)h->count[b]
					: (double)h->count[b] * overlap / (to - from);
			first = k < first ? k : first;
			last = k > last ? k : last;
		}
	}
	for (int k = first; k <= last + 1 && line->n < CHART_POINTS; k++)
		line->points[line->n++] = (struct chart_point){
			pow(10, (double)k / STEPS_PER_DECADE),
			k <= last ? 100 * share[k] / (double)h->total : 0, NAN, NAN};
}

bool plots_latency(const struct report_file *f, int i, struct chart *c)
{
	const struct result_data *d = f->data;
	int n = report_n_points(d);

	if (i > 1)
		return false;
	chart_clear(c);
	text_copy(c->title, sizeof(c->title),
		  i ? "Stalls of the victims" : "Latency of single operations");
	c->kind = CHART_STEPS;
	c->log_x = true;
	c->x_title = i ? "length of a stall" : "time of an operation";
	c->x_unit = "ns";
	c->y_title = "% of them, in steps of a twentieth of a factor of ten";
	c->y_unit = "%";
	for (int point = 0; point < n && c->n_lines < CHART_LINES; point++) {
		const struct run_record *run = report_run_of(d, point);
		struct hist_view all = {.total = 0};
		int members = !run ? 0 : i ? run->n_victims : run->n_workers;

		for (int w = 0; w < members; w++)
			hist_view_merge(&all, i ? &run->victims[w].latency
						: &run->workers[w].latency);
		if (all.total)
			hist_line(line_add(c, d, point), &all, run->ns_per_tick);
	}
	return true;
}

/* The swept key's value as a number, where it is one. */
static bool point_x(const struct preset *p, int point, double *x)
{
	return p->n_axes == 1 && point < p->sweep[0].n &&
	       !text_to_double(p->sweep[0].values[point], x);
}

bool plots_by_point(const struct report_file *f, int i, struct chart *c)
{
	const struct result_data *d = f->data;
	const enum metric metrics[] = {METRIC_NS_PER_OP, receivers_metric(d),
				       METRIC_VICTIM_SLOWDOWN};
	int n = report_n_points(d);
	struct point_summary summary[PRESET_MAX_STEPS];
	double x;

	if (i >= 3 || n < 2 || n > PRESET_MAX_STEPS || !point_x(&d->preset, 0, &x) ||
	    points_summarise(d->runs, d->n_runs, n, summary))
		return false;
	chart_clear(c);
	const char *key = d->preset.sweep[0].key;

	key += strncmp(key, "params.", 7) ? 0 : 7;
	snprintf(c->title, sizeof(c->title), "%s by %s", metric_table[metrics[i]].title,
		 key);
	title_begin(c);
	c->kind = CHART_DOTS;
	c->x_title = key;
	c->few_x = true;
	c->x_unit = "";
	c->y_title = "mean and 95 % interval over the runs";
	c->y_unit = metric_table[metrics[i]].unit;
	c->lines[0].n = 0;
	c->lines[0].name[0] = '\0';
	c->n_lines = 1;
	for (int point = 0; point < n; point++) {
		const struct stats *s = &summary[point].metric[metrics[i]];

		if (s->n && point_x(&d->preset, point, &x))
			c->lines[0].points[c->lines[0].n++] = (struct chart_point){
				x, s->mean, s->ci95_low, s->ci95_high};
	}
	return true;
}

bool plots_tune(const struct report_file *f, int i, struct chart *c)
{
	const struct result_tune_data *t = f->data->tune;

	if (!t || i > 0)
		return false;
	chart_clear(c);
	text_copy(c->title, sizeof(c->title), "What a flush costs all CPUs together");
	c->kind = CHART_DOTS;
	c->log_x = true;
	c->x_title = "pages flushed";
	c->x_unit = "";
	c->y_title = "time per flush, 95 % intervals";
	c->y_unit = "ns";
	for (int full = 0; full < 2; full++) {
		struct chart_line *line = &c->lines[c->n_lines++];
		const struct stats *costs = full ? t->full : t->ranged;

		line->n = 0;
		text_copy(line->name, sizeof(line->name),
			  full ? "whole TLB" : "page by page");
		for (int s = 0; s < t->n_sizes; s++)
			line->points[line->n++] = (struct chart_point){
				t->pages[s], costs[s].mean, costs[s].ci95_low,
				costs[s].ci95_high};
	}
	if (isfinite(t->crossover.estimate) && t->crossover.estimate > 0) {
		c->markers[0].x = t->crossover.estimate;
		text_copy(c->markers[0].name, sizeof(c->markers[0].name), "crossover");
		c->n_markers = 1;
	}
	return true;
}
