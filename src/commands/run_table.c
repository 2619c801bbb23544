/* SPDX-License-Identifier: MIT */

/*
 * The table at the end of a run: a row for each point of the sweep, a column for each
 * metric that was measured anywhere, and under it every check that did not hold.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "commands/run_output.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/summary.h"

enum { TABLE_CELL = 26, TABLE_POINT = 24 };

/* The metrics worth a column in a terminal; the rest is in the result file. */
static const enum metric table_metrics[] = {
	METRIC_NS_PER_OP,
	METRIC_SHOOTDOWNS_PER_OP,
	METRIC_FULL_FLUSHES_PER_OP,
	METRIC_RANGED_FLUSHES_PER_OP,
	METRIC_DTLB_WALK_CYCLES_PCT,
	METRIC_DTLB_WALKS_PER_OP,
	METRIC_VICTIM_SLOWDOWN,
	METRIC_VICTIM_STALL_P99_NS,
};

enum { TABLE_METRICS = sizeof(table_metrics) / sizeof(*table_metrics) };

static bool table_has(const struct point_summary *points, int n, enum metric m)
{
	for (int i = 0; i < n; i++)
		if (points[i].metric[m].n)
			return true;
	return false;
}

/* "14.9 µs ±0.3 µs": the mean over the runs and half its 95 % interval. */
static void table_cell(FILE *out, const struct stats *s, const char *unit)
{
	char cell[64] = "", value[32];
	int shown;

	if (s->n)
		text_append(cell, sizeof(cell), "%s",
			    text_quantity(value, sizeof(value), s->mean, unit));
	else
		text_append(cell, sizeof(cell), "–");
	if (s->n > 1)
		text_append(cell, sizeof(cell), " ±%s",
			    text_quantity(value, sizeof(value), s->ci95_high - s->mean,
					  unit));
	/* printf pads by bytes; what is written counts by characters */
	shown = 0;
	for (const char *c = cell; *c; c++)
		shown += (*c & 0xC0) != 0x80;
	fprintf(out, "  %*s%s", shown < TABLE_CELL ? TABLE_CELL - shown : 0, "", cell);
}

static void table_checks(FILE *out, const struct run_plan *plan)
{
	char line[256], point[96];

	for (int i = 0; i < plan->n_records; i++) {
		const struct run_record *r = plan->records[i];

		for (int k = 0; k < r->n_checks; k++) {
			if (r->checks[k].state != CHECK_WARN)
				continue;
			plan_point_text(plan->preset, r->point, point, sizeof(point));
			fprintf(out, "! run %d%s%s: %s%s%s\n", i + 1,
				*point ? ", " : "", point,
				check_line(&r->checks[k], line, sizeof(line)),
				*r->checks[k].note ? ": " : "", r->checks[k].note);
		}
	}
}

/* Runs whose time per operation did not stand still. */
static void table_unsteady(FILE *out, const struct run_plan *plan)
{
	char text[160], point[96];

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
	int n = plan->plan.n_points;
	char point[96];

	fprintf(out, "%-*s", TABLE_POINT, plan->preset->name);
	for (int m = 0; m < TABLE_METRICS; m++)
		if (table_has(points, n, table_metrics[m]))
			fprintf(out, "  %*s", TABLE_CELL,
				metric_table[table_metrics[m]].name);
	fprintf(out, "\n");
	for (int i = 0; i < n; i++) {
		if (!points[i].n_runs)
			continue;
		plan_point_text(plan->preset, i, point, sizeof(point));
		fprintf(out, "%-*s", TABLE_POINT, *point ? point : "all");
		for (int m = 0; m < TABLE_METRICS; m++)
			if (table_has(points, n, table_metrics[m]))
				table_cell(out, &points[i].metric[table_metrics[m]],
					   metric_table[table_metrics[m]].unit);
		fprintf(out, "  n %d\n", points[i].n_runs - points[i].n_failed);
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
