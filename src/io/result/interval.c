/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "io/result/interval_fields.h"
#include "io/result/text.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/told.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void put_reading(struct json_writer *w, const char *key, struct reading r)
{
	json_put_number(w, key, reading_present(r) ? r.value : NAN);
}

static void put_cpu_shootdowns(struct json_writer *w, const struct sample *s)
{
	json_key(w, "per_cpu");
	if (!s->cpu_shootdowns) {
		json_null(w);
		return;
	}
	json_begin_array(w);
	for (int cpu = 0; cpu < s->n_cpus; cpu++)
		if (s->cpu_shootdowns[cpu] == SAMPLE_CPU_ABSENT)
			json_null(w);
		else
			json_uint(w, s->cpu_shootdowns[cpu]);
	json_end_array(w);
}

static void close_group(struct json_writer *w, const struct interval_field *last,
			const struct interval_field *next, const struct sample *s)
{
	bool same_group = next && same(last->group, next->group);

	if (last->subgroup && !(same_group && same(last->subgroup, next->subgroup)))
		json_end_object(w);
	if (!last->group || same_group)
		return;
	if (!strcmp(last->group, "shootdowns"))
		put_cpu_shootdowns(w, s);
	json_end_object(w);
}

static void open_group(struct json_writer *w, const struct interval_field *last,
		       const struct interval_field *field)
{
	const char *subgroup = last ? last->subgroup : NULL;
	bool same_group = last && same(last->group, field->group);

	if (field->group && !same_group) {
		json_key(w, field->group);
		json_begin_object(w);
	}
	if (field->subgroup && !(same_group && same(subgroup, field->subgroup))) {
		json_key(w, field->subgroup);
		json_begin_object(w);
	}
}

static void put_channels(struct json_writer *w, const struct sample *s)
{
	const struct interval_field *last = NULL;

	for (int i = 0; i < CH_N; i++) {
		const struct interval_field *field = &interval_fields[i];

		if (last)
			close_group(w, last, field, s);
		open_group(w, last, field);
		put_reading(w, field->key, sample_get(s, field->channel));
		last = field;
	}
	close_group(w, last, NULL, s);
}

/* Only what is not exact is named. */
static void put_quality(struct json_writer *w, const struct sample *s)
{
	bool any = false;

	for (int c = 0; c < CH_N; c++) {
		enum quality q = (enum quality)s->quality[c];

		if (q == QUALITY_ABSENT || q == QUALITY_EXACT)
			continue;
		if (!any) {
			json_key(w, "quality");
			json_begin_object(w);
		}
		any = true;
		json_put_string(w, channel_table[c].name, quality_name(q));
	}
	if (any)
		json_end_object(w);
}

/* Where intervals were merged: the lowest and highest value each metric took. */
static void put_range(struct json_writer *w, const struct series_point *p)
{
	bool any = false;

	for (int m = 0; m < METRIC_N; m++) {
		if (isnan(p->low[m]) || !(p->low[m] < p->high[m]))
			continue;
		if (!any) {
			json_key(w, "range");
			json_begin_object(w);
		}
		any = true;
		json_key(w, metric_table[m].name);
		json_begin_array(w);
		json_number(w, (double)p->low[m]);
		json_number(w, (double)p->high[m]);
		json_end_array(w);
	}
	if (any)
		json_end_object(w);
}

/* Only what was disturbed is accused. */
static void put_noise(struct json_writer *w, const struct sample *s)
{
	if (!s->noise)
		return;
	json_put_bool(w, "noisy", true);
	json_key(w, "noisy_why");
	json_begin_array(w);
	for (int kind = 0; kind < NOISE_KINDS; kind++)
		if (s->noise & 1u << kind)
			json_string(w, noise_name[kind]);
	json_end_array(w);
}

/* Only where the workload has any, in the order of their descriptions. */
static void put_extras(struct json_writer *w, const struct sample *s,
		       const struct workload_desc *workload)
{
	if (!workload || !workload->n_extras)
		return;
	json_key(w, "extras");
	json_begin_object(w);
	for (int i = 0; i < workload->n_extras; i++)
		json_put_number(w, workload->extras[i].name,
				extras_have(&s->extras, i) ? s->extras.value[i] : NAN);
	json_end_object(w);
}

void result_put_interval(struct json_writer *w, const struct series_point *p,
			 const struct workload_desc *workload)
{
	const struct sample *s = &p->sample;

	json_put_number(w, "t_s", s->t_s);
	json_put_number(w, "elapsed_s", s->elapsed_s);
	put_reading(w, "ns_per_op", metric_of(METRIC_NS_PER_OP, s));
	put_channels(w, s);
	put_reading(w, "cpus_told_per_op", metric_of(METRIC_CPUS_TOLD_PER_OP, s));
	json_put_string(w, "cpus_told_source",
			s->told_source ? told_source_name[s->told_source] : NULL);
	put_extras(w, s, workload);
	put_quality(w, s);
	put_noise(w, s);
	put_range(w, p);
}
