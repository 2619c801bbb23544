/* SPDX-License-Identifier: MIT */
/* By whom and why the CPUs were told to flush, and how long a flush took. */
#include <math.h>
#include <stdio.h>

#include "report/markup.h"
#include "report/page.h"
#include "tlblab/base/text.h"

enum { ROWS_SHOWN = 8 };

static const struct flushers *first_known(const struct result_data *d)
{
	for (int i = 0; i < d->n_runs; i++)
		if (d->runs[i] && d->runs[i]->flushers.elapsed_s > 0)
			return &d->runs[i]->flushers;
	return NULL;
}

static void put_row(struct buffer *b, const struct flusher *row, double all_per_s)
{
	markup(b, "<tr><th>");
	markup_text(b, row->comm);
	markup(b, "%s</th><td>", row->worker ? "" : " (not of the run)");
	markup_text(b, row->cause);
	markup(b, "</td>");
	page_cell(b, row->rates.flushes_per_s, "");
	page_cell(b, row->rates.asked_per_s, "");
	page_cell(b, all_per_s > 0 ? 100 * row->rates.flushes_per_s / all_per_s : NAN,
		  "%");
	markup(b, "</tr>\n");
}

static void put_lengths(struct buffer *b, const struct flushers *f)
{
	char p50[32], p99[32], send[32], wait[32], answer[32];

	if (*f->no_durations) {
		markup(b, "<p class=\"d\">Length of a flush: ");
		markup_text(b, f->no_durations);
		markup(b, "</p>\n");
		return;
	}
	markup(b,
	       "<p>A flush of other CPUs takes %s (p50), %s (p99) in the kernel, from "
	       "its beginning to the last answer. On average it sends for %s, waits "
	       "for %s, and the last CPU answers within %s.</p>\n",
	       text_quantity(p50, sizeof(p50), f->p50_ns, "ns"),
	       text_quantity(p99, sizeof(p99), f->p99_ns, "ns"),
	       text_quantity(send, sizeof(send), f->send_ns, "ns"),
	       text_quantity(wait, sizeof(wait), f->wait_ns, "ns"),
	       text_quantity(answer, sizeof(answer), f->answer_ns, "ns"));
}

void page_put_flushers(struct buffer *b, const struct result_data *d)
{
	const struct flushers *f = first_known(d);

	if (!f)
		return;
	markup(b,
	       "<h3>Who flushes, and why</h3>\n<p class=\"d\">Recorded with kernel "
	       "stacks during the warm-up of one run, in %.3g %% of that time.</p>\n",
	       f->recorded_pct);
	markup(b, "<table>\n<tr><th>Thread</th><th>Cause</th><th>Flushes/s</th>"
		  "<th>Of other CPUs/s</th><th>Share</th></tr>\n");
	for (int i = 0; i < f->n && i < ROWS_SHOWN; i++)
		put_row(b, &f->row[i], f->all.flushes_per_s);
	markup(b, "</table>\n");
	put_lengths(b, f);
}
