/* SPDX-License-Identifier: MIT */
/*
 * Settings that change while a key repeats are run only when they have rested a moment.
 * The recovery log is written as intervals come, the baseline's and the twin's series
 * follow the session.
 */
#include "tui/bench/bench.h"

#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tui/app/app_change.h"
#include "tui/bench/export.h"
#include "tui/bench/recover.h"
#include "tui/bench/twin_run.h"
#include "tui/pages/pages.h"

enum { FRAME_MS = 100, REST_MS = 150, WAIT_MAX_MS = 250 };

struct bench *bench_of(const struct app *a)
{
	return a->state[MODE_BENCH];
}

/* The bench rests while the recording has the terminal. */
static void recover(struct tui *t)
{
	struct bench *b = bench_of(&t->app);
	struct error error = {.code = ERROR_NONE};
	char text[sizeof(b->left.path) + 64] = "";

	bench_hold(t);
	tui_terminal_close(t);
	int status = recover_show(b->left.path, t->app.version, &error);

	if (status == EXIT_INTERRUPTED || tui_terminal_open(t, stdin, &error)) {
		t->quit = true;
		return;
	}
	recovery_log_seen(&b->left);
	t->app.left = false;
	text_append(text, sizeof(text), "it is kept for a week: tlblab replay %s",
		    b->left.path);
	app_say(&t->app, text);
	if (status)
		app_say_error(&t->app, &error);
	bench_release(t, NULL);
}

/* Says what a crash left, until the first key; the footer keeps the key for it. */
static void recovery_log_begin(struct tui *t)
{
	struct bench *b = bench_of(&t->app);
	char text[200] = "", age[32];

	b->recovery_log = recovery_log_open(&b->left);
	t->app.left = *b->left.path;
	if (!t->app.left)
		return;
	text_append(text, sizeof(text),
		    "the last session ended unexpectedly %s ago; press R to view it",
		    recover_age(b->left.age_s, age, sizeof(age)));
	app_say(&t->app, text);
}

static void baseline_begin(struct tui *t)
{
	struct bench *b = bench_of(&t->app);
	const struct tui_baseline *baseline = &b->options->baseline;

	if (!baseline->reader)
		return;
	if (baseline_series_open(&b->baseline_series, baseline->reader, baseline->path,
				 t->app.catalogue))
		app_say(&t->app, "out of memory: no baseline");
	else
		baseline_series_show(&b->baseline_series, &t->app, &t->app.draft, -1);
}

static int begin(struct tui *t, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	recovery_log_begin(t);
	baseline_begin(t);
	bench_run_draft(t);
	return 0;
}

static int apply_wait_ms(const struct bench *b)
{
	uint64_t now_ns = clock_now_ns();

	if (!b->apply_ns || b->held)
		return WAIT_MAX_MS;
	return b->apply_ns > now_ns ? (int)((b->apply_ns - now_ns + 999999) / 1000000)
				    : 0;
}

static int tick(struct tui *t)
{
	struct bench *b = bench_of(&t->app);
	int wait_ms = session_tick(t->session), rest_ms;

	if (!b->held) {
		app_baseline_guard(&t->app, session_snapshot(t->session));
		twin_run_tick(&b->twin, &t->app, t->session);
	}
	victim_costs_observe(&t->app.victim_costs, session_snapshot(t->session));
	if (!b->held && b->apply_ns && clock_now_ns() >= b->apply_ns) {
		bench_run_draft(t);
		t->draw_now = true;
		wait_ms = 0;
	}
	if (!recovery_log_write(b->recovery_log, session_snapshot(t->session),
				t->app.preset))
		app_say(&t->app, "cannot write the recovery log: a crash would "
				 "lose data from here on");
	baseline_series_align_measured(&b->baseline_series, &t->app,
				       session_snapshot(t->session)->run_start_s);
	t->event_fd = session_event_fd(t->session);
	rest_ms = apply_wait_ms(b);
	return rest_ms < wait_ms ? rest_ms : wait_ms;
}

static bool act(struct tui *t, const struct effect *e)
{
	struct bench *b = bench_of(&t->app);

	switch (e->kind) {
	case EFFECT_APPLY:
		b->apply_ns = clock_now_ns() + REST_MS * 1000000ull;
		return true;
	case EFFECT_RECOVER: recover(t); return true;
	case EFFECT_TWIN: twin_run_toggle(&b->twin, &t->app, t->session); return true;
	case EFFECT_EXPORT: export_run(&t->app, t->session, e->text); return true;
	default: return bench_session_act(t, e) || bench_preset_act(t, e);
	}
}

static void leave(struct tui *t)
{
	struct bench *b = bench_of(&t->app);

	twin_free(b->twin);
	recovery_log_close(b->recovery_log);
	baseline_series_close(&b->baseline_series);
	memset(b, 0, sizeof(*b));
}

static struct page_desc page(const struct app *a)
{
	return *page_of_bench(a);
}

static const struct binding_group *const keys[] = {&keys_form, &keys_zoom, &keys_map,
						   &bench_keys, NULL};

const struct mode_ops mode_bench = {
	.state_bytes = sizeof(struct bench),
	.frame_ms = FRAME_MS,
	.keys = keys,
	.begin = begin,
	.tick = tick,
	.act = act,
	.leave = leave,
	.page = page,
};
