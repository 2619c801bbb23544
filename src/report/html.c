/* SPDX-License-Identifier: MIT */
/*
 * The document: first what the results say about each other, then each of them: what
 * matters most, plots, latency, all figures, checks, caveats, experiment and machine.
 * One file, no script, nothing fetched: a policy in its head forbids it even by
 * accident.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/markup.h"
#include "report/page.h"
#include "report/plots.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/version.h"

static const char page_css[] =
	"body{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif;"
	"max-width:52rem;margin:2rem auto;padding:0 1rem}"
	"h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:1px solid var(--rule);"
	"margin-top:2.2rem}h3{font-size:1rem;margin-bottom:.3rem}"
	"table{border-collapse:collapse;margin:.6rem 0;font-size:.87rem}"
	"th,td{text-align:left;padding:.16rem .8rem .16rem 0;vertical-align:top;"
	"border-bottom:1px solid var(--rule)}td:first-child,th:first-child,th.n{white-space:nowrap}th.n{text-align:right}tr.p>*{padding-top:.7rem}.s td{line-height:1.3;padding-top:.4rem}.s b{font-size:1.05rem}.s th{vertical-align:bottom;white-space:normal}.s th:first-child{vertical-align:top;padding-top:.45rem}td.n{white-space:nowrap;text-align:right;"
	"font-variant-numeric:tabular-nums}.d{color:var(--dim)}.ok{color:var(--ok)}"
	".warn{color:var(--warn);font-weight:600}svg{width:100%;height:auto;"
	"display:block;margin:1rem 0}.v{font-size:1.05rem;font-weight:600}"
	/* Where it is narrow a table scrolls by itself, and plots shrink, not words. */
	"@media screen and (max-width:44rem){table{display:block;overflow-x:auto}"
	"h1,h2,p{overflow-wrap:anywhere}svg text{font-size:15px}"
	"svg .t{font-size:17px}}"
	"@page{margin:15mm}@media print{body{max-width:none;margin:0;font-size:10pt}"
	"section+section{break-before:page}"
	"svg,tr{break-inside:avoid}h2,h3{break-after:avoid}}";

static void put_plots(struct buffer *b, const struct report_file *f, struct chart *c)
{
	bool any = false;

	if (report_n_points(f->data) > CHART_LINES)
		markup(b, "<p class=\"d\">The first %d of %d points are drawn.</p>\n",
		       CHART_LINES, report_n_points(f->data));
	for (int k = 0; k < plots_all_n; k++)
		for (int i = 0; plots_all[k](f, i, c); i++)
			any |= chart_put(b, c, 0);
	if (!any)
		markup(b, "<p class=\"d\">Nothing was measured that could be "
			  "plotted.</p>\n");
}

static void put_file(struct buffer *b, const struct report_file *f,
		     const struct catalogue *c, struct chart *chart)
{
	const struct result_data *d = f->data;
	char line[256];

	markup(b, "<section>\n<h2>");
	markup_text(b, *d->preset.title ? d->preset.title : f->name);
	markup(b, "</h2>\n<p class=\"d\">");
	if (d->n_runs && !strcmp(d->runs[0]->config.backend, "sim"))
		markup(b, "Simulated, by ");
	if (d->has_machine) {
		markup_text(b, machine_line(&d->machine, line, sizeof(line)));
		markup(b, "<br>");
	}
	markup_text(b, f->name);
	if (d->n_runs) {
		markup(b, ", %d %s, ", d->n_runs, d->n_runs == 1 ? "run" : "runs");
		markup_text(b, d->runs[0]->started_utc);
	}
	markup(b, "</p>\n");
	page_put_tune(b, d);
	page_put_summary(b, d);
	put_plots(b, f, chart);
	if (d->n_runs) {
		page_put_latency(b, d);
		page_put_extras(b, d, c);
		page_put_flushers(b, d);
		page_put_checks(b, d);
	}
	page_put_caveats(b, d);
	page_put_figures(b, d);
	page_put_experiment(b, d, c);
	page_put_machine(b, d);
	markup(b, "</section>\n");
}

static struct chart *chart_new(struct buffer *out)
{
	struct chart *c = calloc(1, sizeof(*c));

	if (!c && !out->error)
		out->error = -ENOMEM;
	return c;
}

void report_put_html(struct buffer *out, const struct report_file *files, int n,
		     const struct catalogue *catalogue)
{
	struct chart *chart = chart_new(out);
	char utc[32];

	if (!chart)
		return;
	markup(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
		    "charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta "
		    "name=\"viewport\" content=\"width=device-width\">\n<title>");
	markup_text(out, n == 1 ? files[0].data->preset.title : "Results of tlblab");
	markup(out, "</title>\n<style>");
	buffer_put_text(out, chart_css);
	buffer_put_text(out, page_css);
	markup(out,
	       "</style>\n</head>\n<body>\n<h1>What flushing the TLB cost</h1>\n"
	       "<p class=\"d\">Written by tlblab " TLBLAB_VERSION " on %s.</p>\n",
	       clock_utc(utc, sizeof(utc)));
	for (int i = 1; i < n; i++)
		page_put_comparison(out, &files[0], &files[i], catalogue);
	for (int i = 0; i < n; i++)
		put_file(out, &files[i], catalogue, chart);
	markup(out, "</body>\n</html>\n");
	free(chart);
}
