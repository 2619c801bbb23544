/* SPDX-License-Identifier: MIT */
/*
 * The document: for each result its machine, experiment, figures, plots, checks and
 * what could not be measured and why; then what the results say about each other. One
 * file, no script, nothing fetched: a policy in its head forbids it even by accident.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/markup.h"
#include "report/plots.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/base/version.h"
#include "tlblab/lab/compare.h"

static const char page_css[] =
	"body{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif;"
	"max-width:52rem;margin:2rem auto;padding:0 1rem}"
	"h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:1px solid var(--rule);"
	"margin-top:2.2rem}h3{font-size:1rem;margin-bottom:.3rem}"
	"table{border-collapse:collapse;margin:.6rem 0;font-size:.87rem}"
	"th,td{text-align:left;padding:.16rem .8rem .16rem 0;vertical-align:top;"
	"border-bottom:1px solid var(--rule)}td:first-child{white-space:nowrap}td.n{white-space:nowrap;text-align:right;"
	"font-variant-numeric:tabular-nums}.d{color:var(--dim)}.ok{color:var(--ok)}"
	".warn{color:var(--warn);font-weight:600}svg{max-width:100%;height:auto;"
	"display:block;margin:1rem 0}.v{font-size:1.05rem;font-weight:600}"
	"@page{margin:15mm}@media print{body{max-width:none;margin:0;font-size:10pt}"
	"svg,tr{break-inside:avoid}h2,h3{break-after:avoid}}";

static void row(struct buffer *b, const char *name, const char *value)
{
	if (!*value)
		return;
	markup(b, "<tr><th>");
	markup_text(b, name);
	markup(b, "</th><td>");
	markup_text(b, value);
	markup(b, "</td></tr>\n");
}

static void put_machine(struct buffer *b, const struct result_data *d)
{
	const struct machine *m = &d->machine;
	char text[256];

	markup(b, "<h3>Machine</h3>\n");
	if (!d->has_machine) {
		markup(b, "<p class=\"d\">The result does not say.</p>\n");
		return;
	}
	markup(b, "<table>\n");
	row(b, "Machine", machine_line(m, text, sizeof(text)));
	row(b, "CPU", m->cpu.brand);
	row(b, "Kernel", m->kernel_release);
	row(b, "Hypervisor", m->cpu.hypervisor_name);
	row(b, "How flushes travel", d->mechanism_evidence);
	for (int i = 0; i < m->n_settings; i++)
		row(b, m->settings[i].key, m->settings[i].value);
	for (int i = 0; i < m->n_mitigations; i++)
		row(b, m->mitigations[i].key, m->mitigations[i].value);
	markup(b, "</table>\n");
}

static void put_experiment(struct buffer *b, const struct result_data *d,
			   const struct catalogue *c)
{
	const struct experiment *e =
		d->n_runs ? &d->runs[0]->config : &d->preset.experiment;
	const struct param_desc *desc;
	struct param_value v;
	char text[PARAM_TEXT_BYTES], key[64];
	int n;
	const struct param_desc *fields = experiment_fields(&n);

	markup(b, "<h3>Experiment</h3>\n");
	for (int i = 0; i < d->preset.n_notes; i++) {
		markup(b, "<p>");
		markup_text(b, d->preset.notes[i]);
		markup(b, "</p>\n");
	}
	markup(b, "<table>\n");
	for (int i = 0; i < n; i++)
		if (!experiment_get(e, c, fields[i].key, &desc, &v))
			row(b, fields[i].key, param_text(desc, &v, text, sizeof(text)));
	for (int i = 0; (desc = experiment_param_desc(e, c, i)); i++) {
		key[0] = '\0';
		text_append(key, sizeof(key), "params.%s", desc->key);
		row(b, key, param_text(desc, &e->params[i], text, sizeof(text)));
	}
	for (int a = 0; a < d->preset.n_axes; a++) {
		const struct sweep_axis *axis = &d->preset.sweep[a];
		char values[512] = "";

		for (int i = 0; i < axis->n; i++)
			text_append(values, sizeof(values), "%s%s", i ? ", " : "",
				    axis->values[i]);
		text_append(values, sizeof(values), " (swept)");
		row(b, axis->key, values);
	}
	markup(b, "</table>\n");
}

static void cell(struct buffer *b, double value, const char *unit)
{
	char text[32];

	markup(b, "<td class=\"n\">");
	markup_text(b, text_quantity(text, sizeof(text), value, unit));
	markup(b, "</td>");
}

static void put_figures(struct buffer *b, const struct result_data *d)
{
	int n = report_n_points(d);
	struct point_summary *points = calloc((size_t)n + 1, sizeof(*points));
	char name[128];

	if (!points || points_summarise(d->runs, d->n_runs, n, points)) {
		free(points);
		return;
	}
	markup(b, "<h3>Figures</h3>\n<table>\n<tr><th></th><th></th><th>mean</th>"
		  "<th>95 %% interval</th><th></th><th>runs</th></tr>\n");
	for (int p = 0; p < n; p++)
		for (int m = 0; m < METRIC_N; m++) {
			const struct stats *s = &points[p].metric[m];

			if (!s->n)
				continue;
			markup(b, "<tr><td>");
			markup_text(b, report_point_name(d, p, name, sizeof(name)));
			markup(b, "</td><td>");
			markup_text(b, metric_table[m].title);
			markup(b, "</td>");
			cell(b, s->mean, metric_table[m].unit);
			cell(b, s->ci95_low, metric_table[m].unit);
			cell(b, s->ci95_high, metric_table[m].unit);
			markup(b, "<td class=\"n\">%zu</td></tr>\n", s->n);
		}
	markup(b, "</table>\n<p class=\"d\">Each run is one observation; the interval "
		  "is that of the mean over runs. With one run there is none.</p>\n");
	free(points);
}

static void put_checks(struct buffer *b, const struct result_data *d)
{
	static const char *const words[] = {[CHECK_OK] = "holds",
					    [CHECK_WARN] = "does not hold",
					    [CHECK_UNKNOWN] = "not known"};
	char name[128];

	markup(b, "<h3>Checks</h3>\n<table>\n");
	for (int p = 0; p < report_n_points(d); p++) {
		const struct run_record *run = report_run_of(d, p);

		for (int i = 0; run && i < run->n_checks; i++) {
			const struct check *k = &run->checks[i];

			markup(b, "<tr><td>");
			markup_text(b, report_point_name(d, p, name, sizeof(name)));
			markup(b, "</td><td>");
			markup_text(b, k->name);
			markup(b, "</td><td class=\"%s\">%s</td><td>",
			       k->state == CHECK_OK	? "ok"
			       : k->state == CHECK_WARN ? "warn"
							: "d",
			       words[k->state]);
			markup_text(b, k->observed);
			markup(b, "</td><td class=\"d\">");
			markup_text(b, *k->note ? k->note : k->expected);
			markup(b, "</td></tr>\n");
		}
	}
	markup(b, "</table>\n");
}

/* What a reader must know before believing a number. */
static void put_caveats(struct buffer *b, const struct result_data *d)
{
	markup(b, "<h3>Caveats</h3>\n<ul>\n");
	for (int i = 0; i < d->n_runs; i++) {
		const struct run_record *run = d->runs[i];

		if (run->interrupted)
			markup(b, "<li class=\"warn\">Run %d was interrupted.</li>\n",
			       i + 1);
		if (*run->failure) {
			markup(b, "<li class=\"warn\">Run %d ended early: ", i + 1);
			markup_text(b, run->failure);
			markup(b, "</li>\n");
		}
	}
	if (d->n_runs && !strcmp(d->runs[0]->config.backend, "sim"))
		markup(b, "<li>Simulated: times come from a cost model, not from a "
			  "machine.</li>\n");
	if (d->has_machine && d->machine.cpu.hypervisor)
		markup(b, "<li>Measured in a virtual machine: an interrupt costs what "
			  "its hypervisor makes of it.</li>\n");
	for (int i = 0; i < d->n_sensors; i++) {
		if (d->availability[i].available)
			continue;
		markup(b, "<li>Not measured: ");
		markup_text(b, d->sensor_names[i]);
		markup(b, ": ");
		markup_text(b, d->availability[i].reason);
		markup(b, "</li>\n");
	}
	markup(b, "<li>Shootdowns are counted where they are received: one flush seen "
		  "by N other CPUs counts N.</li>\n</ul>\n");
}

static void put_tune(struct buffer *b, const struct result_data *d)
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
	row(b, "Recommended", text);
	row(b, "Method", t->method);
	text[0] = '\0';
	if (isfinite(t->aa_noise_pct))
		text_append(text, sizeof(text), "%.2g %%", t->aa_noise_pct);
	row(b, "One flush measured twice differs by", text);
	row(b, "The ceiling found",
	    t->restored ? "is in force again" : "was not put back");
	markup(b, "</table>\n");
}

static void put_plots(struct buffer *b, const struct report_file *f, struct chart *c)
{
	markup(b, "<h3>Plots</h3>\n");
	if (report_n_points(f->data) > CHART_LINES)
		markup(b, "<p class=\"d\">The first %d of %d points are drawn.</p>\n",
		       CHART_LINES, report_n_points(f->data));
	for (int k = 0; k < plots_all_n; k++)
		for (int i = 0; plots_all[k](f, i, c); i++)
			chart_put(b, c, 0);
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
		cell(b, r->before.mean, metric_table[r->metric].unit);
		cell(b, r->after.mean, metric_table[r->metric].unit);
		markup(b, "<td class=\"%s\">",
		       r->verdict == COMPARE_WORSE    ? "warn"
		       : r->verdict == COMPARE_BETTER ? "ok"
						      : "d");
		markup_text(b, compare_row_text(r, text, sizeof(text)));
		markup(b, "</td></tr>\n");
	}
	markup(b, "</table>\n");
}

static void put_comparison(struct buffer *b, const struct report_file *base,
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
	if (compare_make(&compared, &before, &after, METRIC_N, n > 0))
		return;
	if (compared.n_rows)
		put_rows(b, &compared);
	else
		markup(b, "<p class=\"d\">No metric was measured in both.</p>\n");
	compare_fini(&compared);
}

static void put_file(struct buffer *b, const struct report_file *f,
		     const struct catalogue *c, struct chart *chart)
{
	const struct result_data *d = f->data;

	markup(b, "<section>\n<h2>");
	markup_text(b, *d->preset.title ? d->preset.title : f->name);
	markup(b, "</h2>\n<p class=\"d\">");
	markup_text(b, f->name);
	if (d->n_runs) {
		markup(b, ", %d %s, ", d->n_runs, d->n_runs == 1 ? "run" : "runs");
		markup_text(b, d->runs[0]->started_utc);
	}
	markup(b, "</p>\n");
	put_tune(b, d);
	if (d->n_runs)
		put_figures(b, d);
	put_plots(b, f, chart);
	if (d->n_runs)
		put_checks(b, d);
	put_caveats(b, d);
	put_experiment(b, d, c);
	put_machine(b, d);
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
		put_comparison(out, &files[0], &files[i], catalogue);
	for (int i = 0; i < n; i++)
		put_file(out, &files[i], catalogue, chart);
	markup(out, "</body>\n</html>\n");
	free(chart);
}

void report_put_svg(struct buffer *out, const struct report_file *files, int n,
		    const struct catalogue *catalogue)
{
	struct chart *chart = chart_new(out);
	struct buffer body = {.data = NULL};
	int y = 0;

	(void)catalogue;
	if (!chart)
		return;
	for (int f = 0; f < n; f++)
		for (int k = 0; k < plots_all_n; k++)
			for (int i = 0; plots_all[k](&files[f], i, chart); i++)
				if (chart_put(&body, chart, y + 10))
					y += CHART_H + 20;
	markup(out,
	       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	       "viewBox=\"-10 0 %d %d\">\n<style>",
	       CHART_W + 20, y, CHART_W + 20, y > 0 ? y : 1);
	buffer_put_text(out, chart_css);
	markup(out, "</style>\n<rect x=\"-10\" width=\"100%%\" height=\"100%%\" "
		    "style=\"fill:var(--bg)\"/>\n");
	if (body.data)
		buffer_put(out, body.data, body.bytes);
	markup(out, "</svg>\n");
	if (body.error && !out->error)
		out->error = body.error;
	buffer_free(&body);
	free(chart);
}
