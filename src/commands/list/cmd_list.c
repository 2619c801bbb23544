/* SPDX-License-Identifier: MIT */

/* tlblab list WHAT: what the lab knows, from the tables it works by. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help/help.h"
#include "commands/list/events.h"
#include "commands/list/placements.h"
#include "commands/machine/inspection.h"
#include "commands/options.h"
#include "tlblab/backends/session.h"
#include "tlblab/base/text.h"
#include "tlblab/io/json_writer.h"
#include "tlblab/io/preset_file.h"
#include "tlblab/lab/metric.h"
#include "tlblab/sensors/sensor.h"
#include "tlblab/sim/sim.h"
#include "tlblab/workloads/workload.h"

enum { LIST_JSON, LIST_CPU, LIST_SYSROOT, LIST_THREADS, LIST_VICTIMS };

static const struct command_option list_options[] = {
	[LIST_JSON] = {"--json", NULL, "print JSON"},
	[LIST_CPU] = {"--cpu", "VENDOR-FAMILY-MODEL",
		      "events of this CPU, as GenuineIntel-6-55"},
	[LIST_SYSROOT] = {"--sysroot", "DIR",
			  "placements or events of another machine: its /proc and "
			  "/sys in DIR"},
	[LIST_THREADS] = {"--threads", "N",
			  "placements of N workers (default one per CPU)"},
	[LIST_VICTIMS] = {"--victims", "N", "and of N victims"},
	{NULL, NULL, NULL},
};

struct list_sink {
	struct json_writer *json; /* NULL: plain text */
	int width;
	const char *cpu; /* NULL: this machine's */
	const struct placements_wanted *placed;
	struct error *error;
};

/* One line of a list. Empty strings are left out. */
static void list_row(struct list_sink *sink, const char *name, const char *title,
		     const char *about)
{
	if (sink->json) {
		json_begin_line_object(sink->json);
		json_put_string(sink->json, "name", name);
		json_put_string(sink->json, "title", title);
		json_put_string(sink->json, "about", about);
		json_end_object(sink->json);
		return;
	}
	printf("%-*s  %s%s%s\n", sink->width, name, title, *title && *about ? ": " : "",
	       about);
}

static int list_presets(struct list_sink *sink)
{
	struct preset_entry *entries = NULL;
	struct catalogue all[2];
	int n = preset_list(&entries, backends_catalogue(all));

	for (int i = 0; i < n; i++) {
		const struct preset_entry *e = &entries[i];
		char title[sizeof(e->title) + 24] = "";

		if (e->course && !sink->json)
			snprintf(title, sizeof(title), "lesson %d, ", e->course);
		text_append(title, sizeof(title), "%s", e->title);
		list_row(sink, e->name, title, *e->broken ? e->broken : e->path);
	}
	free(entries);
	return n < 0 ? n : 0;
}

/* Its parameters from one on, up to the one called `until` (NULL: all). */
static void list_params(struct list_sink *sink, const struct catalogue *c,
			const struct workload_desc *d, int from, const char *until)
{
	const struct param_desc *p;
	char allowed[160], line[400];

	for (int i = from; !sink->json && (p = catalogue_param(c, d, i)); i++) {
		if (until && !strcmp(p->key, until))
			return;
		snprintf(line, sizeof(line), "    %s (%s; default %s)", p->help,
			 param_allowed(p, allowed, sizeof(allowed)), p->def);
		printf("  %-*s%s\n", sink->width - 2, p->key, line);
	}
}

/* Those of backend sim: their own parameters, and once what all of them have. */
static void list_simulated(struct list_sink *sink)
{
	const struct catalogue *c = sim_catalogue();
	const struct workload_desc *last = NULL;
	const struct param_desc *p;
	char title[96];
	int common = 0;

	for (int i = 0; i < c->n; i++) {
		last = c->workloads[i];
		snprintf(title, sizeof(title), "backend sim: %s", last->title);
		list_row(sink, last->name, title, last->summary);
		list_params(sink, c, last, 0, SIM_FIRST_COMMON);
	}
	while (last && (p = catalogue_param(c, last, common)) &&
	       strcmp(p->key, SIM_FIRST_COMMON))
		common++;
	if (!sink->json)
		printf("all of backend sim\n");
	list_params(sink, c, last, common, NULL);
}

static int list_workloads(struct list_sink *sink)
{
	for (int i = 0; workload_table[i]; i++) {
		const struct workload_ops *w = workload_table[i];
		const struct workload_desc *d = &w->desc;
		char why[160] = "", about[480] = "";

		/* What this machine cannot run says why, before what it would do. */
		if (w->available && w->available(why, sizeof(why)))
			text_append(about, sizeof(about), "not here, %s: ", why);
		text_append(about, sizeof(about), "%s", d->summary);
		if (d->layout)
			text_append(about, sizeof(about), " Its memory lies %s.",
				    d->layout);
		list_row(sink, d->name, d->title, about);
		list_params(sink, workload_catalogue(), d, 0, NULL);
	}
	list_simulated(sink);
	return 0;
}

/* What the simulator can try, then the ways of giving memory back. */
static int list_strategies(struct list_sink *sink)
{
	const struct workload_desc *release =
		catalogue_find(sim_catalogue(), "release");

	for (int i = 0; strategy_table[i]; i++)
		list_row(sink, sim_strategy_name(strategy_table[i]), "sim",
			 sim_strategy_summary(strategy_table[i]));
	for (int i = 0; release && i < release->n_params; i++) {
		const struct param_desc *p = &release->params[i];

		for (int k = 0; !strcmp(p->key, "method") && p->choices[k]; k++)
			list_row(sink, p->choices[k], "release method", p->help);
	}
	return 0;
}

static int list_placed(struct list_sink *sink)
{
	return list_placements(sink->placed, sink->json, sink->error);
}

static void list_sensor(struct list_sink *sink, const struct sensor_ops *ops,
			const struct availability *a)
{
	if (!sink->json) {
		list_row(sink, ops->name, "", ops->summary);
		printf("%-*s  %s%s\n", sink->width, "",
		       a->available ? "" : "not here: ",
		       a->available ? a->source : a->reason);
		return;
	}
	json_begin_line_object(sink->json);
	json_put_string(sink->json, "name", ops->name);
	json_put_string(sink->json, "about", ops->summary);
	json_put_bool(sink->json, "available", a->available);
	json_put_string(sink->json, "reason", a->available ? NULL : a->reason);
	json_put_string(sink->json, "source", a->available ? a->source : NULL);
	json_end_object(sink->json);
}

static int list_sensors(struct list_sink *sink)
{
	struct inspection in;
	int err = inspection_open(&in, "", sink->error);

	if (err)
		return err;
	for (int i = 0; i < in.sensors.n; i++)
		list_sensor(sink, in.sensors.ops[i], &in.sensors.availability[i]);
	inspection_close(&in);
	return 0;
}

static int list_cpu_events(struct list_sink *sink)
{
	return list_events(sink->cpu, sink->placed->root, sink->json, sink->error);
}

static int list_metrics(struct list_sink *sink)
{
	for (int i = 0; i < METRIC_N; i++)
		list_row(sink, metric_table[i].name, metric_table[i].title,
			 metric_table[i].help);
	return 0;
}

static const struct list_kind {
	const char *name;
	int (*list)(struct list_sink *sink);
	bool of_captured; /* takes --sysroot */
} list_kinds[] = {
	{"presets", list_presets},	   {"workloads", list_workloads},
	{"placements", list_placed, true}, {"sensors", list_sensors},
	{"metrics", list_metrics},	   {"events", list_cpu_events, true},
	{"strategies", list_strategies},
};

enum { LIST_KINDS = sizeof(list_kinds) / sizeof(*list_kinds) };

static int list_print(const struct list_kind *kind, const char *cpu,
		      const struct placements_wanted *placed, bool as_json)
{
	struct error error = {.code = ERROR_NONE};
	struct json_writer json;
	struct list_sink sink = {as_json ? &json : NULL, 24, cpu, placed, &error};
	int err;

	if (placed->root && !kind->of_captured) {
		error_setf(&error, ERROR_INPUT, EINVAL, "--sysroot",
			   "list placements or events of a captured machine, or run "
			   "tlblab doctor --sysroot DIR",
			   "a captured machine has no list of %s", kind->name);
		return command_fail(&error);
	}
	if (as_json) {
		json_writer_init(&json, JSON_PRETTY);
		json_begin_array(&json);
	}
	err = kind->list(&sink);
	if (as_json) {
		json_end_array(&json);
		char *text = json_writer_take(&json, NULL);

		if (text && !err)
			fputs(text, stdout);
		free(text);
	}
	return error.code == ERROR_NONE ? 0 : command_fail(&error);
}

static int list_run(int argc, char **argv)
{
	const char *names[LIST_KINDS], *value, *what = NULL, *cpu = NULL;
	struct error error = {.code = ERROR_NONE};
	struct placements_wanted placed = {.workers = -1};
	bool as_json = false;
	struct options o;
	char todo[200] = "one of ";

	options_begin(&o, &command_list, argc, argv);
	for (int got; (got = options_next(&o, &value, &error)) != OPTIONS_END;) {
		if (got == OPTIONS_HELP)
			return help_print(&command_list);
		if (got == OPTIONS_BAD)
			return command_fail(&error);
		if (got == LIST_JSON)
			as_json = true;
		else if (got == LIST_CPU)
			cpu = value;
		else if (got == LIST_SYSROOT)
			placed.root = value;
		else if (got == OPTIONS_WORD)
			what = value;
		else if (list_placements_count(list_options[got].name, value,
					       got == LIST_THREADS ? &placed.workers
								   : &placed.victims,
					       &error))
			return command_fail(&error);
	}
	for (int i = 0; i < LIST_KINDS; i++) {
		names[i] = list_kinds[i].name;
		if (what && !strcmp(what, list_kinds[i].name))
			return list_print(&list_kinds[i], cpu, &placed, as_json);
		text_append(todo, sizeof(todo), "%s%s", i ? ", " : "", names[i]);
	}
	const char *near = what ? text_nearest(what, names, LIST_KINDS) : NULL;

	if (near)
		snprintf(todo, sizeof(todo), "did you mean %s?", near);
	error_set(&error, ERROR_INPUT, EINVAL, what ? what : "list",
		  what ? "nothing of that name to list" : "says not what to list",
		  todo);
	return command_fail(&error);
}

const struct command command_list = {
	.name = "list",
	.usage = "list presets|workloads|placements|sensors|strategies|metrics|events "
		 "[--json] [--cpu VENDOR-FAMILY-MODEL] [--sysroot DIR] [--threads N] "
		 "[--victims N]",
	.summary = "list presets, workloads, sensors and other choices",
	.options = list_options,
	.run = list_run,
};
