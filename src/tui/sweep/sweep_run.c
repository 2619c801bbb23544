/* SPDX-License-Identifier: MIT */
#include "tui/sweep/sweep_run.h"

#include <errno.h>

#include "tui/app/app_modes.h"
#include "tui/effects.h"

static void sweep_fail(struct app *a, struct session *session,
		       const struct error *error)
{
	char text[512];

	session_pause(session);
	sweep_stop(&a->sweep, error_text(error, text, sizeof(text)));
}

/* A run has the series for itself, so that its record holds nothing else. */
static void run_start(struct app *a, struct session *session)
{
	const struct plan_run *run = sweep_next(&a->sweep);
	struct error error = {.code = ERROR_NONE};
	struct experiment e;

	if (!run || a->sweep.state != SWEEP_RUNNING)
		return;
	/* Nor does it go on with the bench's workers, who have done some of theirs. */
	session_pause(session);
	if (plan_experiment(&a->sweep.preset, a->catalogue, run, &e, &error) ||
	    session_start(session, &e, &error) || session_resume(session, &error)) {
		sweep_fail(a, session, &error);
		return;
	}
	session_clear(session);
}

void sweep_run_begin(struct app *a, struct session *session, const char *axes)
{
	struct error error = {.code = ERROR_NONE};
	struct preset preset = {.n_axes = 0};
	struct sweep sweep;
	int err = app_sweep_preset(a, &preset);

	if (err)
		error_set(&error, ERROR_MACHINE, -err, "the sweep", "out of memory",
			  "close other programs");
	if (!err && *axes)
		err = sweep_axes_parse(&preset, a->catalogue, axes, &error);
	if (!err)
		err = sweep_begin(&sweep, &preset, &error);
	preset_fini(&preset);
	if (err) {
		app_say_error(a, &error);
		return;
	}
	if (!a->bench_away)
		a->bench_ran = !app_is_stopped(session_snapshot(session));
	sweep_fini(&a->sweep);
	a->sweep = sweep;
	a->mode = MODE_SWEEP;
	a->bench_away = true;
	run_start(a, session);
}

void sweep_run_pause(struct app *a, struct session *session)
{
	session_pause(session);
	a->sweep.state = SWEEP_PAUSED;
	a->sweep.so_far_s = 0;
}

void sweep_run_resume(struct app *a, struct session *session)
{
	a->sweep.state = SWEEP_RUNNING;
	run_start(a, session);
}

void sweep_run_stop(struct app *a, struct session *session)
{
	session_pause(session);
	sweep_stop(&a->sweep, "");
}

void sweep_run_leave(struct app *a, struct session *session)
{
	struct error error = {.code = ERROR_NONE};

	a->mode = MODE_BENCH;
	if (!a->bench_away) /* only looked at */
		return;
	a->bench_away = false;
	sweep_run_stop(a, session);
	if (a->sweep.n_records == 0)
		sweep_fini(&a->sweep); /* nothing to come back to */
	if (session_start(session, &a->draft, &error) ||
	    (a->bench_ran && session_resume(session, &error)))
		app_say_error(a, &error);
	session_clear(session);
}

void sweep_run_tick(struct app *a, struct session *session)
{
	const struct snapshot *snap;
	struct run_record *record;

	if (a->sweep.state != SWEEP_RUNNING)
		return;
	snap = session_snapshot(session);
	a->sweep.so_far_s = snap->now_s;
	if (snap->phase != SESSION_DONE && snap->phase != SESSION_FAILED)
		return;
	record = session_record(session);
	if (!record) {
		const struct error none = {.code = ERROR_MACHINE,
					   .what = "the run",
					   .why = "it measured nothing"};

		sweep_fail(a, session,
			   snap->error->code == ERROR_NONE ? &none : snap->error);
		return;
	}
	sweep_add(&a->sweep, record, snap->now_s);
	if (a->sweep.state == SWEEP_DONE)
		session_pause(session);
	else
		run_start(a, session);
}
