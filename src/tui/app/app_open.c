/* SPDX-License-Identifier: MIT */
/* The model from its first preset to its last. */
#include <stdlib.h>
#include <string.h>

#include "tui/app/app_modes.h"
#include "tui/app/app_plots.h"
#include "tui/app/app_undo.h"
#include "tui/traces/traces.h"

/* Of victims with work of their own the distribution is what it is about. */
static int plot_to_lead(const struct app *a)
{
	const struct workload_desc *w =
		experiment_workload(&a->preset->experiment, a->catalogue);

	return w && w->victims_work ? TRACE_STALLS : TRACE_RUNTIME;
}

void app_preset_opened(struct app *a)
{
	a->draft = a->preset->experiment;
	a->draft.duration_s = 0;
	a->until_set = false;
	a->focus = 0;
	a->plot = plot_to_lead(a);
	app_plots_follow(a);
	app_undo_forget(a);
	a->before.set = false;
	a->controlled = false;
	memset(&a->victim_costs, 0, sizeof(a->victim_costs));
	a->changed[0] = '\0';
	app_modes_renew(a, a->preset);
}

int app_init(struct app *a, const struct catalogue *catalogue,
	     const struct machine *machine, struct preset *preset, const char *version)
{
	int err;

	*a = (struct app){
		.catalogue = catalogue,
		.machine = machine,
		.version = version,
		.preset = preset,
		.layout = LAYOUT_STANDARD,
		.span = APP_SPAN_DEFAULT,
	};
	cpu_map_init(&a->map, machine ? &machine->topology : NULL);
	err = app_modes_init(a);
	if (!err)
		app_preset_opened(a);
	return err;
}

void app_fini(struct app *a)
{
	cpu_map_fini(&a->map);
	free(a->entries);
	a->entries = NULL;
	app_undo_forget(a);
	preset_fini(&a->preview);
	app_modes_fini(a);
}
