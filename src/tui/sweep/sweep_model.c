/* SPDX-License-Identifier: MIT */
#include "tui/sweep/sweep_model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { SUGGEST_BEFORE = 1, SUGGEST_VALUES = 5 };

int sweep_begin(struct sweep *s, const struct preset *p, struct error *error)
{
	*s = (struct sweep){.metric = METRIC_NS_PER_OP};
	int err = preset_copy(&s->preset, p);

	if (err)
		return error_set(error, ERROR_MACHINE, -err, "the sweep",
				 "out of memory", "close other programs");
	if (!(s->preset.experiment.duration_s > 0) && s->preset.experiment.ops <= 0)
		s->preset.experiment.duration_s = SWEEP_DEFAULT_S;
	err = plan_make(&s->plan, &s->preset, error);
	if (err)
		goto fail;
	s->records = calloc((size_t)s->plan.n_runs, sizeof(*s->records));
	s->points = calloc((size_t)s->plan.n_points, sizeof(*s->points));
	if (!s->records || !s->points) {
		err = error_set(error, ERROR_MACHINE, ENOMEM, "the sweep",
				"out of memory", "sweep fewer values");
		goto fail;
	}
	s->state = SWEEP_RUNNING;
	return 0;
fail:
	sweep_fini(s);
	return err;
}

void sweep_fini(struct sweep *s)
{
	for (int i = 0; i < s->n_records; i++)
		run_record_free(s->records[i]);
	free(s->records);
	free(s->points);
	plan_fini(&s->plan);
	preset_fini(&s->preset);
	memset(s, 0, sizeof(*s));
}

int sweep_axes_parse(struct preset *p, const struct catalogue *c, const char *text,
		     struct error *error)
{
	struct preset trial;
	char copy[512], assignment[576];
	char *rest = copy, *word;
	int err = preset_copy(&trial, p);

	if (err)
		return error_set(error, ERROR_MACHINE, -err, "the sweep",
				 "out of memory", "close other programs");
	while (trial.n_axes > 0 && !err) {
		snprintf(assignment, sizeof(assignment),
			 "sweep.%s=", trial.sweep[0].key);
		err = preset_set(&trial, c, assignment, error);
	}
	text_copy(copy, sizeof(copy), text);
	while (!err && (word = strsep(&rest, " "))) {
		if (!*word)
			continue;
		snprintf(assignment, sizeof(assignment), "sweep.%s", word);
		err = preset_set(&trial, c, assignment, error);
	}
	if (!err && trial.n_axes == 0)
		err = error_set(error, ERROR_INPUT, EINVAL, "the sweep",
				"names no values", "write threads=1,2");
	if (err) {
		preset_fini(&trial);
		return err;
	}
	preset_fini(p);
	*p = trial;
	return 0;
}

/* Values that have commas of their own are kept apart by semicolons. */
static const char *axis_separator(const struct sweep_axis *axis)
{
	for (int i = 0; i < axis->n; i++)
		if (strchr(axis->values[i], ','))
			return ";";
	return ",";
}

const char *sweep_axes_text(const struct preset *p, char *buf, size_t buf_bytes)
{
	buf[0] = '\0';
	for (int i = 0; i < p->n_axes; i++) {
		const struct sweep_axis *axis = &p->sweep[i];
		const char *separator = axis_separator(axis);

		text_append(buf, buf_bytes, "%s%s=", i ? " " : "", axis->key);
		for (int k = 0; k < axis->n; k++)
			text_append(buf, buf_bytes, "%s%s", k ? separator : "",
				    axis->values[k]);
	}
	return buf;
}

static void suggest_choices(const struct param_desc *d, char *buf, size_t buf_bytes)
{
	for (int i = 0; d->choices[i]; i++)
		text_append(buf, buf_bytes, "%s%s", i ? "," : "", d->choices[i]);
}

/* From a step below the present value upwards, as the arrow keys go. */
static void suggest_steps(const struct param_desc *d, struct param_value v, char *buf,
			  size_t buf_bytes)
{
	char text[PARAM_TEXT_BYTES], last[PARAM_TEXT_BYTES] = "";

	for (int i = 0; i < SUGGEST_BEFORE; i++)
		param_step(d, &v, -1);
	for (int i = 0; i < SUGGEST_VALUES; i++, param_step(d, &v, 1)) {
		param_text(d, &v, text, sizeof(text));
		if (strcmp(text, last) == 0)
			return;
		text_append(buf, buf_bytes, "%s%s", i ? "," : "", text);
		text_copy(last, sizeof(last), text);
	}
}

static void suggest_threads(int n_cpus, char *buf, size_t buf_bytes)
{
	text_copy(buf, buf_bytes, "threads=1");
	for (int n = 2; n < n_cpus; n *= 2)
		text_append(buf, buf_bytes, ",%d", n);
	text_append(buf, buf_bytes, ",%d", n_cpus > 1 ? n_cpus : 2);
}

const char *sweep_axis_suggest(const struct experiment *e, const struct catalogue *c,
			       const char *key, int n_cpus, char buf[SWEEP_AXIS_BYTES])
{
	const size_t buf_bytes = SWEEP_AXIS_BYTES;
	static const char *const settings_of_a_run[] = {
		"threads", "warmup_s", "duration_s", "interval_ms", "ops"};
	const struct param_desc *d;
	struct param_value v;

	buf[0] = '\0';
	if (!strcmp(key, "placement")) {
		text_copy(buf, buf_bytes, "placement=compact,cores,spread");
		return buf;
	}
	for (size_t i = 0; i < sizeof(settings_of_a_run) / sizeof(*settings_of_a_run);
	     i++)
		if (!strcmp(key, settings_of_a_run[i]))
			key = "";
	if (*key && !experiment_get(e, c, key, &d, &v) && d->kind != PARAM_TEXT) {
		text_append(buf, buf_bytes, "%s=", key);
		if (d->kind == PARAM_CHOICE)
			suggest_choices(d, buf, buf_bytes);
		else if (d->kind == PARAM_BOOL)
			text_append(buf, buf_bytes, "no,yes");
		else if (v.is_null)
			text_append(buf, buf_bytes, "1,10,33,100");
		else
			suggest_steps(d, v, buf, buf_bytes);
		return buf;
	}
	suggest_threads(n_cpus, buf, buf_bytes);
	return buf;
}

const struct plan_run *sweep_next(const struct sweep *s)
{
	if (s->state == SWEEP_NONE || s->state == SWEEP_DONE ||
	    s->n_records >= s->plan.n_runs)
		return NULL;
	return &s->plan.runs[s->n_records];
}

int sweep_add(struct sweep *s, struct run_record *record, double took_s)
{
	const struct plan_run *run = sweep_next(s);

	if (!run) {
		run_record_free(record);
		return 0;
	}
	record->point = run->point;
	record->repeat = run->repeat;
	s->records[s->n_records++] = record;
	s->took_s += took_s;
	s->so_far_s = 0;
	if (*record->failure)
		sweep_stop(s, record->failure);
	else if (s->n_records == s->plan.n_runs)
		s->state = SWEEP_DONE;
	return points_summarise(s->records, s->n_records, s->plan.n_points, s->points);
}

void sweep_stop(struct sweep *s, const char *failure)
{
	if (s->state != SWEEP_RUNNING && s->state != SWEEP_PAUSED)
		return;
	s->stopped_early = s->n_records < s->plan.n_runs;
	s->state = SWEEP_DONE;
	text_copy(s->failure, sizeof(s->failure), failure);
}

double sweep_left_s(const struct sweep *s)
{
	const struct experiment *e = &s->preset.experiment;
	int left = s->plan.n_runs - s->n_records;
	double one_s =
		s->n_records ? s->took_s / s->n_records : e->warmup_s + e->duration_s;

	if (s->state == SWEEP_DONE || s->state == SWEEP_NONE)
		return 0;
	return fmax(one_s * left - s->so_far_s, one_s * (left - 1));
}

static bool metric_is_there(const struct sweep *s, enum metric m)
{
	for (int i = 0; i < s->plan.n_points; i++)
		if (s->points[i].metric[m].n > 0)
			return true;
	return false;
}

void sweep_metric_step(struct sweep *s, int by)
{
	int m = s->metric;

	for (int i = 0; i < METRIC_N; i++) {
		m = (m + by + METRIC_N) % METRIC_N;
		if (metric_is_there(s, (enum metric)m)) {
			s->metric = (enum metric)m;
			return;
		}
	}
}

int sweep_columns(const struct sweep *s)
{
	return s->preset.n_axes ? s->preset.sweep[s->preset.n_axes - 1].n : 1;
}

int sweep_rows(const struct sweep *s)
{
	return s->plan.n_points / sweep_columns(s);
}

const struct point_summary *sweep_at(const struct sweep *s, int row, int column)
{
	return &s->points[row * sweep_columns(s) + column];
}

const char *sweep_row_text(const struct sweep *s, int row, char *buf, size_t buf_bytes)
{
	char whole[160], *end = NULL;

	buf[0] = '\0';
	if (s->preset.n_axes < 2)
		return buf;
	plan_point_text(&s->preset, row * sweep_columns(s), whole, sizeof(whole));
	/* The last axis is the column's; a list of CPUs has commas, but no blanks. */
	for (char *at = whole; (at = strstr(at, ", ")); at++)
		end = at;
	if (end)
		*end = '\0';
	text_copy(buf, buf_bytes, whole);
	return buf;
}
