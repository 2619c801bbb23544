/* SPDX-License-Identifier: MIT */
/* The figures: a row a point with what matters most, then latencies, what only the
 * workload counts, everything else, and the checks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/markup.h"
#include "report/page.h"
#include "report/plots.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/latency.h"
#include "tlblab/lab/summary.h"

static const struct {
	enum metric metric;
	const char *title;
} headline[] = {
	{METRIC_NS_PER_OP, "runtime per operation"},
	{METRIC_SHOOTDOWNS_PER_OP, "shootdowns per operation"},
	{METRIC_CPUS_TOLD_PER_OP, "CPUs told per operation"},
	{METRIC_FULL_FLUSHES_PER_OP, "full flushes"},
	{METRIC_RANGED_FLUSHES_PER_OP, "page by page"},
	{METRIC_DTLB_WALK_CYCLES_PCT, "page walks"},
	{METRIC_VICTIM_SLOWDOWN, "victim slowdown"},
	{METRIC_VICTIM_STALL_P99_NS, "victim stall p99"},
};
enum { N_HEADLINE = sizeof(headline) / sizeof(headline[0]) };

void page_cell(struct buffer *b, double value, const char *unit)
{
	char text[32];

	markup(b, "<td class=\"n\">");
	markup_text(b, text_quantity(text, sizeof(text), value, unit));
	markup(b, "</td>");
}

/* NULL when memory is short or nothing was run. The caller frees it. */
static struct point_summary *points_of(const struct result_data *d, int *n)
{
	*n = report_n_points(d);

	struct point_summary *points = calloc((size_t)*n + 1, sizeof(*points));

	if (points && *n && !points_summarise(d->runs, d->n_runs, *n, points))
		return points;
	free(points);
	return NULL;
}

static bool has_interval(const struct stats *s)
{
	return s->n > 1 && isfinite(s->ci95_low) && isfinite(s->ci95_high);
}

static void interval_text(const struct stats *s, const char *unit, char *buf,
			  size_t bytes)
{
	char low[32], high[32];

	buf[0] = '\0';
	if (has_interval(s))
		text_append(buf, bytes, "%s to %s",
			    text_quantity(low, sizeof(low), s->ci95_low, unit),
			    text_quantity(high, sizeof(high), s->ci95_high, unit));
}

static void point_cell(struct buffer *b, const struct result_data *d, int point)
{
	char name[128];

	markup(b, "<th>");
	markup_text(b, report_point_name(d, point, name, sizeof(name)));
	markup(b, "</th>");
}

static bool measured(const struct point_summary *points, int n, enum metric m)
{
	for (int p = 0; p < n; p++)
		if (points[p].metric[m].n)
			return true;
	return false;
}

/* By the row the CPUs told are the shootdowns, which have their column. */
static bool has_column(const struct result_data *d, const struct point_summary *points,
		       int n, enum metric m)
{
	if (m == METRIC_CPUS_TOLD_PER_OP && report_tells_shootdowns(d))
		return false;
	return measured(points, n, m);
}

static void headline_row(struct buffer *b, const struct result_data *d,
			 const struct point_summary *points, int n, int p)
{
	for (int h = 0; h < N_HEADLINE; h++) {
		const struct stats *s = &points[p].metric[headline[h].metric];
		const char *unit = metric_table[headline[h].metric].unit;
		char mean[32], interval[80];

		if (!has_column(d, points, n, headline[h].metric))
			continue;
		interval_text(s, unit, interval, sizeof(interval));
		markup(b, "<td class=\"n\"><b>");
		markup_text(b, text_quantity(mean, sizeof(mean), s->n ? s->mean : NAN,
					     unit));
		markup(b, "</b>");
		if (*interval) {
			markup(b, "<br><span class=\"d\">");
			markup_text(b, interval);
			markup(b, "</span>");
		}
		markup(b, "</td>");
	}
}

void page_put_summary(struct buffer *b, const struct result_data *d)
{
	int n;
	struct point_summary *points = points_of(d, &n);
	bool intervals = false;

	if (!points)
		return;
	markup(b, "<table class=\"s\">\n<tr><td></td>");
	for (int h = 0; h < N_HEADLINE; h++)
		if (has_column(d, points, n, headline[h].metric))
			markup(b, "<th class=\"n\">%s</th>", headline[h].title);
	markup(b, "</tr>\n");
	for (int p = 0; p < n; p++) {
		if (!points[p].n_runs)
			continue;
		markup(b, "<tr>");
		point_cell(b, d, p);
		headline_row(b, d, points, n, p);
		markup(b, "</tr>\n");
		intervals |= has_interval(&points[p].metric[METRIC_NS_PER_OP]);
	}
	markup(b, "</table>\n<p class=\"d\">%s</p>\n",
	       intervals ? "Mean over the runs, and its 95 % interval: each run is one "
			   "observation."
			 : "One run each: how far they would differ from one another "
			   "is not known.");
	free(points);
}

void page_put_figures(struct buffer *b, const struct result_data *d)
{
	int n;
	struct point_summary *points = points_of(d, &n);
	char interval[80];

	if (!points)
		return;
	markup(b, "<h3>All figures</h3>\n<table>\n<tr><th></th><th></th><th "
		  "class=\"n\">mean</th><th>95 %% interval</th><th "
		  "class=\"n\">runs</th></tr>\n");
	for (int p = 0; p < n; p++) {
		bool first = true;

		for (int m = 0; m < METRIC_N; m++) {
			const struct stats *s = &points[p].metric[m];
			const char *unit = metric_table[m].unit;

			if (!s->n)
				continue;
			markup(b, first ? "<tr class=\"p\">" : "<tr>");
			if (first)
				point_cell(b, d, p);
			else
				markup(b, "<td></td>");
			first = false;
			markup(b, "<td>");
			markup_text(b, metric_table[m].title);
			markup(b, "</td>");
			page_cell(b, s->mean, unit);
			markup(b, "<td class=\"d\">");
			interval_text(s, unit, interval, sizeof(interval));
			markup_text(b, interval);
			markup(b, "</td><td class=\"n\">%zu</td></tr>\n", s->n);
		}
	}
	markup(b, "</table>\n");
	free(points);
}

static void latency_row(struct buffer *b, const struct result_data *d, int point,
			bool victims)
{
	const struct run_record *run = report_run_of(d, point);
	struct hist_view all = {.total = 0};
	struct latency_summary l;
	double max_ns = NAN;
	int n = !run ? 0 : victims ? run->n_victims : run->n_workers;

	for (int i = 0; i < n; i++) {
		const struct worker_record *w =
			victims ? &run->victims[i] : &run->workers[i];

		hist_view_merge(&all, &w->latency);
		max_ns = fmax(max_ns, w->max_ns);
	}
	if (!all.total)
		return;
	latency_summarise(&all, run->ns_per_tick, max_ns, &l);
	markup(b, "<tr>");
	point_cell(b, d, point);
	markup(b, "<td>%s</td>", victims ? "a victim's stall" : "an operation");
	page_cell(b, (double)l.count, "");
	page_cell(b, l.p50_ns, "ns");
	page_cell(b, l.p90_ns, "ns");
	page_cell(b, l.p99_ns, "ns");
	page_cell(b, l.p999_ns, "ns");
	page_cell(b, l.max_ns, "ns");
	markup(b, "</tr>\n");
}

void page_put_latency(struct buffer *b, const struct result_data *d)
{
	markup(b,
	       "<h3>Latencies</h3>\n<table>\n<tr><th></th><th></th><th class=\"n\">timed</th><th "
	       "class=\"n\">p50</th><th class=\"n\">p90</th><th "
	       "class=\"n\">p99</th><th class=\"n\">p99.9</th><th "
	       "class=\"n\">longest</th></tr>\n");
	for (int p = 0; p < report_n_points(d); p++)
		for (int victims = 0; victims < 2; victims++)
			latency_row(b, d, p, victims);
	markup(b, "</table>\n");
}

static void extras_rows(struct buffer *b, const struct result_data *d, int point,
			const struct run_record *run, const struct workload_desc *w)
{
	for (int i = 0; i < w->n_extras; i++) {
		const struct extra_desc *e = &w->extras[i];

		if (!extras_have(&run->total.extras, i))
			continue;
		markup(b, "<tr>");
		point_cell(b, d, point);
		markup(b, "<td>");
		markup_text(b, e->name);
		markup(b, "</td>");
		page_cell(b, run->total.extras.value[i], e->unit);
		markup(b, "<td class=\"d\">");
		markup_text(b, e->help);
		markup(b, "</td></tr>\n");
	}
}

void page_put_extras(struct buffer *b, const struct result_data *d,
		     const struct catalogue *c)
{
	bool any = false;

	for (int p = 0; p < report_n_points(d); p++) {
		const struct run_record *run = report_run_of(d, p);
		const struct workload_desc *w =
			run ? experiment_workload(&run->config, c) : NULL;

		if (!w || !run->total.extras.known)
			continue;
		if (!any)
			markup(b, "<h3>What the workload counted itself</h3>\n"
				  "<table>\n");
		any = true;
		extras_rows(b, d, p, run, w);
	}
	if (any)
		markup(b, "</table>\n");
}

static void check_row(struct buffer *b, const struct check *k)
{
	static const char *const words[] = {[CHECK_OK] = "✓ holds",
					    [CHECK_WARN] = "! does not hold",
					    [CHECK_UNKNOWN] = "? not known"};
	static const char *const classes[] = {
		[CHECK_OK] = "ok", [CHECK_WARN] = "warn", [CHECK_UNKNOWN] = "d"};
	char name[sizeof(k->name)];

	text_copy(name, sizeof(name), k->name);
	for (char *p = name; *p; p++)
		*p = *p == '_' ? ' ' : *p;
	markup(b, "<td>");
	markup_text(b, name);
	markup(b, "</td><td class=\"%s\">%s</td><td>", classes[k->state],
	       words[k->state]);
	markup_text(b, k->observed);
	markup(b, "</td><td class=\"d\">");
	markup_text(b, *k->note ? k->note : k->expected);
	markup(b, "</td></tr>\n");
}

void page_put_checks(struct buffer *b, const struct result_data *d)
{
	markup(b, "<h3>Checks</h3>\n<table>\n<tr><th></th><th></th><th></th>"
		  "<th>observed</th><th>expected, or why</th></tr>\n");
	for (int p = 0; p < report_n_points(d); p++) {
		const struct run_record *run = report_run_of(d, p);

		for (int i = 0; run && i < run->n_checks; i++) {
			markup(b, i ? "<tr><td></td>" : "<tr class=\"p\">");
			if (!i)
				point_cell(b, d, p);
			check_row(b, &run->checks[i]);
		}
	}
	markup(b, "</table>\n");
}
