/* SPDX-License-Identifier: MIT */
/* What was measured before the last change, and what b keeps: both are figures of
 * settings that may no longer be the present ones. */
#include "tui/app/app_change.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/app/difference.h"

/* A window shorter than this is no measurement to compare with. */
#define SETTLED_S 0.3

void measured_keep(struct measured *m, const struct snapshot *snap)
{
	m->set = true;
	m->by_lesson = false;
	m->name[0] = '\0';
	m->series = NULL;
	m->experiment = *snap->experiment;
	m->machine = snap->machine;
	m->from_s = window_from_s(snap);
	m->to_s = snap->latest ? snap->latest->sample.t_s : 0;
	m->window = snap->window;
	series_stats(snap->series, m->from_s, m->stats);
	m->window.cpu_shootdowns = NULL;
	m->window.n_cpus = 0;
	m->worker_latency = snap->worker_latency;
	if (snap->worker_hist)
		m->worker_hist = *snap->worker_hist;
	else
		m->worker_hist.total = 0;
}

void app_change_text(const struct app *a, const struct snapshot *snap,
		     const struct experiment *before, const struct experiment *after,
		     char buf[APP_CHANGE_BYTES])
{
	struct form_facts facts = app_form_facts(a, snap);
	char key[64], from[PARAM_TEXT_BYTES], to[PARAM_TEXT_BYTES];
	struct form_field fields[FORM_MAX_FIELDS];

	experiment_diff(before, after, a->catalogue, key, sizeof(key));
	buf[0] = '\0';
	for (int i = 0, n = form_fields(after, &facts, fields); i < n; i++) {
		const char *name = fields[i].key;

		if (strncmp(key, "params.", 7) != 0 && fields[i].is_param)
			name += 7;
		if (strcmp(name, key) != 0)
			continue;
		form_plain(before, &facts, &fields[i], from, sizeof(from));
		form_plain(after, &facts, &fields[i], to, sizeof(to));
		snprintf(buf, APP_CHANGE_BYTES, "%s %.30s ▸ %.30s", fields[i].label,
			 *from ? from : "–", *to ? to : "–");
		return;
	}
}

void app_before_change(struct app *a, const struct snapshot *snap)
{
	char changed[sizeof(a->changed)];

	if (!snap->experiment)
		return;
	app_change_text(a, snap, snap->experiment, &a->draft, changed);
	if (!*changed)
		return;
	text_copy(a->changed, sizeof(a->changed), changed);
	if (snap->window.elapsed_s >= SETTLED_S)
		measured_keep(&a->before, snap);
	/* Otherwise several changes in a row: the summary compares with what was last
	 * measured, and names only the last change. */
}

void app_baseline_keep(struct app *a, const struct snapshot *snap)
{
	if (snap->window.elapsed_s >= SETTLED_S && snap->experiment)
		measured_keep(&a->baseline, snap);
	a->baseline.by_lesson = true;
}

void app_baseline_set(struct app *a, const struct snapshot *snap)
{
	char buf[64], text[128];

	if (snap->window.elapsed_s < SETTLED_S || !snap->experiment) {
		app_say(a, "no baseline yet: nothing measured with these settings");
		return;
	}
	measured_keep(&a->baseline, snap);
	struct reading ns = metric_of(METRIC_NS_PER_OP, &a->baseline.window);

	snprintf(text, sizeof(text), "baseline: %s an operation, %s",
		 text_quantity(buf, sizeof(buf),
			       reading_present(ns) ? ns.value : __builtin_nan(""),
			       "ns"),
		 "B forgets it");
	app_say(a, text);
}

/* Whether both are told, and are two. */
static bool differ(const char *a, const char *b)
{
	return *a && *b && strcmp(a, b) != 0;
}

static bool is_another_machine(const struct machine *a, const struct machine *b)
{
	return a && b && a != b &&
	       (differ(a->cpu.brand, b->cpu.brand) ||
		differ(a->cpu.perf_id, b->cpu.perf_id) ||
		differ(a->cpu.hypervisor_name, b->cpu.hypervisor_name) ||
		differ(a->kernel_release, b->kernel_release));
}

void app_baseline_guard(struct app *a, const struct snapshot *snap)
{
	const struct measured *b = &a->baseline;
	const struct experiment *now = snap->experiment;
	char text[160] = "";

	if (!b->set || !now)
		return;
	if (strcmp(b->experiment.backend, now->backend) != 0)
		snprintf(text, sizeof(text), "it ran on backend %s, this is %s",
			 b->experiment.backend, now->backend);
	else if (strcmp(b->experiment.workload, now->workload) != 0)
		snprintf(text, sizeof(text), "it ran %s, this is %s",
			 b->experiment.workload, now->workload);
	else if (is_another_machine(b->machine, snap->machine))
		text_copy(text, sizeof(text), "it ran on another machine or kernel");
	if (!*text)
		return;
	a->baseline.set = false;
	char said[sizeof(text) + 32];

	snprintf(said, sizeof(said), "baseline dropped: %s", text);
	app_say(a, said);
}
