/* SPDX-License-Identifier: MIT */
/*
 * The loop of a replay: the screen of the bench over a recording. It waits for a key,
 * for more of a stream that still arrives, or for the next interval to be due. Keys
 * come from /dev/tty where standard input carries the stream.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tlblab/backends/replay.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/tui/tui.h"
#include "tui/app/app.h"
#include "tui/app/app_change.h"
#include "tui/bench/baseline_series.h"
#include "tui/effects.h"
#include "tui/frame/mouse.h"
#include "tui/frame/screen.h"
#include "tui/frame/terminal.h"
#include "tui/keys/keymap.h"
#include "tui/replay/playhead.h"

enum {
	FRAME_MS = 100,
	WAIT_MAX_MS = 250,
	READ_BYTES = 256 << 10,
	FIRST_WAIT_MS = 200, /* how often a stream that says nothing yet is looked at */
	MAX_SENSORS = RESULT_MAX_SENSORS,
	EXIT_INTERRUPTED = 130,
};

static volatile sig_atomic_t stop_signal;

struct player {
	const struct tui_replay_options *options;
	struct recording_reader *reader;
	int fd; /* -1: all is there */
	char chunk[READ_BYTES];
	struct catalogue catalogues[2];
	struct replay *replay;
	struct session_sensor sensors[MAX_SENSORS];
	struct terminal *terminal;
	struct canvas canvas;
	struct app app;
	struct preset preset;
	struct baseline_series baseline_series;
	int shown_run; /* the baseline stands beside it */
	long skipped;  /* as last said */
	uint64_t drawn_ns;
	bool draw_now, quit;
};

static void on_stop(int signal_number)
{
	stop_signal = signal_number;
}

static void signals_take(void)
{
	struct sigaction action = {.sa_handler = on_stop};
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	stop_signal = 0;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
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
		if (stop_signal)
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
		baseline_series_source(p->reader, p->app.catalogue);

	source.sensors = p->sensors;
	source.n_sensors = d->n_sensors;
	source.complete = p->fd < 0;
	return source;
}

static int player_resize(struct player *p)
{
	struct layout layout;
	int w, h;

	terminal_size(p->terminal, &w, &h);
	layout_make(&layout, w, h);
	p->app.layout = layout.kind;
	return canvas_resize(&p->canvas, w, h);
}

static void player_keys(struct player *p)
{
	for (int key; (key = terminal_read_key(p->terminal)) != KEY_NOTHING;) {
		p->draw_now = true;
		if (key == KEY_SIZE_CHANGED) {
			p->quit |= player_resize(p) != 0;
			continue;
		}
		if (key == KEY_POINTED)
			key = mouse_key(&p->app, replay_snapshot(p->replay), &p->canvas,
					terminal_pointed(p->terminal));
		if (p->app.replay.sought) {
			p->app.replay.sought = false;
			replay_seek(p->replay, p->app.replay.sought_s);
			continue;
		}
		enum context context = app_context(&p->app);

		if (context == CONTEXT_REPLAY &&
		    playhead_act(p->replay, keymap_action(context, key),
				 app_span_s(&p->app))) {
			p->app.message[0] = '\0';
			continue;
		}
		struct effect e = app_key(&p->app, replay_snapshot(p->replay), key);

		if (e.kind == EFFECT_QUIT)
			p->quit = true;
		if (e.kind == EFFECT_DIAGNOSE)
			effect_diagnose(&p->app, replay_snapshot(p->replay));
	}
}

static void say_skipped(struct player *p)
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
	app_say(&p->app, text);
	p->app.message_is_error = true;
}

/* The baseline's run of the same number stands behind the playhead's. */
static void player_follow(struct player *p, const struct snapshot *snap)
{
	int run = replay_run(p->replay);
	const struct recording *rec = recording_reader_recording(p->reader);

	if (p->baseline_series.replay && run != p->shown_run &&
	    (p->shown_run < 0 || baseline_series_shows(&p->baseline_series, &p->app))) {
		baseline_series_show(&p->baseline_series, &p->app, snap->experiment,
				     run);
		p->shown_run = run;
	}
	app_baseline_guard(&p->app, snap);
	if (recording_run(rec, run))
		baseline_series_align(&p->baseline_series, &p->app,
				      recording_run(rec, run)->base_s);
}

static void player_draw(struct player *p, uint64_t now_ns)
{
	const struct snapshot *snap = replay_snapshot(p->replay);
	struct app_replay *shown = &p->app.replay;

	*shown = (struct app_replay){
		.on = true,
		.at_s = replay_at_s(p->replay),
		.end_s = replay_end_s(p->replay),
		.speed = replay_speed(p->replay),
		.run = replay_run(p->replay),
		.n_runs = recording_n_runs(recording_reader_recording(p->reader)),
		.arriving = p->fd >= 0,
		.recording = recording_reader_recording(p->reader),
	};
	player_follow(p, snap);
	p->app.draft = *snap->experiment;
	terminal_dress(p->terminal, &p->canvas, p->app.scheme);
	p->app.scroll_max = screen_draw(&p->canvas, snap, &p->app);
	if (p->app.scroll > p->app.scroll_max)
		p->app.scroll = p->app.scroll_max;
	if (terminal_show(p->terminal, &p->canvas))
		p->quit = true;
	p->drawn_ns = now_ns;
	p->draw_now = false;
}

static void player_run(struct player *p, int keys_fd)
{
	while (!p->quit && !stop_signal) {
		uint64_t now_ns = clock_now_ns();
		int wait_ms = replay_tick(p->replay, now_ns);
		bool moves = replay_plays(p->replay);
		struct error error = {.code = ERROR_NONE};

		say_skipped(p);
		if (p->draw_now ||
		    (moves && now_ns - p->drawn_ns >= (FRAME_MS - 5) * 1000000ull))
			player_draw(p, now_ns);
		wait_ms = wait_ms < FRAME_MS && moves ? FRAME_MS / 2 : wait_ms;

		struct pollfd fds[2] = {{.fd = keys_fd, .events = POLLIN},
					{.fd = p->fd, .events = POLLIN}};

		if (poll(fds, 2, wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS) < 0 &&
		    errno != EINTR)
			return;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		if (p->fd >= 0 && fds[1].revents) {
			bool more = arrive(p, &error);
			struct replay_source source = source_of(p);

			replay_update(p->replay, &source);
			if (!more && error.code != ERROR_NONE)
				app_say_error(&p->app, &error);
			p->draw_now |= !more;
		}
		player_keys(p);
	}
}

static int player_start(struct player *p, struct error *error)
{
	struct result_data *d = recording_reader_data(p->reader);
	struct replay_source source;
	int err;

	err = preset_copy(&p->preset, &d->preset);
	if (!err) {
		app_init(&p->app, backends_catalogue(p->catalogues), &d->machine,
			 &p->preset, p->options->version);
		source = source_of(p);
		err = replay_new(&p->replay, &source);
	}
	if (!err) {
		p->app.scheme = (enum scheme)p->options->scheme;
		p->app.no_colours = !terminal_has_colours(p->terminal);
		canvas_init(&p->canvas, terminal_glyphs(p->terminal));
		err = player_resize(p);
	}
	if (err)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the replay",
				 "out of memory", "close other programs");
	p->shown_run = -1;
	if (p->options->baseline.reader &&
	    baseline_series_open(&p->baseline_series, p->options->baseline.reader,
				 p->options->baseline.path, p->app.catalogue))
		app_say(&p->app, "there is no memory left for the baseline");
	if (p->options->greeting)
		app_say(&p->app, p->options->greeting);
	p->app.replay.on = true;
	replay_set_speed(p->replay, p->options->speed);
	if (p->options->from_s > 0)
		replay_seek(p->replay, p->options->from_s);
	return 0;
}

/* Standard input, or the terminal itself where that carries the stream. */
static FILE *keys_open(struct error *error)
{
	FILE *keys = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "r+e");

	if (!keys)
		error_set(error, ERROR_MACHINE, ENOTTY, "the screen",
			  "there is no terminal to read keys from",
			  "start it in one, or use tlblab report FILE -o OUT.html");
	return keys;
}

static int player_show(struct player *p, struct error *error)
{
	FILE *keys = keys_open(error);
	int err = keys ? terminal_open(&p->terminal, keys, error) : -ENOTTY;

	if (!err) {
		err = player_start(p, error);
		if (!err)
			player_run(p, fileno(keys));
		terminal_close(p->terminal);
		canvas_fini(&p->canvas);
		app_fini(&p->app);
		preset_fini(&p->preset);
		replay_free(p->replay);
		baseline_series_close(&p->baseline_series);
	}
	if (keys && keys != stdin)
		fclose(keys);
	return err;
}

int tui_replay(const struct tui_replay_options *options, struct error *error)
{
	struct player *p = calloc(1, sizeof(*p));
	int err;

	if (!p) {
		error_set(error, ERROR_MACHINE, ENOMEM, "the replay", "out of memory",
			  "close other programs");
		return error_exit_status(error);
	}
	p->options = options;
	p->reader = options->reader;
	p->fd = options->fd;
	p->draw_now = true;
	signals_take();
	err = await_first(p, error);
	if (!err) {
		error_clear(error);
		err = player_show(p, error);
	}
	free(p);
	if (err)
		return error_exit_status(error);
	return stop_signal ? EXIT_INTERRUPTED : 0;
}
