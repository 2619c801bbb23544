/* SPDX-License-Identifier: MIT */
/*
 * Makes the runs of a sweep, one after another, in the session that the bench otherwise
 * has to itself. Leaving gives it back: the bench's settings, running or paused as they
 * were, its plots empty.
 */
#include <errno.h>
#include <stdio.h>

#include "tui/bench/bench.h"
#include "tui/bench/export.h"
#include "tui/sweep/sweep.h"

enum { FRAME_MS = 100, IDLE_MS = 1000 };

struct sweep *sweep_of(const struct app *a)
{
	return a->state[MODE_SWEEP];
}

static void sweep_fail(struct tui *t, const struct error *error)
{
	char text[512];

	session_pause(t->session);
	sweep_stop(sweep_of(&t->app), error_text(error, text, sizeof(text)));
}

/* A run has the series for itself, so that its record holds nothing else. */
static void run_start(struct tui *t)
{
	const struct sweep *s = sweep_of(&t->app);
	const struct plan_run *run = sweep_next(s);
	struct error error = {.code = ERROR_NONE};
	struct experiment e;

	if (!run || s->state != SWEEP_RUNNING)
		return;
	/* Nor does it go on with the bench's workers, who have done some of theirs. */
	session_pause(t->session);
	if (plan_experiment(&s->preset, t->app.catalogue, run, &e, &error) ||
	    session_start(t->session, &e, &error)) {
		sweep_fail(t, &error);
		return;
	}
	session_clear(t->session);
}

static int sweep_make(struct tui *t, const char *axes, struct sweep *sweep,
		      struct error *error)
{
	struct preset preset = {.n_axes = 0};
	int err = sweep_preset(&t->app, &preset);

	if (err)
		error_set(error, ERROR_MACHINE, -err, "the sweep", "out of memory",
			  "close other programs");
	if (!err && *axes)
		err = sweep_axes_parse(&preset, t->app.catalogue, axes, error);
	if (!err)
		err = sweep_begin(sweep, &preset, error);
	preset_fini(&preset);
	return err;
}

static int begin(struct tui *t, const char *axes, struct error *error)
{
	struct sweep sweep;
	int err = sweep_make(t, axes, &sweep, error);

	if (err)
		return err;
	sweep_fini(sweep_of(&t->app));
	*sweep_of(&t->app) = sweep;
	app_mode_enter(&t->app, MODE_SWEEP);
	bench_hold(t);
	run_start(t);
	return 0;
}

/* All runs, as `tlblab run --json` writes them. */
static void sweep_export(struct tui *t, const char *path)
{
	const struct sweep *s = sweep_of(&t->app);
	struct result result = {
		.preset = &s->preset,
		.catalogue = t->app.catalogue,
		.runs = s->records,
		.n_runs = s->n_records,
	};
	char words[32];

	snprintf(words, sizeof(words), ", %d run%s", s->n_records,
		 s->n_records == 1 ? "" : "s");
	if (s->n_records == 0)
		app_say(&t->app, "nothing to export: no run is over yet");
	else
		export_write(&t->app, session_snapshot(t->session), &result, path,
			     words);
}

static bool act(struct tui *t, const struct effect *e)
{
	struct sweep *s = sweep_of(&t->app);

	switch (e->kind) {
	case EFFECT_PAUSE:
		session_pause(t->session);
		s->state = SWEEP_PAUSED;
		s->so_far_s = 0;
		return true;
	case EFFECT_RESUME:
		s->state = SWEEP_RUNNING;
		run_start(t);
		return true;
	case EFFECT_STOP:
		session_pause(t->session);
		sweep_stop(s, "");
		return true;
	case EFFECT_EXPORT: sweep_export(t, e->text); return true;
	default: return false;
	}
}

static int tick(struct tui *t)
{
	static const struct error none = {
		.code = ERROR_MACHINE, .what = "the run", .why = "it measured nothing"};
	struct sweep *s = sweep_of(&t->app);
	const struct snapshot *snap = session_snapshot(t->session);
	struct run_record *record;

	if (s->state != SWEEP_RUNNING)
		return IDLE_MS;
	s->so_far_s = snap->now_s;
	if (snap->phase != SESSION_DONE && snap->phase != SESSION_FAILED)
		return IDLE_MS;
	record = session_record(t->session);
	if (!record) {
		sweep_fail(t, snap->error->code == ERROR_NONE ? &none : snap->error);
		return IDLE_MS;
	}
	sweep_add(s, record, snap->now_s);
	if (s->state == SWEEP_DONE)
		session_pause(t->session);
	else
		run_start(t);
	return 0;
}

static void leave(struct tui *t)
{
	struct sweep *s = sweep_of(&t->app);

	if (!bench_is_held(t)) /* only looked at */
		return;
	session_pause(t->session);
	sweep_stop(s, "");
	if (s->n_records == 0)
		sweep_fini(s); /* nothing to come back to */
	bench_release(t, &t->app.draft);
	session_clear(t->session);
}

static void renew(struct app *a, const struct preset *p)
{
	(void)p; /* another lesson's */
	sweep_fini(sweep_of(a));
}

static struct page_desc page(const struct app *a)
{
	(void)a;
	return sweep_page;
}

static const struct mode_prompt prompt = {
	.label = "sweep",
	.hint = "KEY=V1,V2 …   Enter runs   Esc leaves",
	.accept = sweep_accept,
};
static const struct binding_group *const keys[] = {&sweep_keys, NULL};

const struct mode_ops mode_sweep = {
	.export_name = "sweep",
	.state_bytes = sizeof(struct sweep),
	.frame_ms = FRAME_MS,
	.keys = keys,
	.begin = begin,
	.tick = tick,
	.act = act,
	.leave = leave,
	.page = page,
	.prompt = &prompt,
	.enter = sweep_enter,
	.renew = renew,
};
