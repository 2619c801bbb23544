/* SPDX-License-Identifier: MIT */
/*
 * The leading plot alone, and under its cursor one interval told exactly: its value,
 * its length, what disturbed it, and the change it follows.
 */
#include "tui/pages/pages.h"

#include <math.h>
#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/noise.h"
#include "tui/app/app_plots.h"

static void noise_text(const struct sample *s, char *buf, size_t buf_bytes)
{
	struct reading steal = sample_get(s, CH_STEAL_NS);
	struct reading cpus = sample_get(s, CH_CPUS_NS);

	if (!reading_present(steal) || !reading_present(cpus) || cpus.value <= 0)
		text_copy(buf, buf_bytes, "unknown");
	else
		snprintf(buf, buf_bytes, "%.1f %%", 100 * steal.value / cpus.value);
}

static void count_text(struct reading r, char *buf, size_t buf_bytes)
{
	if (reading_present(r))
		snprintf(buf, buf_bytes, "%.0f", r.value);
	else
		text_copy(buf, buf_bytes, "unknown");
}

/* The last change before that moment, NULL when there was none. */
static const struct marker *change_before(const struct series *s, double t_s)
{
	const struct marker *m = NULL;

	for (int i = 0; i < series_n_markers(s); i++)
		if (series_marker(s, i)->t_s <= t_s)
			m = series_marker(s, i);
	return m;
}

int cursor_figures_draw(struct canvas *c, struct rect r, const struct view *v,
			enum metric m, const char *unit)
{
	const struct series_point *p = app_cursor_point(v->app, v->snap);
	const struct marker *change;
	struct lines lines = {c, r, 0};
	char text[160];

	if (!p)
		return 0;
	struct reading value = metric_of(m, &p->sample);
	bool merged = p->low[m] < p->high[m];

	text_elapsed(text, sizeof(text), p->sample.t_s);
	line_draw(&lines, ROLE_KEY, "cursor", text);
	text_quantity(text, sizeof(text), reading_present(value) ? value.value : NAN,
		      unit);
	line_draw(&lines, ROLE_ACCENT, "value", text);
	if (merged) {
		text_quantity(text, sizeof(text), p->low[m], unit);
		line_draw(&lines, ROLE_NORMAL, "lowest", text);
		text_quantity(text, sizeof(text), p->high[m], unit);
		line_draw(&lines, ROLE_NORMAL, "highest", text);
	}
	text_quantity(text, sizeof(text), p->sample.elapsed_s * 1e9, "ns");
	line_draw(&lines, ROLE_NORMAL, "interval", text);
	noise_text(&p->sample, text, sizeof(text));
	line_draw(&lines, ROLE_NORMAL, "steal", text);
	count_text(sample_get(&p->sample, CH_INVOLUNTARY_SWITCHES), text, sizeof(text));
	line_draw(&lines, ROLE_NORMAL, "preempted", text);
	count_text(sample_get(&p->sample, CH_MIGRATIONS), text, sizeof(text));
	line_draw(&lines, ROLE_NORMAL, "migrations", text);
	for (int k = 0; k < NOISE_KINDS; k++)
		if (p->sample.noise & (1 << k))
			line_draw(&lines, ROLE_WARNING, "disturbed by", noise_name[k]);
	change = change_before(v->snap->series, p->sample.t_s);
	if (change) {
		snprintf(text, sizeof(text), "%s%s%s%s%s", change->what,
			 *change->from || *change->to ? " " : "", change->from,
			 *change->from || *change->to ? "▸" : "", change->to);
		line_draw(&lines, ROLE_MARKER, "after", text);
	}
	return lines.n + 1;
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	canvas_box(c, l->page, ROLE_BORDER);
	panel_plot_draw(c, l->page, v, (enum trace_id)v->app->plot, true);
	return 0;
}

static void page_note(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct series_point *p = app_cursor_point(v->app, v->snap);
	char from[32], to[32];

	if (p) {
		const struct sample *s = &p->sample;
		struct reading ns = metric_of(METRIC_NS_PER_OP, s);
		struct reading ops = sample_get(s, CH_OPS);
		struct reading shot = sample_get(s, CH_SHOOTDOWNS);

		snprintf(buf, buf_bytes,
			 "the %.1f ms before %.3f s: ", s->elapsed_s * 1e3, s->t_s);
		if (reading_present(ops))
			text_append(buf, buf_bytes, "%.0f operations", ops.value);
		if (reading_present(ns))
			text_append(buf, buf_bytes, ", %.1f ns each", ns.value);
		if (reading_present(shot))
			text_append(buf, buf_bytes, ", %.0f shootdowns", shot.value);
	} else if (v->app->held) {
		time_axis_text(from, sizeof(from), v->time.from_s);
		time_axis_text(to, sizeof(to), v->time.to_s);
		snprintf(buf, buf_bytes, "%s to %s; End goes on with the newest", from,
			 to);
	} else {
		text_copy(buf, buf_bytes,
			  "← puts a cursor on an interval, + and - change the time "
			  "axis, < and > move it, y changes the scale");
	}
}

static bool page_keys(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect)
{
	(void)snap;
	(void)effect;
	if (action != ACTION_CANCEL)
		return false;
	if (a->cursor)
		a->cursor = false;
	else
		a->zoomed = false;
	return true;
}

const struct page_desc page_zoom = {
	.name = "zoom",
	.context = CONTEXT_ZOOM,
	.draw = page_draw,
	.abouts = about_overview,
	.act = page_keys,
	.note = page_note,
};
