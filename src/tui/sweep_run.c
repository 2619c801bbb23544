/* SPDX-License-Identifier: MIT */
#include "tui/sweep_run.h"

#include <errno.h>

#include "tui/app_modes.h"
#include "tui/effects.h"

static void sweep_fail(struct app *a, struct session *session,
		       const struct fault *fault)
{
	char text[512];

	session_pause(session);
	sweep_stop(&a->sweep, fault_text(fault, text, sizeof(text)));
}

/* A run has the series for itself, so that its record holds nothing else. */
static void run_start(struct app *a, struct session *session)
{
	const struct plan_run *run = sweep_next(&a->sweep);
	struct fault fault = {.code = FAULT_NONE};
	struct experiment e;

	if (!run || a->sweep.state != SWEEP_RUNNING)
		return;
	/* Nor does it go on with the bench's workers, who have done some of theirs. */
	session_pause(session);
	if (plan_experiment(&a->sweep.preset, a->catalogue, run, &e, &fault) ||
	    session_start(session, &e, &fault) || session_resume(session, &fault)) {
		sweep_fail(a, session, &fault);
		return;
	}
	session_clear(session);
}

void sweep_run_begin(struct app *a, struct session *session, const char *axes)
{
	struct fault fault = {.code = FAULT_NONE};
	struct preset preset = {.n_axes = 0};
	struct sweep sweep;
	int err = app_sweep_preset(a, &preset);

	if (err)
		fault_set(&fault, FAULT_MACHINE, -err, "the sweep", "out of memory",
			  "close other programs");
	if (!err && *axes)
		err = sweep_axes_parse(&preset, a->catalogue, axes, &fault);
	if (!err)
		err = sweep_begin(&sweep, &preset, &fault);
	preset_fini(&preset);
	if (err) {
		app_say_fault(a, &fault);
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
	struct fault fault = {.code = FAULT_NONE};

	a->mode = MODE_BENCH;
	if (!a->bench_away) /* only looked at */
		return;
	a->bench_away = false;
	sweep_run_stop(a, session);
	if (a->sweep.n_records == 0)
		sweep_fini(&a->sweep); /* nothing to come back to */
	if (session_start(session, &a->draft, &fault) ||
	    (a->bench_ran && session_resume(session, &fault)))
		app_say_fault(a, &fault);
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
		const struct fault none = {.code = FAULT_MACHINE,
					   .what = "the run",
					   .why = "it measured nothing"};

		sweep_fail(a, session,
			   snap->fault->code == FAULT_NONE ? &none : snap->fault);
		return;
	}
	sweep_add(&a->sweep, record, snap->now_s);
	if (a->sweep.state == SWEEP_DONE)
		session_pause(session);
	else
		run_start(a, session);
}
