/* SPDX-License-Identifier: MIT */
/*
 * The loop: wait for a key, the session or a deadline; let the session do what is due;
 * draw at most ten pictures a second, but answer a key at once. Settings that change
 * while a key repeats are run only when they have rested a moment.
 *
 * A signal only sets a flag, which the loop sees after poll returns; should it arrive
 * just before poll, the wait's own limit bounds the delay.
 */
#include "tlblab/tui/tui.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tui/app/app_change.h"
#include "tui/bench/baseline_series.h"
#include "tui/bench/recover.h"
#include "tui/bench/recovery_log.h"
#include "tui/bench/twin_run.h"
#include "tui/effects.h"
#include "tui/frame/mouse.h"
#include "tui/frame/screen.h"
#include "tui/frame/terminal.h"
#include "tui/keys/keymap.h"
#include "tui/lesson/course.h"
#include "tui/lesson/lesson_play.h"
#include "tui/sweep/sweep_run.h"
#include "tui/tune/tune_run.h"

enum {
	FRAME_MS = 100,
	TUNE_FRAME_MS = 500,
	REST_MS = 150,
	WAIT_MAX_MS = 250,
	EXIT_INTERRUPTED = 130,
};

static volatile sig_atomic_t stop_signal;

struct loop {
	struct session *session;
	struct terminal *terminal;
	struct canvas canvas;
	struct app app;
	struct tune_run tune;
	struct twin *twin;		   /* NULL: not asked for */
	struct recovery_log *recovery_log; /* NULL: none is kept */
	struct recovery_log_left left;
	struct baseline_series baseline_series;
	struct lesson_play play;
	uint64_t drawn_ns; /* the last picture */
	uint64_t apply_ns; /* when the draft is run; 0: nothing waits */
	bool draw_now, quit;
};

static void on_stop(int signal_number)
{
	stop_signal = signal_number;
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_STOP_SIGNALS = sizeof(stop_signals) / sizeof(stop_signals[0]) };

/* Without SA_RESTART, so that poll comes back. */
static void signals_take(struct sigaction old[N_STOP_SIGNALS])
{
	struct sigaction action = {.sa_handler = on_stop};

	stop_signal = 0;
	for (int i = 0; i < N_STOP_SIGNALS; i++)
		sigaction(stop_signals[i], &action, &old[i]);
}

static void signals_give_back(const struct sigaction old[N_STOP_SIGNALS])
{
	for (int i = 0; i < N_STOP_SIGNALS; i++)
		sigaction(stop_signals[i], &old[i], NULL);
}

static int loop_resize(struct loop *l)
{
	struct layout layout;
	int w, h;

	terminal_size(l->terminal, &w, &h);
	layout_make(&layout, w, h);
	l->app.layout = layout.kind;
	l->app.screen_w = w;
	l->app.screen_h = h;
	return canvas_resize(&l->canvas, w, h);
}

/* The bench rests while the recording has the terminal. */
static void loop_recover(struct loop *l)
{
	bool ran = !app_is_stopped(session_snapshot(l->session));
	struct sigaction passing[N_STOP_SIGNALS];
	struct error error = {.code = ERROR_NONE};
	char text[sizeof(l->left.path) + 64] = "";

	session_pause(l->session);
	terminal_close(l->terminal);
	l->terminal = NULL;
	int status = recover_show(l->left.path, l->app.version, &error);

	signals_take(passing);
	if (status == EXIT_INTERRUPTED || terminal_open(&l->terminal, stdin, &error) ||
	    loop_resize(l)) {
		l->quit = true;
		return;
	}
	recovery_log_seen(&l->left);
	l->app.left = false;
	text_append(text, sizeof(text), "it is kept for a week: tlblab replay %s",
		    l->left.path);
	app_say(&l->app, text);
	if (status)
		app_say_error(&l->app, &error);
	error_clear(&error);
	if (ran && session_resume(l->session, &error))
		app_say_error(&l->app, &error);
}

static void loop_keys(struct loop *l)
{
	for (int key; (key = terminal_read_key(l->terminal)) != KEY_NOTHING;) {
		l->draw_now = true;
		if (key == KEY_SIZE_CHANGED) {
			l->quit |= loop_resize(l) != 0;
			continue;
		}
		if (key == KEY_POINTED)
			key = mouse_key(&l->app, session_snapshot(l->session),
					&l->canvas, terminal_pointed(l->terminal));
		clock_utc(l->app.utc, sizeof(l->app.utc));

		struct effect e = app_key(&l->app, session_snapshot(l->session), key);

		if (e.kind == EFFECT_QUIT)
			l->quit = true;
		else if (e.kind == EFFECT_RECOVER)
			loop_recover(l);
		else if (e.kind == EFFECT_APPLY)
			l->apply_ns = clock_now_ns() + REST_MS * 1000000ull;
		else if (e.kind == EFFECT_TWIN)
			twin_run_toggle(&l->twin, &l->app, l->session);
		else if (!tune_run_effect(&l->tune, &e, &l->app, l->session))
			effect_run(&e, &l->app, l->session);
		if (e.kind == EFFECT_START || e.kind == EFFECT_OPEN_PRESET ||
		    e.kind == EFFECT_OPEN_LESSON || e.kind == EFFECT_SWEEP_BEGIN ||
		    e.kind == EFFECT_TUNE_BEGIN)
			l->apply_ns = 0;
	}
}

static void loop_draw(struct loop *l, uint64_t now_ns)
{
	const struct snapshot *snap = session_snapshot(l->session);

	baseline_series_align_measured(&l->baseline_series, &l->app, snap->run_start_s);
	app_plan_refresh(&l->app);
	terminal_dress(l->terminal, &l->canvas, l->app.scheme);
	l->app.scroll_max = screen_draw(&l->canvas, snap, &l->app);
	if (l->app.scroll > l->app.scroll_max)
		l->app.scroll = l->app.scroll_max;
	if (terminal_show(l->terminal, &l->canvas))
		l->quit = true;
	l->drawn_ns = now_ns;
	l->draw_now = false;
}

/* Drawing takes time from the CPUs that a tuner weighs: it gets fewer pictures. */
static uint64_t frame_ns(const struct loop *l)
{
	int ms = l->app.mode == MODE_TUNE ? TUNE_FRAME_MS : FRAME_MS;

	return (uint64_t)(ms - 5) * 1000000ull;
}

static int wait_ms(const struct loop *l, int session_ms)
{
	uint64_t now_ns = clock_now_ns();
	int wait = session_ms < WAIT_MAX_MS ? session_ms : WAIT_MAX_MS;

	if (l->apply_ns) {
		int rest = l->apply_ns > now_ns
				   ? (int)((l->apply_ns - now_ns + 999999) / 1000000)
				   : 0;

		wait = rest < wait ? rest : wait;
	}
	return wait;
}

static void loop_run(struct loop *l)
{
	while (!l->quit && !stop_signal) {
		int session_ms = session_tick(l->session);
		int tuner_ms = tune_run_tick(&l->tune, &l->app);
		uint64_t now_ns = clock_now_ns();

		sweep_run_tick(&l->app, l->session);
		l->draw_now |= lesson_play_tick(&l->play, &l->app, l->session, now_ns);
		l->quit |= l->play.over;
		app_baseline_guard(&l->app, session_snapshot(l->session));
		victim_costs_observe(&l->app.victim_costs,
				     session_snapshot(l->session));
		twin_run_tick(&l->twin, &l->app, l->session);
		session_ms = tuner_ms < session_ms ? tuner_ms : session_ms;
		if (l->apply_ns && now_ns >= l->apply_ns) {
			l->apply_ns = 0;
			effect_start_draft(&l->app, l->session);
			l->draw_now = true;
			session_ms = 0;
		}
		if (!recovery_log_write(l->recovery_log, session_snapshot(l->session),
					l->app.preset))
			app_say(&l->app, "the recovery log cannot be written: a crash "
					 "would lose what follows");
		/* A little early rather than a whole frame late. */
		if (l->draw_now || now_ns - l->drawn_ns >= frame_ns(l))
			loop_draw(l, now_ns);
		struct pollfd fds[2] = {
			{.fd = STDIN_FILENO, .events = POLLIN},
			{.fd = session_event_fd(l->session), .events = POLLIN}};

		if (poll(fds, 2, wait_ms(l, session_ms)) < 0 && errno != EINTR)
			return;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		loop_keys(l); /* after EINTR too: a new size is a key */
	}
}

/* Says what a crash left, until the first key; the footer keeps the key for it. */
static void loop_recovery_log(struct loop *l)
{
	char text[200] = "", age[32];

	l->recovery_log = recovery_log_open(&l->left);
	l->app.left = *l->left.path;
	if (!l->app.left)
		return;
	text_append(text, sizeof(text),
		    "the last session was cut off %s ago: R shows what it had measured",
		    recover_age(l->left.age_s, age, sizeof(age)));
	app_say(&l->app, text);
}

static void loop_baseline_series(struct loop *l, const struct tui_baseline *baseline)
{
	if (!baseline->reader)
		return;
	if (baseline_series_open(&l->baseline_series, baseline->reader, baseline->path,
				 l->app.catalogue))
		app_say(&l->app, "there is no memory left for the baseline");
	else
		baseline_series_show(&l->baseline_series, &l->app, &l->app.draft, -1);
}

int tui_scheme(const char *name, struct error *error)
{
	const char *asked = name ? name : getenv("TLBLAB_SCHEME");
	char all[128] = "use ";
	enum scheme found = SCHEME_DARK;

	if (asked && *asked)
		found = scheme_find(asked);
	if (found < SCHEME_N)
		return found;
	for (int i = 0; i < SCHEME_N; i++)
		text_append(all, sizeof(all), "%s%s", i ? ", " : "",
			    scheme_table[i].name);
	return error_setf(error, ERROR_INPUT, EINVAL,
			  name ? "--scheme" : "TLBLAB_SCHEME", all,
			  "there are no colours called %.40s", asked);
}

/* The first time nobody asked for a preset, the course stands beside the first lesson.
 */
static void loop_course(struct loop *l, const struct tui_options *options)
{
	static const struct effect show = {.kind = EFFECT_SHOW_COURSE};

	if (options->first_lesson && !options->play && course_is_new())
		effect_run(&show, &l->app, l->session);
}

void tui_availability(struct availability *out)
{
	terminal_availability(out);
}

int tui_run(const struct tui_options *options, struct error *error)
{
	struct sigaction old[N_STOP_SIGNALS];
	struct loop l = {
		.session = options->session,
		.draw_now = true,
		.tune = {.guardian = options->guardian, .bench_ceiling = -1},
		.play = {.by_itself = options->play, .read_s = options->step_s},
	};
	int err = terminal_open(&l.terminal, stdin, error);

	if (err)
		return error_exit_status(error);
	signals_take(old);
	app_init(&l.app, session_catalogue(l.session),
		 session_snapshot(l.session)->machine, options->preset,
		 options->version);
	l.app.scheme = (enum scheme)options->scheme;
	l.app.no_colours = !terminal_has_colours(l.terminal);
	canvas_init(&l.canvas, terminal_glyphs(l.terminal));
	if (loop_resize(&l)) {
		err = error_set(error, ERROR_MACHINE, ENOMEM, "the screen",
				"out of memory", "close other programs");
	} else {
		loop_recovery_log(&l);
		loop_baseline_series(&l, &options->baseline);
		l.app.lesson.run.cap_s = options->step_s;
		effect_start_draft(&l.app, l.session);
		loop_course(&l, options);
		loop_run(&l);
		if (options->results && app_lesson_is_there(&l.app))
			memcpy(options->results, l.app.lesson.run.result,
			       sizeof(l.app.lesson.run.result));
	}
	tune_run_fini(&l.tune, &l.app);
	twin_free(l.twin);
	terminal_close(l.terminal);
	recovery_log_close(l.recovery_log);
	baseline_series_close(&l.baseline_series);
	canvas_fini(&l.canvas);
	app_fini(&l.app);
	signals_give_back(old);
	if (err)
		return error_exit_status(error);
	return stop_signal ? EXIT_INTERRUPTED : 0;
}
