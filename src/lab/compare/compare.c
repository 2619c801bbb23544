/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/compare.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/plan.h"
#include "tlblab/lab/steady.h"

/*
 * A run, not an interval, is the independent observation: intervals of one run share
 * its layout and its moment. A difference is better or worse as metric_desc.better has
 * it, and only when its interval leaves 0 out.
 */

enum compare_verdict compare_judge(enum metric m, const struct stats *before,
				   const struct stats *after,
				   const struct stats_difference *d)
{
	if (metric_is_copied(m))
		return COMPARE_ONCE;
	if (before->n < 2 || after->n < 2)
		return COMPARE_TOO_FEW;
	if (!(d->ci95_low > 0) && !(d->ci95_high < 0))
		return COMPARE_UNPROVEN;
	if (metric_table[m].better == BETTER_NEITHER)
		return COMPARE_DIFFERENT;
	return (d->difference > 0) == (metric_table[m].better == BETTER_HIGHER)
		       ? COMPARE_BETTER
		       : COMPARE_WORSE;
}

/* The list of what differs, counted further than it can be kept. */
struct mismatches {
	struct compare_mismatch *out;
	int n;
};

static void mismatch_add(struct mismatches *m, const char *key, const char *before,
			 const char *after)
{
	for (int i = 0; i < m->n && i < COMPARE_MAX_MISMATCHES; i++)
		if (!strcmp(m->out[i].key, key))
			return;
	if (m->n < COMPARE_MAX_MISMATCHES) {
		struct compare_mismatch *to = &m->out[m->n];

		text_copy(to->key, sizeof(to->key), key);
		text_copy(to->before, sizeof(to->before), before);
		text_copy(to->after, sizeof(to->after), after);
	}
	m->n++;
}

static const char *fact_value(const struct compare_side *s, const char *key)
{
	for (int i = 0; i < s->n_facts; i++)
		if (!strcmp(s->facts[i].key, key))
			return s->facts[i].value;
	return NULL;
}

static void mismatch_facts(struct mismatches *m, const struct compare_side *before,
			   const struct compare_side *after)
{
	for (int i = 0; i < before->n_facts; i++) {
		const char *key = before->facts[i].key;
		const char *value = fact_value(after, key);

		if (!value || strcmp(value, before->facts[i].value))
			mismatch_add(m, key, before->facts[i].value,
				     value ? value : "unknown");
	}
	for (int i = 0; i < after->n_facts; i++)
		if (!fact_value(before, after->facts[i].key))
			mismatch_add(m, after->facts[i].key, "unknown",
				     after->facts[i].value);
}

static void mismatch_key(struct mismatches *m, const struct compare_side *before,
			 const struct compare_side *after, const struct experiment *a,
			 const struct experiment *b, const char *key)
{
	const struct param_desc *da, *db;
	struct param_value va, vb;
	char ta[PARAM_TEXT_BYTES] = "none", tb[PARAM_TEXT_BYTES] = "none";

	if (!experiment_get(a, before->catalogue, key, &da, &va))
		param_text(da, &va, ta, sizeof(ta));
	if (!experiment_get(b, after->catalogue, key, &db, &vb))
		param_text(db, &vb, tb, sizeof(tb));
	if (strcmp(ta, tb))
		mismatch_add(m, key, ta, tb);
}

/* Keys that decide how well something is measured, not what. */
static bool key_is_free(const char *key)
{
	static const char *const free_keys[] = {"seed", "repeats", "interval_ms"};

	for (size_t i = 0; i < sizeof(free_keys) / sizeof(free_keys[0]); i++)
		if (!strcmp(key, free_keys[i]))
			return true;
	return false;
}

static void mismatch_experiments(struct mismatches *m,
				 const struct compare_side *before,
				 const struct compare_side *after,
				 const struct experiment *a, const struct experiment *b)
{
	const struct param_desc *fields, *d;
	char key[80];
	int n;

	fields = experiment_fields(&n);
	for (int i = 0; i < n; i++)
		if (!key_is_free(fields[i].key))
			mismatch_key(m, before, after, a, b, fields[i].key);
	if (strcmp(a->workload, b->workload) != 0)
		return;
	for (int i = 0; (d = experiment_param_desc(a, before->catalogue, i)); i++) {
		snprintf(key, sizeof(key), "params.%s", d->key);
		mismatch_key(m, before, after, a, b, key);
	}
}

static const struct run_record *first_run(const struct compare_side *s, int point)
{
	for (int i = 0; i < s->n_runs; i++)
		if (s->runs[i] && s->runs[i]->point == point)
			return s->runs[i];
	return NULL;
}

static int side_points(const struct compare_side *s)
{
	int n = 0;

	for (int i = 0; i < s->n_runs; i++)
		if (s->runs[i] && s->runs[i]->point >= n)
			n = s->runs[i]->point + 1;
	return n;
}

/* after's point of the same text as before's, or -1. */
static int point_match(const struct compare_side *before,
		       const struct compare_side *after, int point, bool by_position)
{
	char wanted[96], text[96];
	int n = side_points(after);

	plan_point_text(before->preset, point, wanted, sizeof(wanted));
	for (int i = 0; i < n; i++) {
		plan_point_text(after->preset, i, text, sizeof(text));
		if (!strcmp(text, wanted) && first_run(after, i))
			return i;
	}
	return by_position && point < n && first_run(after, point) ? point : -1;
}

static void mismatch_points(struct mismatches *m, const struct compare_side *before,
			    const struct compare_side *after)
{
	int n = side_points(before), matched = 0;
	char had[96], has[96];

	for (int point = 0; point < n; point++) {
		const struct run_record *a = first_run(before, point);
		int other = a ? point_match(before, after, point, false) : -1;

		if (other < 0)
			continue;
		matched++;
		mismatch_experiments(m, before, after, &a->config,
				     &first_run(after, other)->config);
	}
	if (matched || !before->n_runs || !after->n_runs)
		return;
	plan_point_text(before->preset, before->runs[0]->point, had, sizeof(had));
	plan_point_text(after->preset, after->runs[0]->point, has, sizeof(has));
	mismatch_add(m, "sweep", *had ? had : "none", *has ? has : "none");
	mismatch_experiments(m, before, after, &before->runs[0]->config,
			     &after->runs[0]->config);
}

int compare_mismatches(const struct compare_side *before,
		       const struct compare_side *after, struct compare_mismatch *out)
{
	struct mismatches m = {.out = out};

	mismatch_facts(&m, before, after);
	mismatch_points(&m, before, after);
	return m.n;
}

/* Of the side's runs at one point. */
static int side_oddities(const struct compare_side *s, int point, enum metric m,
			 struct compare_oddities *out)
{
	*out = (struct compare_oddities){.runs = 0};
	for (int i = 0; i < s->n_runs; i++) {
		const struct run_record *r = s->runs[i];
		struct steadiness steady;

		if (!r || r->point != point)
			continue;
		out->runs++;
		out->failed += *r->failure != '\0';
		int err = *r->failure ? 0 : run_judge_steady(r, m, &steady);

		if (err)
			return err;
		if (*r->failure)
			continue;
		out->warming += steady.warming > 0;
		out->drifting += steady.drifts;
		out->outliers += steady.outliers;
	}
	return 0;
}

static bool is_told(enum metric m)
{
	return m == METRIC_CPUS_TOLD_PER_OP || m == METRIC_CPUS_TOLD_PER_S;
}

static unsigned int side_told(const struct compare_side *s, int point, enum metric m)
{
	unsigned int told = 0;

	for (int i = 0; is_told(m) && i < s->n_runs; i++) {
		const struct run_record *r = s->runs[i];

		if (r && r->point == point && !*r->failure && r->told_source)
			told |= 1u << r->told_source;
	}
	return told;
}

/* One source is a power of two. Counts of different sources do not measure the same, so
 * there is nothing to judge. */
static bool sources_differ(const struct compare_row *row)
{
	return row->before_told != row->after_told ||
	       (row->before_told & (row->before_told - 1)) != 0;
}

static int compare_point(struct comparison *out, const struct compare_side *before,
			 const struct compare_side *after,
			 const struct point_summary *a, const struct point_summary *b,
			 enum metric only)
{
	for (int i = 0; i < METRIC_N; i++) {
		enum metric m = (enum metric)i;
		struct compare_row *row = &out->rows[out->n_rows];

		if ((only != METRIC_N && only != m) || !a->metric[m].n ||
		    !b->metric[m].n)
			continue;
		row->point = a->point;
		row->metric = m;
		row->before = a->metric[m];
		row->after = b->metric[m];
		plan_point_text(before->preset, a->point, row->point_text,
				sizeof(row->point_text));
		stats_difference_of(&row->before, &row->after, STATS_WELCH,
				    &row->difference);
		row->verdict =
			compare_judge(m, &row->before, &row->after, &row->difference);
		row->before_told = side_told(before, a->point, m);
		row->after_told = side_told(after, b->point, m);
		if (sources_differ(row))
			row->verdict = COMPARE_SOURCES;
		int err = side_oddities(before, a->point, m, &row->before_odd);

		if (!err)
			err = side_oddities(after, b->point, m, &row->after_odd);
		if (err)
			return err;
		out->n_rows++;
	}
	return 0;
}

int compare_make(struct comparison *out, const struct compare_side *before,
		 const struct compare_side *after, enum metric only, bool by_position)
{
	int n = side_points(before), n_after = side_points(after), err = -ENOMEM;
	struct point_summary *a = calloc((size_t)n + 1, sizeof(*a));
	struct point_summary *b = calloc((size_t)n_after + 1, sizeof(*b));

	memset(out, 0, sizeof(*out));
	out->rows = calloc((size_t)n * METRIC_N + 1, sizeof(*out->rows));
	if (!a || !b || !out->rows)
		goto out;
	err = points_summarise(before->runs, before->n_runs, n, a);
	if (!err)
		err = points_summarise(after->runs, after->n_runs, n_after, b);
	for (int point = 0; !err && point < n; point++) {
		int other = a[point].n_runs
				    ? point_match(before, after, point, by_position)
				    : -1;

		if (other >= 0)
			err = compare_point(out, before, after, &a[point], &b[other],
					    only);
		else
			out->n_unmatched += a[point].n_runs > 0;
	}
out:
	if (err)
		compare_fini(out);
	free(a);
	free(b);
	return err;
}

void compare_fini(struct comparison *c)
{
	free(c->rows);
	memset(c, 0, sizeof(*c));
}

bool compare_row_fails(const struct compare_row *row, double pct)
{
	double worse_pct = fabs(row->difference.difference_pct);

	return row->verdict == COMPARE_WORSE && !(worse_pct <= pct);
}

bool compare_row_is_open(const struct compare_row *row, bool asked_for)
{
	return row->verdict == COMPARE_TOO_FEW ||
	       (asked_for &&
		(row->verdict == COMPARE_ONCE || row->verdict == COMPARE_SOURCES));
}
