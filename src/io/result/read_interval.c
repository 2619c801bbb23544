/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/result/interval_fields.h"
#include "io/result/read.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/told.h"

static int read_channels(struct json_doc *d, const struct json_at *at, struct sample *s)
{
	for (int i = 0; i < CH_N; i++) {
		const struct interval_field *field = &interval_fields[i];
		struct json_at group = *at, subgroup;
		double value;

		if (field->group &&
		    !json_get_container(d, at, field->group, cJSON_Object, &group))
			continue;
		subgroup = group;
		if (field->subgroup && !json_get_container(d, &group, field->subgroup,
							   cJSON_Object, &subgroup))
			continue;
		value = json_get_number(d, &subgroup, field->key);
		if (!isnan(value))
			sample_put(s, field->channel, value, QUALITY_EXACT);
	}
	return d->err;
}

/* Their order is that of the workload's descriptions. */
static int read_extras(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, struct extras *extras)
{
	struct json_at list;
	int i = 0;

	if (!json_get_container(d, at, "extras", cJSON_Object, &list))
		return d->err;
	for (const cJSON *n = list.node->child; n && i < WORKLOAD_MAX_EXTRAS;
	     n = n->next, i++) {
		const struct extra_desc *e = catalogue_extra(c, n->string);
		double value = json_number_at(d, &(struct json_at){&list, n});

		if (!isnan(value))
			extras_put(extras, i, value, e && e->gauge);
	}
	return d->err;
}

static int read_quality(struct json_doc *d, const struct json_at *at, struct sample *s)
{
	struct json_at quality;

	if (!json_get_container(d, at, "quality", cJSON_Object, &quality))
		return d->err;
	for (int c = 0; c < CH_N; c++) {
		char word[16];

		json_get_text(d, &quality, channel_table[c].name, word, sizeof(word));
		if (s->quality[c] == QUALITY_ABSENT)
			continue;
		for (enum quality q = QUALITY_SCALED; q <= QUALITY_STALE; q++)
			if (!strcmp(word, quality_name(q)))
				s->quality[c] = (uint8_t)q;
	}
	return d->err;
}

static int read_noise(struct json_doc *d, const struct json_at *at, struct sample *s)
{
	struct json_at why;

	if (!json_get_container(d, at, "noisy_why", cJSON_Array, &why))
		return d->err;
	for (const cJSON *n = why.node->child; n; n = n->next)
		for (int kind = 0; kind < NOISE_KINDS; kind++)
			if (cJSON_IsString(n) &&
			    !strcmp(n->valuestring, noise_name[kind]))
				s->noise |= (uint8_t)(1u << kind);
	return 0;
}

static int read_cpus(struct json_doc *d, const struct json_at *at, struct sample *s,
		     uint32_t *row, int n_cpus)
{
	struct json_at shootdowns, per_cpu;
	int cpu = 0;

	if (!json_get_container(d, at, "shootdowns", cJSON_Object, &shootdowns) ||
	    !json_get_container(d, &shootdowns, "per_cpu", cJSON_Array, &per_cpu))
		return d->err;
	for (const cJSON *n = per_cpu.node->child; n && cpu < n_cpus; n = n->next) {
		struct json_at element = {&per_cpu, n};
		double count = json_number_at(d, &element);

		if (d->err)
			return d->err;
		if (count < 0 || count >= SAMPLE_CPU_ABSENT)
			return json_fail(d, &element,
					 "a count of interrupts is expected",
					 "%g is out of range", count);
		row[cpu++] = isnan(count) ? SAMPLE_CPU_ABSENT : (uint32_t)count;
	}
	s->cpu_shootdowns = row;
	s->n_cpus = cpu;
	return 0;
}

static void read_told(struct json_doc *d, const struct json_at *at, struct sample *s)
{
	char word[16];

	json_get_text(d, at, "cpus_told_source", word, sizeof(word));
	told_set_source(s, told_source_find(word));
}

static int read_range(struct json_doc *d, const struct json_at *at,
		      struct series *series)
{
	float low[METRIC_N], high[METRIC_N];
	struct json_at range;

	if (!json_get_container(d, at, "range", cJSON_Object, &range))
		return d->err;
	for (int m = 0; m < METRIC_N; m++) {
		struct json_at pair;

		low[m] = NAN;
		high[m] = NAN;
		if (!json_get_container(d, &range, metric_table[m].name, cJSON_Array,
					&pair))
			continue;
		if (cJSON_GetArraySize(pair.node) != 2)
			return json_fail(d, &pair, "[lowest, highest] is expected",
					 "has not two values");
		low[m] = (float)json_number_at(
			d, &(struct json_at){&pair, pair.node->child});
		high[m] = (float)json_number_at(
			d, &(struct json_at){&pair, pair.node->child->next});
	}
	if (!d->err)
		series_widen_last(series, low, high);
	return d->err;
}

int result_interval_cpus(const struct json_at *at)
{
	const cJSON *shootdowns =
		cJSON_GetObjectItemCaseSensitive(at->node, "shootdowns");
	int n = cJSON_GetArraySize(
		cJSON_GetObjectItemCaseSensitive(shootdowns, "per_cpu"));

	return n < CPUMASK_MAX_CPUS ? n : CPUMASK_MAX_CPUS;
}

int result_read_interval(struct json_doc *d, const struct json_at *at,
			 const struct catalogue *c, int n_cpus, struct run_record *run)
{
	struct sample s = {0};
	uint32_t *row;
	int err;

	if (json_expect(d, at, cJSON_Object))
		return d->err;
	if (!run->series)
		run->series = series_new(n_cpus);
	row = calloc(n_cpus > 0 ? (size_t)n_cpus : 1, sizeof(*row));
	if (!row || !run->series) {
		free(row);
		return -ENOMEM;
	}
	s.t_s = json_get_number(d, at, "t_s");
	s.elapsed_s = json_get_number(d, at, "elapsed_s");
	err = d->err;
	if (!err && !(s.t_s >= 0 && s.elapsed_s >= 0))
		err = json_fail(d, at, "both are numbers of seconds",
				"t_s or elapsed_s is missing");
	if (!err)
		err = read_channels(d, at, &s);
	if (!err)
		read_told(d, at, &s);
	if (!err)
		err = read_extras(d, at, c, &s.extras);
	if (!err)
		err = read_quality(d, at, &s);
	if (!err)
		err = read_noise(d, at, &s);
	if (!err)
		err = read_cpus(d, at, &s, row, n_cpus);
	if (!err) {
		series_add(run->series, &s);
		err = read_range(d, at, run->series);
	}
	free(row);
	return err;
}
