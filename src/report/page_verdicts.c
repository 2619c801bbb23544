/* SPDX-License-Identifier: MIT */
/* What results say about each other, and what a tuning found. */
#include <math.h>
#include <string.h>

#include "report/markup.h"
#include "report/page.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/compare.h"

void page_put_tune(struct buffer *b, const struct result_data *d)
{
	const struct result_tune_data *t = d->tune;
	char text[64] = "";

	if (!t)
		return;
	markup(b, "<h3>The ceiling</h3>\n<p class=\"v\">");
	markup_text(b, t->verdict);
	markup(b, "</p>\n<table>\n");
	if (t->recommended >= 0) {
		text_append(text, sizeof(text), "%lld pages, 95 %% interval %lld to ",
			    (long long)t->recommended, (long long)t->ci95_low);
		if (t->ci95_high >= 0)
			text_append(text, sizeof(text), "%lld",
				    (long long)t->ci95_high);
		else
			text_append(text, sizeof(text), "no bound");
	}
	page_row(b, "Recommended", text);
	page_row(b, "Method", t->method);
	text[0] = '\0';
	if (isfinite(t->aa_noise_pct))
		text_append(text, sizeof(text), "%.2g %%", t->aa_noise_pct);
	page_row(b, "One flush measured twice differs by", text);
	page_row(b, "The ceiling found",
		 t->restored ? "is in force again" : "was not put back");
	markup(b, "</table>\n");
}

static void side_of(const struct report_file *f, const struct catalogue *c,
		    struct fact facts[3], struct compare_side *out)
{
	const struct machine *m = &f->data->machine;
	const char *const pairs[3][2] = {{"cpu", m->cpu.brand},
					 {"hypervisor", m->cpu.hypervisor_name},
					 {"kernel", m->kernel_release}};

	memset(facts, 0, 3 * sizeof(*facts));
	for (int i = 0; i < 3; i++) {
		text_copy(facts[i].key, sizeof(facts[i].key), pairs[i][0]);
		text_copy(facts[i].value, sizeof(facts[i].value), pairs[i][1]);
	}
	*out = (struct compare_side){.name = f->name,
				     .catalogue = c,
				     .preset = &f->data->preset,
				     .runs = f->data->runs,
				     .n_runs = f->data->n_runs,
				     .facts = facts,
				     .n_facts = 3};
}

static void put_rows(struct buffer *b, const struct comparison *compared)
{
	char text[160];

	markup(b, "<table>\n<tr><th></th><th></th><th>before</th><th>after</th>"
		  "<th>difference, 95 %% interval</th></tr>\n");
	for (int i = 0; i < compared->n_rows; i++) {
		const struct compare_row *r = &compared->rows[i];

		markup(b, "<tr><td>");
		markup_text(b, r->point_text);
		markup(b, "</td><td>");
		markup_text(b, metric_table[r->metric].title);
		markup(b, "</td>");
		page_cell(b, r->before.mean, metric_table[r->metric].unit);
		page_cell(b, r->after.mean, metric_table[r->metric].unit);
		markup(b, "<td class=\"%s\">",
		       r->verdict == COMPARE_WORSE    ? "warn"
		       : r->verdict == COMPARE_BETTER ? "ok"
						      : "d");
		markup_text(b, compare_row_text(r, text, sizeof(text)));
		markup(b, "</td></tr>\n");
	}
	markup(b, "</table>\n");
}

void page_put_comparison(struct buffer *b, const struct report_file *base,
			 const struct report_file *f, const struct catalogue *c)
{
	struct compare_mismatch mismatches[COMPARE_MAX_MISMATCHES];
	struct compare_side before, after;
	struct fact facts[2][3];
	struct comparison compared;

	side_of(base, c, facts[0], &before);
	side_of(f, c, facts[1], &after);
	int n = compare_mismatches(&before, &after, mismatches);

	markup(b, "<h2>");
	markup_text(b, f->name);
	markup(b, " against ");
	markup_text(b, base->name);
	markup(b, "</h2>\n");
	for (int i = 0; i < n && i < COMPARE_MAX_MISMATCHES; i++) {
		markup(b, "<p class=\"warn\">They differ in ");
		markup_text(b, mismatches[i].key);
		markup(b, ": ");
		markup_text(b, mismatches[i].before);
		markup(b, " before, ");
		markup_text(b, mismatches[i].after);
		markup(b, " after.</p>\n");
	}
	if (compare_make(&compared, &before, &after, METRIC_N, false))
		return;
	if (compared.n_unmatched)
		markup(b, "<p class=\"d\">%d of the points have no counterpart.</p>\n",
		       compared.n_unmatched);
	if (compared.n_rows)
		put_rows(b, &compared);
	else
		markup(b, "<p class=\"d\">No metric was measured in both.</p>\n");
	compare_fini(&compared);
}
