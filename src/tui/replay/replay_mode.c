/* SPDX-License-Identifier: MIT */
/*
 * A replay: the screen of the bench over a recording. It is drawn when a key was
 * pressed, more of a stream has arrived, or the playhead moves. Keys come from /dev/tty
 * where standard input carries the stream.
 */
#include "tui/replay/replay.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/base/clock.h"
#include "tlblab/tui/tui.h"
#include "tui/app/app_change.h"
#include "tui/bench/baseline_series.h"
#include "tui/bench/bench.h"
#include "tui/pages/pages.h"
#include "tui/replay/playhead.h"

enum {
	FRAME_MS = 100,
	READ_BYTES = 256 << 10,
	FIRST_WAIT_MS = 200, /* how often a stream that says nothing yet is looked at */
	MAX_SENSORS = RESULT_MAX_SENSORS,
};

struct player {
	const struct tui_replay_options *options;
	struct recording_reader *reader;
	int fd; /* -1: all is there */
	char chunk[READ_BYTES];
	struct catalogue catalogues[2];
	struct replay *replay;
	struct session_sensor sensors[MAX_SENSORS];
	struct preset preset;
	struct baseline_series baseline_series;
	int shown_run; /* the one the baseline is drawn behind */
	long skipped;  /* as last said */
};

struct playhead *playhead_of(const struct app *a)
{
	return a->state[MODE_REPLAY];
}

/* Reads what is there; false when the stream has ended or cannot be read on. */
static bool arrive(struct player *p, struct error *error)
{
	ssize_t n = read(p->fd, p->chunk, sizeof(p->chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n > 0 && !recording_reader_feed(p->reader, p->chunk, (size_t)n, error))
		return true;
	if (n < 0)
		error_set(error, ERROR_INPUT, errno, p->options->name, strerror(errno),
			  "what came before can be played");
	if (n == 0)
		recording_reader_finish(p->reader, error);
	p->fd = -1;
	return false;
}

/* Until there is something to play. 0, or -errno with an error. */
static int await_first(struct player *p, struct error *error)
{
	while (!recording_reader_recording(p->reader)) {
		struct pollfd fd = {.fd = p->fd, .events = POLLIN};

		if (p->fd < 0)
			return error->code != ERROR_NONE
				       ? -EINVAL
				       : error_set(error, ERROR_INPUT, ENODATA,
						   p->options->name,
						   "it holds no interval",
						   "record one with tlblab run "
						   "--stream FILE");
		if (tui_is_interrupted())
			return error_set(error, ERROR_INTERRUPTED, EINTR,
					 p->options->name,
					 "interrupted before the first interval came",
					 "wait for the run to begin");
		if (poll(&fd, 1, FIRST_WAIT_MS) > 0)
			arrive(p, error);
	}
	return 0;
}

static struct replay_source source_of(struct player *p)
{
	struct result_data *d = recording_reader_data(p->reader);

	for (int i = 0; i < d->n_sensors; i++)
		p->sensors[i] = (struct session_sensor){d->sensor_names[i], "",
							&d->availability[i]};
	struct replay_source source =
		baseline_series_source(p->reader, backends_catalogue(p->catalogues));

	source.sensors = p->sensors;
	source.n_sensors = d->n_sensors;
	source.complete = p->fd < 0;
	return source;
}

static void say_skipped(struct player *p, struct app *a)
{
	const struct error *why;
	long skipped = recording_reader_skipped(p->reader, &why);
	char text[400], reason[300];

	if (skipped == p->skipped || !why)
		return;
	p->skipped = skipped;
	snprintf(text, sizeof(text), "%ld %s left out; the last: %s", skipped,
		 skipped == 1 ? "line" : "lines",
		 error_text(why, reason, sizeof(reason)));
	app_say(a, text);
	a->message_is_error = true;
}

/* The baseline's run of the same number stands behind the playhead's. */
static void baseline_follow(struct player *p, struct app *a)
{
	const struct snapshot *snap = replay_snapshot(p->replay);
	int run = replay_run(p->replay);
	const struct recording *rec = recording_reader_recording(p->reader);

	if (p->baseline_series.replay && run != p->shown_run &&
	    (p->shown_run < 0 || baseline_series_shows(&p->baseline_series, a))) {
		baseline_series_show(&p->baseline_series, a, snap->experiment, run);
		p->shown_run = run;
	}
	app_baseline_guard(a, snap);
	if (recording_run(rec, run))
		baseline_series_align(&p->baseline_series, a,
				      recording_run(rec, run)->base_s);
}

static void shown_refresh(struct player *p, struct app *a)
{
	struct playhead *shown = playhead_of(a);

	*shown = (struct playhead){
		.at_s = replay_at_s(p->replay),
		.end_s = replay_end_s(p->replay),
		.speed = replay_speed(p->replay),
		.run = replay_run(p->replay),
		.n_runs = recording_n_runs(recording_reader_recording(p->reader)),
		.arriving = p->fd >= 0,
		.recording = recording_reader_recording(p->reader),
		.player = p,
	};
	a->draft = *replay_snapshot(p->replay)->experiment;
}

static void more_arrived(struct player *p, struct tui *t)
{
	struct error error = {.code = ERROR_NONE};
	bool more = arrive(p, &error);
	struct replay_source source = source_of(p);

	replay_update(p->replay, &source);
	if (!more && error.code != ERROR_NONE)
		app_say_error(&t->app, &error);
	t->draw_now |= !more;
	t->event_fd = p->fd;
}

static int tick(struct tui *t)
{
	struct playhead *shown = playhead_of(&t->app);
	struct player *p = shown->player;
	int wait_ms;

	if (t->event)
		more_arrived(p, t);
	if (shown->sought)
		replay_seek(p->replay, shown->sought_s);
	wait_ms = replay_tick(p->replay, clock_now_ns());
	say_skipped(p, &t->app);
	baseline_follow(p, &t->app);
	shown_refresh(p, &t->app);
	if (!replay_plays(p->replay))
		return wait_ms;
	t->draw_now |= clock_now_ns() - t->drawn_ns >= (FRAME_MS - 5) * 1000000ull;
	return wait_ms < FRAME_MS ? FRAME_MS / 2 : wait_ms;
}

static bool act(struct tui *t, const struct effect *e)
{
	struct player *p = playhead_of(&t->app)->player;

	if (e->kind == EFFECT_PLAYHEAD)
		playhead_act(p->replay, e->action, app_span_s(&t->app));
	else if (e->kind == EFFECT_DIAGNOSE)
		diagnose(&t->app, replay_snapshot(p->replay));
	else
		return false;
	return true;
}

static int begin(struct tui *t, const char *text, struct error *error)
{
	struct player *p = playhead_of(&t->app)->player;
	struct app *a = &t->app;

	(void)text;
	(void)error;
	p->shown_run = -1;
	if (p->options->baseline.reader &&
	    baseline_series_open(&p->baseline_series, p->options->baseline.reader,
				 p->options->baseline.path, a->catalogue))
		app_say(a, "out of memory: no baseline");
	if (p->options->greeting)
		app_say(a, p->options->greeting);
	replay_set_speed(p->replay, p->options->speed);
	if (p->options->from_s > 0)
		replay_seek(p->replay, p->options->from_s);
	t->event_fd = p->fd;
	return 0;
}

static void leave(struct tui *t)
{
	baseline_series_close(&playhead_of(&t->app)->player->baseline_series);
}

static void state(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct playhead *p = playhead_of(v->app);

	if (v->snap->phase != SESSION_DONE)
		snprintf(buf, buf_bytes, "▶ %gx%s", p->speed,
			 p->arriving ? " arriving" : "");
}

/* The keys of a view are for settings, and there are none to change. */
static bool keys_act(struct app *a, const struct snapshot *snap, enum action action,
		     struct effect *effect)
{
	(void)a;
	(void)snap;
	if (!playhead_has(action))
		return false;
	*effect = effect_of(EFFECT_PLAYHEAD, "");
	effect->action = action;
	return true;
}

/* The views of the bench. */
static struct page_desc page(const struct app *a)
{
	struct page_desc page = *page_of_bench(a);

	page.context = CONTEXT_REPLAY;
	page.act = keys_act;
	page.footer = scrub_draw;
	page.state = state;
	return page;
}

static const struct binding_group *const keys[] = {&replay_keys, NULL};

const struct mode_ops mode_replay = {
	.state_bytes = sizeof(struct playhead),
	.keys = keys,
	.begin = begin,
	.tick = tick,
	.act = act,
	.leave = leave,
	.page = page,
};

/* Standard input, or the terminal itself where that carries the stream. */
static FILE *keys_open(struct error *error)
{
	FILE *file = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "r+e");

	if (!file)
		error_set(error, ERROR_MACHINE, ENOTTY, "the screen",
			  "there is no terminal to read keys from",
			  "start it in one, or use tlblab report FILE -o OUT.html");
	return file;
}

static int player_start(struct player *p, struct tui *t, struct error *error)
{
	struct result_data *d = recording_reader_data(p->reader);
	struct replay_source source = source_of(p);
	int err = preset_copy(&p->preset, &d->preset);

	if (!err)
		err = app_init(&t->app, source.catalogue, &d->machine, &p->preset,
			       p->options->version);
	if (!err)
		err = replay_new(&p->replay, &source);
	if (err)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the replay",
				 "out of memory", "close other programs");
	app_bottom_set(&t->app, MODE_REPLAY);
	playhead_of(&t->app)->player = p;
	t->replay = p->replay;
	t->app.scheme = (enum scheme)p->options->scheme;
	return 0;
}

static int player_show(struct player *p, struct tui *t, struct error *error)
{
	FILE *keys_file = keys_open(error);
	int err = keys_file ? player_start(p, t, error) : -ENOTTY;

	if (!err)
		err = tui_show(t, keys_file, error);
	app_fini(&t->app);
	preset_fini(&p->preset);
	replay_free(p->replay);
	if (keys_file && keys_file != stdin)
		fclose(keys_file);
	return err;
}

int tui_replay(const struct tui_replay_options *options, struct error *error)
{
	struct player *p = calloc(1, sizeof(*p));
	struct tui *t = calloc(1, sizeof(*t));
	struct sigaction old[TUI_SIGNALS];
	int err;

	if (!p || !t) {
		free(p);
		free(t);
		error_set(error, ERROR_MACHINE, ENOMEM, "the replay", "out of memory",
			  "close other programs");
		return error_exit_status(error);
	}
	p->options = options;
	p->reader = options->reader;
	p->fd = options->fd;
	tui_signals_take(old);
	err = await_first(p, error);
	if (!err) {
		error_clear(error);
		err = player_show(p, t, error);
	}
	tui_signals_give_back(old);
	free(p);
	free(t);
	if (err)
		return error_exit_status(error);
	return tui_is_interrupted() ? EXIT_INTERRUPTED : 0;
}
