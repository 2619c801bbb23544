/* SPDX-License-Identifier: MIT */
/* What a key makes the session do. */
#include <unistd.h>

#include "tui/bench/bench.h"

bool bench_run_draft(struct tui *t)
{
	struct app *a = &t->app;
	struct error error = {.code = ERROR_NONE};

	bench_of(a)->apply_ns = 0;
	app_before_change(a, session_snapshot(t->session));
	a->draft_waits = false;
	if (session_start(t->session, &a->draft, &error)) {
		app_say_error(a, &error);
		return false;
	}
	return true;
}

void diagnose(struct app *a, const struct snapshot *snap)
{
	const struct diagnosis_facts facts = {
		.machine = snap->machine,
		.sensors = snap->view.sensors,
		.n_sensors = snap->view.n_sensors,
		.mechanism = &snap->mechanism,
		.ceiling = snap->view.ceiling,
		.ceiling_pages = snap->view.ceiling_pages,
		.refill = snap->view.refill,
		.elsewhere = app_bottom(a) == MODE_REPLAY,
		.root = geteuid() == 0,
	};

	diagnosis_make(&facts, &a->diagnosis);
}

bool bench_session_act(struct tui *t, const struct effect *e)
{
	struct error error = {.code = ERROR_NONE};
	int err = 0;

	switch (e->kind) {
	case EFFECT_START: bench_run_draft(t); break;
	case EFFECT_PAUSE: session_pause(t->session); break;
	case EFFECT_RESUME: err = session_run(t->session, &error); break;
	case EFFECT_CLEAR: session_clear(t->session); break;
	case EFFECT_TRIGGER: err = session_trigger(t->session, &error); break;
	case EFFECT_DIAGNOSE: diagnose(&t->app, session_snapshot(t->session)); break;
	default: return false;
	}
	if (err)
		app_say_error(&t->app, &error);
	return true;
}
