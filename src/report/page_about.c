/* SPDX-License-Identifier: MIT */
/* Where and how it was measured, and what a reader must know before believing it. */
#include <math.h>
#include <string.h>

#include "report/markup.h"
#include "report/page.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/told.h"

void page_row(struct buffer *b, const char *name, const char *value)
{
	if (!*value)
		return;
	markup(b, "<tr><th>");
	markup_text(b, name);
	markup(b, "</th><td>");
	markup_text(b, value);
	markup(b, "</td></tr>\n");
}

/* By what they were counted, in each run another at the worst. */
static const char *told_source_text(const struct result_data *d, char *buf,
				    size_t buf_bytes)
{
	buf[0] = '\0';
	for (unsigned int source = TOLD_ROW; source < TOLD_SOURCES; source++) {
		bool any = false;

		for (int i = 0; i < d->n_runs; i++)
			any = any || (d->runs[i] && d->runs[i]->told_source == source);
		if (any)
			text_append(buf, buf_bytes, "%s%s", *buf ? "; " : "",
				    told_source_words[source]);
	}
	return buf;
}

void page_put_machine(struct buffer *b, const struct result_data *d)
{
	const struct machine *m = &d->machine;
	char text[256];

	markup(b, "<h3>Machine</h3>\n");
	if (!d->has_machine) {
		markup(b, "<p class=\"d\">The result does not say.</p>\n");
		return;
	}
	markup(b, "<table>\n");
	page_row(b, "Machine", machine_line(m, text, sizeof(text)));
	page_row(b, "CPU", m->cpu.brand);
	page_row(b, "Kernel", m->kernel_release);
	page_row(b, "Hypervisor", m->cpu.hypervisor_name);
	page_row(b, "How flushes travel", d->mechanism_evidence);
	page_row(b, "CPUs told, counted by", told_source_text(d, text, sizeof(text)));
	for (int i = 0; i < m->n_settings; i++)
		page_row(b, m->settings[i].key, m->settings[i].value);
	for (int i = 0; i < m->n_mitigations; i++)
		page_row(b, m->mitigations[i].key, m->mitigations[i].value);
	markup(b, "</table>\n");
}

void page_put_experiment(struct buffer *b, const struct result_data *d,
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
			page_row(b, fields[i].key,
				 param_text(desc, &v, text, sizeof(text)));
	for (int i = 0; (desc = experiment_param_desc(e, c, i)); i++) {
		key[0] = '\0';
		text_append(key, sizeof(key), "params.%s", desc->key);
		page_row(b, key, param_text(desc, &e->params[i], text, sizeof(text)));
	}
	for (int a = 0; a < d->preset.n_axes; a++) {
		const struct sweep_axis *axis = &d->preset.sweep[a];
		char values[512] = "";

		for (int i = 0; i < axis->n; i++)
			text_append(values, sizeof(values), "%s%s", i ? ", " : "",
				    axis->values[i]);
		text_append(values, sizeof(values), " (swept)");
		page_row(b, axis->key, values);
	}
	markup(b, "</table>\n");
}

/* What a reader must know before believing a number. */
void page_put_caveats(struct buffer *b, const struct result_data *d)
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
