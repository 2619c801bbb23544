/* SPDX-License-Identifier: MIT */
#include "tui/app/app_plots.h"

#include <math.h>
#include <stddef.h>

#include "tui/traces/traces.h"

static const double spans_s[] = {2, 10, 30, 60, 120, 300, 600, 1800, 3600, 0};
enum { SPAN_N = sizeof(spans_s) / sizeof(spans_s[0]) };

double app_span_s(const struct app *a)
{
	return spans_s[a->span];
}

static struct time_axis axis_following(const struct app *a, const struct snapshot *snap)
{
	return time_axis_of(snap->latest ? snap->latest->sample.t_s : 0, app_span_s(a));
}

struct time_axis app_time_axis(const struct app *a, const struct snapshot *snap)
{
	double span = app_span_s(a);

	if (!a->held || span == 0)
		return axis_following(a, snap);
	return (struct time_axis){a->held_s - span, a->held_s};
}

void app_plots_follow(struct app *a)
{
	a->held = false;
	a->cursor = false;
}

/* Holds an axis that ends there, as far as the session goes. */
static void axis_hold(struct app *a, const struct snapshot *snap, double end_s)
{
	double span = app_span_s(a);

	a->held_s = fmax(end_s, span);
	a->held = span > 0 && a->held_s < axis_following(a, snap).to_s;
}

static void axis_scroll(struct app *a, const struct snapshot *snap, int direction)
{
	struct time_axis shown = app_time_axis(a, snap);

	if (app_span_s(a) == 0 || (direction < 0 && shown.from_s <= 0))
		app_say(a, "the axis begins at the start already; + makes it shorter");
	else
		axis_hold(a, snap, shown.to_s + direction * app_span_s(a) / 2);
}

/* Keeps in sight what was in the middle, or under the cursor. A step of the ladder that
 * would change nothing, in a session younger than it, is passed over. */
static void axis_zoom(struct app *a, const struct snapshot *snap, int by)
{
	struct time_axis before = app_time_axis(a, snap), after;
	double middle_s = a->cursor ? a->cursor_s : (before.from_s + before.to_s) / 2;

	do {
		if (a->span + by < 0 || a->span + by >= SPAN_N)
			return;
		a->span += by;
		if (a->held || a->cursor)
			axis_hold(a, snap, middle_s + app_span_s(a) / 2);
		after = app_time_axis(a, snap);
	} while (after.from_s == before.from_s && after.to_s == before.to_s);
}

/* The last point that ends at t_s or before; -1 when none does. */
static int point_at(const struct series *s, double t_s)
{
	int low = 0, high = series_count(s);

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (series_at(s, middle)->sample.t_s <= t_s + 1e-9)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

static void cursor_set(struct app *a, const struct snapshot *snap, int i)
{
	struct time_axis shown;
	int n = series_count(snap->series);

	if (n == 0)
		return;
	i = i < 0 ? 0 : i >= n ? n - 1 : i;
	a->cursor = true;
	a->cursor_s = series_at(snap->series, i)->sample.t_s;
	shown = app_time_axis(a, snap);
	if (a->cursor_s < shown.from_s || a->cursor_s > shown.to_s)
		axis_hold(a, snap, a->cursor_s + app_span_s(a) / 2);
}

void app_cursor_put(struct app *a, const struct snapshot *snap, double t_s)
{
	cursor_set(a, snap, point_at(snap->series, t_s) + 1);
}

/* By an interval, or with steps_s by as much time, but always to another point. */
static void cursor_move(struct app *a, const struct snapshot *snap, int direction,
			double step_s)
{
	const struct series *s = snap->series;
	int n = series_count(s), i = n - 1;

	if (a->cursor) {
		i = point_at(s, a->cursor_s + direction * step_s);
		if (i == point_at(s, a->cursor_s))
			i += direction;
	}
	cursor_set(a, snap, i);
}

/* To the first interval after the marker before or after the cursor. */
static void cursor_skip(struct app *a, const struct snapshot *snap, int direction)
{
	const struct series *s = snap->series;
	int n = series_n_markers(s), best = -1;
	double at = a->cursor ? a->cursor_s : INFINITY;

	for (int i = 0; i < n; i++) {
		int point = point_at(s, series_marker(s, i)->t_s) + 1;

		if (point >= series_count(s))
			continue;
		double t_s = series_at(s, point)->sample.t_s;

		if (direction > 0 ? t_s > at && best < 0 : t_s < at)
			best = point;
	}
	if (best < 0)
		app_say(a, direction > 0 ? "no change after the cursor"
					 : "no change before the cursor");
	else
		cursor_set(a, snap, best);
}

/* Leads with another plot; where three stand, with the next three. */
static void plot_move(struct app *a, int direction)
{
	int by = a->layout == LAYOUT_FOLDED || a->zoomed ? 1 : TRACE_N / 2;

	a->plot = (a->plot / by * by + direction * by + TRACE_N) % TRACE_N;
}

static void zoom_toggle(struct app *a)
{
	a->zoomed = !a->zoomed;
	if (a->zoomed)
		a->page = PAGE_OVERVIEW;
	else
		a->cursor = false;
}

/* A thirtieth of what is shown: a few columns. */
static double step_s(const struct app *a, const struct snapshot *snap)
{
	struct time_axis shown = app_time_axis(a, snap);

	return (shown.to_s - shown.from_s) / 60;
}

bool app_plots_act(struct app *a, const struct snapshot *snap, enum action action)
{
	switch (action) {
	case ACTION_PLOT_NEXT: plot_move(a, 1); break;
	case ACTION_PLOT_BEFORE: plot_move(a, -1); break;
	case ACTION_SCALE: a->rescaled ^= 1u << a->plot; break;
	case ACTION_ZOOM_IN: axis_zoom(a, snap, -1); break;
	case ACTION_ZOOM_OUT: axis_zoom(a, snap, 1); break;
	case ACTION_TIME_BACK: axis_scroll(a, snap, -1); break;
	case ACTION_TIME_ON: axis_scroll(a, snap, 1); break;
	case ACTION_TIME_NOW: app_plots_follow(a); break;
	case ACTION_TIME_FIRST: axis_hold(a, snap, 0); break;
	case ACTION_ZOOM: zoom_toggle(a); break;
	case ACTION_CURSOR_BACK: cursor_move(a, snap, -1, step_s(a, snap)); break;
	case ACTION_CURSOR_ON: cursor_move(a, snap, 1, step_s(a, snap)); break;
	case ACTION_CURSOR_STEP_BACK: cursor_move(a, snap, -1, 0); break;
	case ACTION_CURSOR_STEP_ON: cursor_move(a, snap, 1, 0); break;
	case ACTION_CURSOR_SKIP_BACK: cursor_skip(a, snap, -1); break;
	case ACTION_CURSOR_SKIP_ON: cursor_skip(a, snap, 1); break;
	case ACTION_CURSOR_FIRST: cursor_set(a, snap, 0); break;
	default: return false;
	}
	return true;
}

const struct series_point *app_cursor_point(const struct app *a,
					    const struct snapshot *snap)
{
	int i = a->cursor ? point_at(snap->series, a->cursor_s) : -1;

	/* A merged point ends later than the one the cursor was put on. */
	if (a->cursor && i < series_count(snap->series) - 1 &&
	    (i < 0 || series_at(snap->series, i)->sample.t_s < a->cursor_s - 1e-9))
		i++;
	return i < 0 ? NULL : series_at(snap->series, i);
}
