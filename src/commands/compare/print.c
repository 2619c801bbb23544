/* SPDX-License-Identifier: MIT */
#include "commands/compare/print.h"

#include <math.h>
#include <string.h>

#include "commands/file_names.h"
#include "tlblab/draw/utf8.h"
#include "tlblab/lab/kernel_changes.h"

static const char *better_words(enum metric m)
{
	switch (metric_table[m].better) {
	case BETTER_LOWER: return "lower is better";
	case BETTER_HIGHER: return "higher is better";
	case BETTER_NEITHER: break;
	}
	return "neither high nor low is better";
}

static void print_sample(FILE *out, char sign, const char *name, const struct stats *s)
{
	int pad = FILE_NAME_CELLS - utf8_text_columns(name);

	fprintf(out, "%c %s%*s %4zu %13.8g %13.8g %13.8g %13.8g", sign, name,
		pad > 0 ? pad : 0, "", s->n, s->min, s->max, s->median, s->mean);
	if (s->n > 1)
		fprintf(out, " %13.8g\n", s->stddev);
	else
		fprintf(out, " %13s\n", "-");
}

static void print_sources(FILE *out, const struct compare_row *row)
{
	char before[64], after[64];

	fprintf(out,
		"  ! cpus_told_source differs: %s before, %s after; different sources "
		"do not measure the same\n",
		compare_sources_text(row->before_told, before, sizeof(before)),
		compare_sources_text(row->after_told, after, sizeof(after)));
}

static void print_difference(FILE *out, const struct compare_row *row)
{
	const struct stats_difference *d = &row->difference;
	char text[128];

	fprintf(out, "  %s\n", compare_row_text(row, text, sizeof(text)));
	if (row->verdict == COMPARE_ONCE) {
		fprintf(out, "  (one measurement a side, carried along by every run: "
			     "no interval, no gate)\n");
		return;
	}
	if (row->verdict == COMPARE_SOURCES) {
		print_sources(out, row);
		return;
	}
	if (row->verdict == COMPARE_TOO_FEW) {
		fprintf(out, "  (an interval takes at least two runs a side: set "
			     "repeats)\n");
		return;
	}
	fprintf(out,
		"  %+.6g ± %.6g %s at 95 %% confidence\n"
		"  (Welch's t, %.3g degrees of freedom, p %.2g, pooled s %.6g, "
		"Hedges' g %.3g)\n",
		d->difference, d->ci95_high - d->difference,
		metric_table[row->metric].unit, d->degrees_of_freedom, d->p_value,
		d->pooled_stddev, d->effect_size);
}

/* All of it is in the figures above: nothing is dropped. */
static void print_oddities(FILE *out, char sign, const struct compare_oddities *o)
{
	char text[192];

	if (*compare_oddities_text(o, text, sizeof(text)))
		fprintf(out, "  ! %c %s\n", sign, text);
}

static void print_failed(FILE *out, char sign, const struct compared *c)
{
	char text[640];

	for (int i = 0; i < c->n_failed; i++)
		fprintf(out, "! %c %s\n", sign,
			failed_check_text(&c->failed[i], text, sizeof(text)));
}

/* What changed in Linux between the two sides; none where the kernel is the same. */
static int changes_of(const struct compared *c,
		      const struct kernel_change *out[KERNEL_CHANGES_MAX])
{
	for (int i = 0; i < c->n_mismatches && i < COMPARE_MAX_MISMATCHES; i++)
		if (!strcmp(c->mismatches[i].key, "kernel"))
			return kernel_changes_between(c->mismatches[i].before,
						      c->mismatches[i].after, out);
	return 0;
}

static void print_changes(FILE *out, const struct compared *c)
{
	const struct kernel_change *changes[KERNEL_CHANGES_MAX];
	int n = changes_of(c, changes);

	for (int i = 0; i < n; i++)
		fprintf(out,
			"! since Linux %d.%d %s: this alone may make a difference\n",
			changes[i]->major, changes[i]->minor, changes[i]->what);
}

void compare_print_tables(FILE *out, const struct compared *base,
			  const struct compared *c)
{
	const struct comparison *k = &c->comparison;
	char x[4 * FILE_NAME_CELLS], y[4 * FILE_NAME_CELLS];

	file_names_shorten(base->name, c->name, FILE_NAME_CELLS, x, y, sizeof(x));

	for (int i = 0; i < c->n_mismatches && i < COMPARE_MAX_MISMATCHES; i++)
		fprintf(out, "! %s differs: %s before, %s after\n",
			c->mismatches[i].key, c->mismatches[i].before,
			c->mismatches[i].after);
	print_changes(out, c);
	if (k->n_unmatched)
		fprintf(out, "! %d points of %s are not in %s\n", k->n_unmatched,
			base->name, c->name);
	print_failed(out, 'x', base);
	print_failed(out, '+', c);
	for (int i = 0; i < k->n_rows; i++) {
		const struct compare_row *row = &k->rows[i];
		const struct metric_desc *m = &metric_table[row->metric];

		fprintf(out, "%s%s%s%s%s (%s)\n", row->point_text,
			*row->point_text ? ": " : "", m->name, *m->unit ? ", " : "",
			m->unit, better_words(row->metric));
		fprintf(out, "  %-*s %4s %13s %13s %13s %13s %13s\n", FILE_NAME_CELLS,
			"", "N", "Min", "Max", "Median", "Avg", "Stddev");
		print_sample(out, 'x', x, &row->before);
		print_sample(out, '+', y, &row->after);
		print_difference(out, row);
		print_oddities(out, 'x', &row->before_odd);
		print_oddities(out, '+', &row->after_odd);
		fprintf(out, "\n");
	}
}

static void put_changes(struct json_writer *w, const struct compared *c)
{
	const struct kernel_change *changes[KERNEL_CHANGES_MAX];
	int n = changes_of(c, changes);
	char since[24];

	json_key(w, "kernel_changes");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		snprintf(since, sizeof(since), "%d.%d", changes[i]->major,
			 changes[i]->minor);
		json_begin_line_object(w);
		json_put_string(w, "since", since);
		json_put_string(w, "what", changes[i]->what);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_sample(struct json_writer *w, const char *key, const struct stats *s)
{
	json_key(w, key);
	json_begin_line_object(w);
	json_put_uint(w, "n", s->n);
	json_put_number(w, "min", s->min);
	json_put_number(w, "max", s->max);
	json_put_number(w, "median", s->median);
	json_put_number(w, "mean", s->mean);
	json_put_number(w, "stddev", s->stddev);
	json_end_object(w);
}

static void put_oddities(struct json_writer *w, const char *key,
			 const struct compare_oddities *o)
{
	json_key(w, key);
	json_begin_line_object(w);
	json_put_int(w, "runs", o->runs);
	json_put_int(w, "runs_failed", o->failed);
	json_put_int(w, "runs_warming", o->warming);
	json_put_int(w, "runs_drifting", o->drifting);
	json_put_int(w, "intervals_far_out", o->outliers);
	json_end_object(w);
}

static void put_row(struct json_writer *w, const struct compare_row *row)
{
	const struct stats_difference *d = &row->difference;

	json_begin_object(w);
	json_put_int(w, "point", row->point);
	json_put_string(w, "point_text", row->point_text);
	json_put_string(w, "metric", metric_table[row->metric].name);
	json_put_string(w, "unit", metric_table[row->metric].unit);
	json_put_string(w, "verdict", compare_verdict_name(row->verdict));
	put_sample(w, "before", &row->before);
	put_sample(w, "after", &row->after);
	put_oddities(w, "before_odd", &row->before_odd);
	put_oddities(w, "after_odd", &row->after_odd);
	if (row->before_told || row->after_told) {
		char told[64];

		json_put_string(
			w, "before_cpus_told_source",
			compare_sources_text(row->before_told, told, sizeof(told)));
		json_put_string(
			w, "after_cpus_told_source",
			compare_sources_text(row->after_told, told, sizeof(told)));
	}
	json_put_number(w, "difference", d->difference);
	json_put_number(w, "ci95_low", d->ci95_low);
	json_put_number(w, "ci95_high", d->ci95_high);
	json_put_number(w, "difference_pct", d->difference_pct);
	json_put_number(w, "ci95_low_pct", d->ci95_low_pct);
	json_put_number(w, "ci95_high_pct", d->ci95_high_pct);
	json_put_number(w, "pooled_stddev", d->pooled_stddev);
	json_put_number(w, "degrees_of_freedom", d->degrees_of_freedom);
	json_put_number(w, "p_value", d->p_value);
	json_put_number(w, "hedges_g", d->effect_size);
	json_end_object(w);
}

static void put_failed(struct json_writer *w, const struct compared *c)
{
	json_key(w, "checks_failed");
	json_begin_array(w);
	for (int i = 0; i < c->n_failed; i++) {
		const struct failed_check *f = &c->failed[i];

		json_begin_line_object(w);
		json_put_string(w, "name", f->check.name);
		json_put_string(w, "expected", f->check.expected);
		json_put_string(w, "observed", f->check.observed);
		json_put_string(w, "note", f->check.note);
		json_put_int(w, "runs", f->runs);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_compared(struct json_writer *w, const struct compared *c)
{
	json_begin_object(w);
	json_put_string(w, "file", c->name);
	put_failed(w, c);
	json_key(w, "differs");
	json_begin_array(w);
	for (int i = 0; i < c->n_mismatches && i < COMPARE_MAX_MISMATCHES; i++) {
		json_begin_line_object(w);
		json_put_string(w, "key", c->mismatches[i].key);
		json_put_string(w, "before", c->mismatches[i].before);
		json_put_string(w, "after", c->mismatches[i].after);
		json_end_object(w);
	}
	json_end_array(w);
	put_changes(w, c);
	json_put_int(w, "points_unmatched", c->comparison.n_unmatched);
	json_key(w, "rows");
	json_begin_array(w);
	for (int i = 0; i < c->comparison.n_rows; i++)
		put_row(w, &c->comparison.rows[i]);
	json_end_array(w);
	json_end_object(w);
}

void compare_put_json(struct json_writer *w, const struct compared *base,
		      const struct compared *compared, int n)
{
	json_begin_object(w);
	json_put_string(w, "schema", "tlblab.compare/1");
	json_put_string(w, "base", base->name);
	put_failed(w, base);
	json_key(w, "files");
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		put_compared(w, &compared[i]);
	json_end_array(w);
	json_end_object(w);
}
