/* SPDX-License-Identifier: MIT */
/*
 * The quick way through an interval line. stream_interval_line writes its members in
 * one order without blanks, so the line is compared with what the same table would
 * write, and only numbers vary. An hour at 10 Hz is 36,000 lines of several kilobytes:
 * as trees they take seconds, so a tenth of one.
 */
#include "io/result/interval_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/result/interval_fields.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/told.h"

struct cursor {
	const char *at, *end;
	bool wrong;
};

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool has(struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0)
		return false;
	c->at += n;
	return true;
}

static void want(struct cursor *c, const char *word)
{
	if (!c->wrong && !has(c, word))
		c->wrong = true;
}

static void want_key(struct cursor *c, const char *key)
{
	want(c, "\"");
	want(c, key);
	want(c, "\":");
}

/* Whole numbers of up to 15 digits are most of them, and exact in a double. */
static double number(struct cursor *c)
{
	char copy[32];
	size_t n = 0;
	double whole = 0;

	if (c->wrong || has(c, "null"))
		return NAN;
	while (c->at + n < c->end && n < 16 && c->at[n] >= '0' && c->at[n] <= '9')
		whole = whole * 10 + (c->at[n++] - '0');
	if (n > 0 && n < 16 && c->at + n < c->end &&
	    (c->at[n] == ',' || c->at[n] == '}' || c->at[n] == ']')) {
		c->at += n;
		return whole;
	}
	for (n = 0; c->at + n < c->end && n < sizeof(copy) - 1 &&
		    strchr("0123456789+-.eE", c->at[n]) && c->at[n];)
		n++;
	memcpy(copy, c->at, n);
	copy[n] = '\0';

	char *end;
	double value = strtod(copy, &end);

	c->wrong = n == 0 || *end || !isfinite(value);
	c->at += n;
	return value;
}

/* Of one CPU: most of a line on a large machine is these. */
static bool row_count(struct cursor *c, uint32_t *out)
{
	const char *from = c->at;
	uint64_t count = 0;

	while (c->at < c->end && (unsigned int)(*c->at - '0') < 10 && c->at - from < 11)
		count = count * 10 + (unsigned int)(*c->at++ - '0');
	*out = SAMPLE_CPU_ABSENT;
	if (c->at == from)
		return has(c, "null");
	*out = (uint32_t)count;
	return count < SAMPLE_CPU_ABSENT;
}

static void cpus(struct cursor *c, struct interval_scan *out)
{
	int n = 0;

	want(c, ",");
	want_key(c, "per_cpu");
	if (c->wrong || has(c, "null"))
		return;
	want(c, "[");
	if (has(c, "]"))
		return;
	do {
		uint32_t count;

		if (n == out->room_cpus || !row_count(c, &count)) {
			c->wrong = true;
			return;
		}
		out->cpus[n++] = count;
	} while (has(c, ","));
	want(c, "]");
	out->sample.cpu_shootdowns = out->cpus;
	out->sample.n_cpus = n;
}

/* The braces between two fields of the table; next NULL behind the last. */
static void step(struct cursor *c, const struct interval_field *last,
		 const struct interval_field *next, struct interval_scan *out)
{
	bool same_group = last && next && same(last->group, next->group);
	bool same_subgroup = same_group && same(last->subgroup, next->subgroup);

	if (last && last->subgroup && !same_subgroup)
		want(c, "}");
	if (last && last->group && !same_group) {
		if (!strcmp(last->group, "shootdowns"))
			cpus(c, out);
		want(c, "}");
	}
	if (!next)
		return;
	want(c, ",");
	if (next->group && !same_group) {
		want_key(c, next->group);
		want(c, "{");
	}
	if (next->subgroup && !same_subgroup) {
		want_key(c, next->subgroup);
		want(c, "{");
	}
	want_key(c, next->key);
}

static void channels(struct cursor *c, struct interval_scan *out)
{
	const struct interval_field *last = NULL;

	for (int i = 0; i < CH_N && !c->wrong; i++) {
		const struct interval_field *field = &interval_fields[i];

		step(c, last, field, out);
		double value = number(c);

		if (!isnan(value))
			sample_put(&out->sample, field->channel, value, QUALITY_EXACT);
		last = field;
	}
	step(c, last, NULL, out);
}

static void extras(struct cursor *c, struct interval_scan *out)
{
	for (int i = 0; !c->wrong && !has(c, "}"); i++) {
		char name[64];
		const char *quote;

		if (i)
			want(c, ",");
		want(c, "\"");
		quote = memchr(c->at, '"', (size_t)(c->end - c->at));
		if (c->wrong || !quote || i == WORKLOAD_MAX_EXTRAS ||
		    quote - c->at >= (long)sizeof(name)) {
			c->wrong = true;
			return;
		}
		memcpy(name, c->at, (size_t)(quote - c->at));
		name[quote - c->at] = '\0';
		c->at = quote;
		want(c, "\":");

		const struct extra_desc *e = catalogue_extra(out->catalogue, name);
		double value = number(c);

		if (!isnan(value))
			extras_put(&out->sample.extras, i, value, e && e->gauge);
	}
}

static void quality(struct cursor *c, struct sample *s)
{
	static const enum quality kinds[] = {QUALITY_SCALED, QUALITY_STALE};
	int from = 0;

	for (bool first = true; !c->wrong && !has(c, "}"); first = false) {
		if (!first)
			want(c, ",");
		want(c, "\"");
		/* Written in the order of the channels. */
		while (from < CH_N) {
			size_t n = strlen(channel_table[from].name);

			if ((size_t)(c->end - c->at) > n && c->at[n] == '"' &&
			    has(c, channel_table[from].name))
				break;
			from++;
		}
		want(c, "\":\"");
		if (from == CH_N)
			c->wrong = true;
		for (int k = 0; k < 2 && !c->wrong; k++)
			if (has(c, quality_name(kinds[k])) &&
			    s->quality[from] != QUALITY_ABSENT)
				s->quality[from] = (uint8_t)kinds[k];
		want(c, "\"");
	}
}

/* Written in the order of the kinds. */
static void noise(struct cursor *c, struct sample *s)
{
	for (int kind = 0; kind < NOISE_KINDS && !c->wrong; kind++) {
		struct cursor before = *c;

		if (s->noise && !has(c, ","))
			break;
		if (has(c, "\"") && has(c, noise_name[kind]) && has(c, "\""))
			s->noise |= (uint8_t)(1u << kind);
		else
			*c = before;
	}
	want(c, "]");
	c->wrong = c->wrong || !s->noise;
}

static void range(struct cursor *c, struct interval_scan *out)
{
	int from = 0;

	out->ranged = true;
	for (int m = 0; m < METRIC_N; m++)
		out->low[m] = out->high[m] = NAN;
	for (bool first = true; !c->wrong && !has(c, "}"); first = false) {
		if (!first)
			want(c, ",");
		want(c, "\"");
		while (from < METRIC_N) {
			size_t n = strlen(metric_table[from].name);

			if ((size_t)(c->end - c->at) > n && c->at[n] == '"' &&
			    has(c, metric_table[from].name))
				break;
			from++;
		}
		want(c, "\":[");
		if (from == METRIC_N)
			c->wrong = true;
		if (c->wrong)
			return;
		out->low[from] = (float)number(c);
		want(c, ",");
		out->high[from] = (float)number(c);
		want(c, "]");
	}
}

static void told(struct cursor *c, struct sample *s)
{
	int source = TOLD_ABSENT;

	want(c, ",\"cpus_told_per_op\":");
	number(c);
	want(c, ",\"cpus_told_source\":");
	if (!c->wrong && !has(c, "null")) {
		want(c, "\"");
		do
			source++;
		while (source < TOLD_SOURCES && !has(c, told_source_name[source]));
		want(c, "\"");
	}
	told_set_source(s,
			source < TOLD_SOURCES ? (enum told_source)source : TOLD_ABSENT);
}

bool interval_scan(const char *line, size_t bytes, struct interval_scan *out)
{
	struct cursor c = {line, line + bytes, false};
	double run;

	memset(&out->sample, 0, sizeof(out->sample));
	out->ranged = false;
	want(&c, "{\"type\":\"interval\",\"run\":");
	run = number(&c);
	want(&c, ",\"t_s\":");
	out->sample.t_s = number(&c);
	want(&c, ",\"elapsed_s\":");
	out->sample.elapsed_s = number(&c);
	want(&c, ",\"ns_per_op\":");
	number(&c);
	channels(&c, out);
	told(&c, &out->sample);
	if (!c.wrong && has(&c, ",\"extras\":{"))
		extras(&c, out);
	if (!c.wrong && has(&c, ",\"quality\":{"))
		quality(&c, &out->sample);
	if (!c.wrong && has(&c, ",\"noisy\":true,\"noisy_why\":["))
		noise(&c, &out->sample);
	if (!c.wrong && has(&c, ",\"range\":{"))
		range(&c, out);
	want(&c, "}");
	if (c.wrong || c.at != c.end || !(run >= 0 && run < 1e6) ||
	    !(out->sample.t_s >= 0) || !(out->sample.elapsed_s >= 0))
		return false;
	out->run = (int)run;
	return true;
}
