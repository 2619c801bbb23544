/* SPDX-License-Identifier: MIT */

/*
 * Every interval as will-it-scale prints its samples: the operations a second of the
 * slowest worker, of the fastest and of all together, so that the two can be laid side
 * by side. Rates are over the measured length of an interval, not its nominal one.
 */
#include "commands/run/output.h"

static double rate(const struct sample *s, enum channel c)
{
	return s->elapsed_s > 0 ? s->value[c] / s->elapsed_s : 0;
}

static void samples_run(FILE *out, const struct run_plan *plan,
			const struct run_record *r)
{
	int n = series_count(r->series);
	double start_s = n ? series_at(r->series, n - 1)->sample.t_s - r->elapsed_s : 0;
	bool measuring = false;
	char point[96];

	plan_point_text(plan->preset, r->point, point, sizeof(point));
	fprintf(out, "testcase:%s%s%s\nwarmup\n", plan->preset->name, *point ? " " : "",
		point);
	for (int i = 0; i < n; i++) {
		const struct sample *s = &series_at(r->series, i)->sample;

		/* By the middle: ends meet the border only roughly. */
		if (!measuring && s->t_s - s->elapsed_s / 2 > start_s) {
			fprintf(out, "measurement\n");
			measuring = true;
		}
		fprintf(out, "min:%.0f max:%.0f total:%.0f\n", rate(s, CH_OPS_MIN),
			rate(s, CH_OPS_MAX), rate(s, CH_OPS));
	}
	fprintf(out, "average:%.0f\n", rate(&r->total, CH_OPS));
}

void run_output_samples(FILE *out, const struct run_plan *plan)
{
	for (int i = 0; i < plan->n_records; i++)
		samples_run(out, plan, plan->records[i]);
	fflush(out);
}
