/* SPDX-License-Identifier: MIT */

/*
 * The table at the end of a run: a row for each point of the sweep, a column for each
 * metric that was measured anywhere, and under it each check that did not hold, once,
 * with the runs it did not hold in (every run's own are in the result).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands/cells.h"
#include "commands/run/output.h"
#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tlblab/lab/compare.h"
#include "tlblab/lab/failed_checks.h"
#include "tlblab/lab/summary.h"
#include "tlblab/lab/told.h"

enum { TABLE_CELL_BYTES = 64, TABLE_POINT_BYTES = 96 };

/* The metrics worth a column in a terminal; the rest is in the result file. */
static const enum metric table_metrics[] = {
	METRIC_NS_PER_OP,
	METRIC_CPUS_TOLD_PER_OP,
	METRIC_SHOOTDOWNS_PER_OP,
	METRIC_FULL_FLUSHES_PER_OP,
	METRIC_RANGED_FLUSHES_PER_OP,
	METRIC_DTLB_WALK_CYCLES_PCT,
	METRIC_DTLB_WALKS_PER_OP,
	METRIC_VICTIM_SLOWDOWN,
	METRIC_VICTIM_STALL_P99_NS,
};

enum { TABLE_METRICS = sizeof(table_metrics) / sizeof(*table_metrics) };

/* By the row the CPUs told are the shootdowns, and one column is enough. */
static bool table_repeats_told(const struct point_summary *p)
{
	return p->told == 1u << TOLD_ROW || !p->metric[METRIC_SHOOTDOWNS_PER_OP].n;
}

static bool table_has(const struct point_summary *points, int n, enum metric m)
{
	for (int i = 0; i < n; i++)
		if (points[i].metric[m].n &&
		    !(m == METRIC_SHOOTDOWNS_PER_OP && table_repeats_told(&points[i])))
			return true;
	return false;
}

/* "14.9 µs ±0.3 µs": the mean over the runs and half its 95 % interval; "1.00 ±0.01
 * (row)" where sources differ from machine to machine. What several sources counted in
 * the runs of one point has no mean. */
static const char *table_cell(const struct point_summary *p, enum metric m,
			      char cell[TABLE_CELL_BYTES])
{
	const struct stats *s = &p->metric[m];
	const char *unit = metric_table[m].unit;
	bool told = m == METRIC_CPUS_TOLD_PER_OP && p->told;
	char value[32], sources[TABLE_CELL_BYTES / 2];

	strcpy(cell, "–");
	if (told)
		compare_sources_text(p->told, sources, sizeof(sources));
	if (told && (p->told & (p->told - 1)))
		text_append(cell, TABLE_CELL_BYTES, " (%s)", sources);
	if (!s->n || (told && (p->told & (p->told - 1))))
		return cell;
	text_copy(cell, TABLE_CELL_BYTES,
		  text_quantity(value, sizeof(value), s->mean, unit));
	if (s->n > 1)
		text_append(cell, TABLE_CELL_BYTES, " ±%s",
			    text_quantity(value, sizeof(value), s->ci95_high - s->mean,
					  unit));
	if (told)
		text_append(cell, TABLE_CELL_BYTES, " (%s)", sources);
	return cell;
}

static const char *table_point(const struct run_plan *plan, int point,
			       char text[TABLE_POINT_BYTES])
{
	plan_point_text(plan->preset, point, text, TABLE_POINT_BYTES);
	return *text ? text : "all";
}

static int table_metric_width(const struct point_summary *points, int n, enum metric m)
{
	int widest = utf8_text_columns(metric_table[m].name);
	char cell[TABLE_CELL_BYTES];

	for (int i = 0; i < n; i++) {
		int width = utf8_text_columns(table_cell(&points[i], m, cell));

		if (points[i].n_runs && width > widest)
			widest = width;
	}
	return widest;
}

static int table_point_width(const struct run_plan *plan)
{
	int widest = utf8_text_columns(plan->preset->name);
	char point[TABLE_POINT_BYTES];

	for (int i = 0; i < plan->plan.n_points; i++) {
		int width = utf8_text_columns(table_point(plan, i, point));

		if (width > widest)
			widest = width;
	}
	return widest;
}

static void table_checks(FILE *out, const struct run_plan *plan)
{
	struct failed_check failed[CHECKS_MAX];
	int n = failed_checks_list(plan->preset, plan->records, plan->n_records,
				   failed);
	char text[640];

	for (int i = 0; i < n; i++)
		fprintf(out, "! %s\n",
			failed_check_text(&failed[i], text, sizeof(text)));
}

/* Runs whose time per operation did not stand still. */
static void table_unsteady(FILE *out, const struct run_plan *plan)
{
	char text[160], point[TABLE_POINT_BYTES];

	for (int i = 0; i < plan->n_records; i++) {
		const struct run_record *r = plan->records[i];
		struct steadiness s;

		if (run_judge_steady(r, METRIC_NS_PER_OP, &s) ||
		    !*steady_text(&s, metric_table[METRIC_NS_PER_OP].unit, text,
				  sizeof(text)))
			continue;
		plan_point_text(plan->preset, r->point, point, sizeof(point));
		fprintf(out, "! run %d%s%s: ns_per_op: %s\n", i + 1, *point ? ", " : "",
			point, text);
	}
}

static void table_rows(FILE *out, const struct run_plan *plan,
		       const struct point_summary *points)
{
	int n = plan->plan.n_points, width[TABLE_METRICS], first;
	char point[TABLE_POINT_BYTES], cell[TABLE_CELL_BYTES];

	first = table_point_width(plan);
	cell_left(out, plan->preset->name, first);
	for (int m = 0; m < TABLE_METRICS; m++) {
		width[m] = 0;
		if (!table_has(points, n, table_metrics[m]))
			continue;
		width[m] = table_metric_width(points, n, table_metrics[m]);
		cell_right(out, metric_table[table_metrics[m]].name, width[m] + 2);
	}
	fprintf(out, "  runs\n");
	for (int i = 0; i < n; i++) {
		if (!points[i].n_runs)
			continue;
		cell_left(out, table_point(plan, i, point), first);
		for (int m = 0; m < TABLE_METRICS; m++)
			if (width[m])
				cell_right(
					out,
					table_cell(&points[i], table_metrics[m], cell),
					width[m] + 2);
		fprintf(out, "  %4d\n", points[i].n_runs - points[i].n_failed);
	}
}

void run_output_table(const struct run_output *o, const struct run_plan *plan)
{
	const char *const paths[] = {o->files->json, o->files->csv, o->files->stream};
	struct point_summary *points;

	for (int i = 0; i < 3; i++)
		if (paths[i] && !strcmp(paths[i], "-"))
			return;
	if (!plan->n_records)
		return;
	points = calloc((size_t)plan->plan.n_points, sizeof(*points));
	if (!points)
		return;
	if (!points_summarise(plan->records, plan->n_records, plan->plan.n_points,
			      points)) {
		table_rows(stdout, plan, points);
		table_checks(stdout, plan);
		table_unsteady(stdout, plan);
		fflush(stdout);
	}
	free(points);
}
