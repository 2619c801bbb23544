/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_REPORT_PAGE_H
#define TLBLAB_SRC_REPORT_PAGE_H

#include "tlblab/report/report.h"

/* The parts of the document; html.c puts them in order. Each writes nothing where the
 * result has nothing of it. */
void page_put_machine(struct buffer *b, const struct result_data *d);
void page_put_experiment(struct buffer *b, const struct result_data *d,
			 const struct catalogue *c);
void page_put_caveats(struct buffer *b, const struct result_data *d);
/* A row a point with what matters most; all figures come later. */
void page_put_summary(struct buffer *b, const struct result_data *d);
void page_put_figures(struct buffer *b, const struct result_data *d);
void page_put_latency(struct buffer *b, const struct result_data *d);
/* What only the workload itself counts. */
void page_put_extras(struct buffer *b, const struct result_data *d,
		     const struct catalogue *c);
void page_put_flushers(struct buffer *b, const struct result_data *d);
void page_put_checks(struct buffer *b, const struct result_data *d);
void page_put_tune(struct buffer *b, const struct result_data *d);
void page_put_comparison(struct buffer *b, const struct report_file *base,
			 const struct report_file *f, const struct catalogue *c);

/* "<tr><th>name</th><td>value</td></tr>"; nothing for an empty value. */
void page_row(struct buffer *b, const char *name, const char *value);
/* A quantity in a cell of its own. */
void page_cell(struct buffer *b, double value, const char *unit);

#endif
