/* SPDX-License-Identifier: MIT */
/*
 * RFC 4180: a header, CRLF, quotes only where needed. One line per interval; the
 * swept keys come first, so that lines of different runs can be told apart. An empty
 * field is a value that was not measured.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/io/buffer.h"
#include "tlblab/io/json_writer.h"
#include "tlblab/io/result_file.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/told.h"

static void put_field(struct buffer *b, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		buffer_put_text(b, text);
		return;
	}
	buffer_put_char(b, '"');
	for (; *text; text++) {
		if (*text == '"')
			buffer_put_char(b, '"');
		buffer_put_char(b, *text);
	}
	buffer_put_char(b, '"');
}

static void put_number(struct buffer *b, double number)
{
	char text[JSON_NUMBER_BYTES];

	buffer_put(b, text, json_number_text(text, number));
}

static void put_reading(struct buffer *b, struct reading r)
{
	buffer_put_char(b, ',');
	if (reading_present(r))
		put_number(b, r.value);
}

/* Some metrics are a channel as it stands, and have its name: one column for both. */
static bool metric_is_channel(int m)
{
	for (int c = 0; c < CH_N; c++)
		if (!strcmp(channel_table[c].name, metric_table[m].name))
			return true;
	return false;
}

/* Of the workloads' own figures, a column for each name that any run has. */
enum { EXTRA_COLUMNS_MAX = 32 };

struct extra_columns {
	const char *name[EXTRA_COLUMNS_MAX];
	int n;
};

static const struct workload_desc *run_workload(const struct result *r, int run)
{
	return experiment_workload(&r->runs[run]->config, r->catalogue);
}

static void add_columns(struct extra_columns *k, const struct workload_desc *w)
{
	for (int i = 0; w && i < w->n_extras; i++) {
		int at = 0;

		while (at < k->n && strcmp(k->name[at], w->extras[i].name) != 0)
			at++;
		if (at == k->n && at < EXTRA_COLUMNS_MAX)
			k->name[k->n++] = w->extras[i].name;
	}
}

static void put_extras(struct buffer *b, const struct extra_columns *k,
		       const struct workload_desc *w, const struct extras *extras)
{
	for (int at = 0; at < k->n; at++) {
		buffer_put_char(b, ',');
		for (int i = 0; w && i < w->n_extras; i++)
			if (extras_have(extras, i) &&
			    !strcmp(w->extras[i].name, k->name[at]))
				put_number(b, extras->value[i]);
	}
}

static void put_header(struct buffer *b, const struct result *r,
		       const struct extra_columns *extras)
{
	buffer_put_text(b, "run,point,repeat");
	for (int i = 0; i < r->preset->n_axes; i++) {
		buffer_put_char(b, ',');
		put_field(b, r->preset->sweep[i].key);
	}
	buffer_put_text(b, ",t_s,elapsed_s");
	for (int c = 0; c < CH_N; c++) {
		buffer_put_char(b, ',');
		put_field(b, channel_table[c].name);
	}
	for (int m = 0; m < METRIC_N; m++) {
		if (metric_is_channel(m))
			continue;
		buffer_put_char(b, ',');
		put_field(b, metric_table[m].name);
	}
	buffer_put_text(b, ",cpus_told_source,noisy,noisy_why");
	for (int i = 0; i < extras->n; i++) {
		buffer_put_char(b, ',');
		put_field(b, extras->name[i]);
	}
	buffer_put_text(b, "\r\n");
}

static void put_point(struct buffer *b, const struct result *r, int i)
{
	const struct run_record *run = r->runs[i];
	char text[PARAM_TEXT_BYTES];

	put_number(b, i);
	buffer_put_char(b, ',');
	put_number(b, run->point);
	buffer_put_char(b, ',');
	put_number(b, run->repeat);
	for (int a = 0; a < r->preset->n_axes; a++) {
		const struct param_desc *desc;
		struct param_value v;

		buffer_put_char(b, ',');
		if (!experiment_get(&run->config, r->catalogue, r->preset->sweep[a].key,
				    &desc, &v))
			put_field(b, param_text(desc, &v, text, sizeof(text)));
	}
}

/* 0 or 1, and what was to blame, a word each. */
static void put_noise(struct buffer *b, const struct sample *s)
{
	bool any = false;

	buffer_put_text(b, s->noise ? ",1," : ",0,");
	for (int kind = 0; kind < NOISE_KINDS; kind++) {
		if (!(s->noise & 1u << kind))
			continue;
		buffer_put_text(b, any ? " " : "");
		buffer_put_text(b, noise_name[kind]);
		any = true;
	}
}

static void put_interval(struct buffer *b, const struct sample *s)
{
	buffer_put_char(b, ',');
	put_number(b, s->t_s);
	buffer_put_char(b, ',');
	put_number(b, s->elapsed_s);
	for (int c = 0; c < CH_N; c++)
		put_reading(b, sample_get(s, (enum channel)c));
	for (int m = 0; m < METRIC_N; m++)
		if (!metric_is_channel(m))
			put_reading(b, metric_of((enum metric)m, s));
	buffer_put_char(b, ',');
	buffer_put_text(b, told_source_name[s->told_source]);
	put_noise(b, s);
}

int result_write_csv(const struct result *r, const char *path, struct error *error)
{
	struct extra_columns extras = {.n = 0};
	struct buffer b = {0};
	size_t bytes;
	char *text;
	int err;

	for (int i = 0; i < r->n_runs; i++)
		add_columns(&extras, run_workload(r, i));
	put_header(&b, r, &extras);
	for (int i = 0; i < r->n_runs; i++) {
		const struct workload_desc *w = run_workload(r, i);
		const struct series *series = r->runs[i]->series;

		for (int k = 0; series && k < series_count(series); k++) {
			const struct sample *sample = &series_at(series, k)->sample;

			put_point(&b, r, i);
			put_interval(&b, sample);
			put_extras(&b, &extras, w, &sample->extras);
			buffer_put_text(&b, "\r\n");
		}
	}
	text = buffer_take(&b, &bytes);
	if (!text)
		return error_set(error, ERROR_MACHINE, ENOMEM, path,
				 "there is not enough memory to write it",
				 "make fewer or shorter runs");
	err = file_write_whole(path, text, bytes, error);
	free(text);
	return err;
}
