/* SPDX-License-Identifier: MIT */
/* Frames first, so that their borders join; then what stands in them; then overlays. */
#include "tui/screen.h"

#include <stdio.h>

#include "tui/panels.h"

static void too_small_draw(struct canvas *c)
{
	char text[96];
	int y = c->h / 2 - 1 > 0 ? c->h / 2 - 1 : 0;

	snprintf(text, sizeof(text),
		 "%d columns x %d rows is too small: at least %d x %d.", c->w, c->h,
		 LAYOUT_MIN_W, LAYOUT_MIN_H);
	int rows =
		canvas_wrap(c, (struct rect){0, y, c->w, c->h - y}, ROLE_WARNING, text);

	canvas_wrap(c, (struct rect){0, y + rows, c->w, c->h - y - rows}, ROLE_DIM,
		    "The run goes on; q quits.");
}

static void plots_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	int lead = v->app->plot, first = lead / 3 * 3;

	if (l->kind == LAYOUT_FOLDED) {
		panel_plot_draw(c, l->panel[PANEL_PLOT_1], v, (enum trace_id)lead,
				true);
		panel_sparks_draw(c, l->panel[PANEL_SPARKS], v);
		return;
	}
	for (int i = 0; i < TRACE_N; i++) {
		struct rect r = l->panel[PANEL_PLOT_1 + i];

		if (!rect_is_empty(r))
			panel_plot_draw(c, r, v, (enum trace_id)((first + i) % TRACE_N),
					i % 3 == 2);
	}
}

static void overview_draw(struct canvas *c, const struct layout *l,
			  const struct view *v)
{
	for (int i = 0; i < PANEL_N; i++)
		canvas_box(c, l->panel[i], ROLE_BORDER);
	plots_draw(c, l, v);
	if (!rect_is_empty(l->panel[PANEL_CPUS]))
		panel_cpus_draw(c, l->panel[PANEL_CPUS], v);
	if (!rect_is_empty(l->panel[PANEL_LATENCY]))
		panel_latency_draw(c, l->panel[PANEL_LATENCY], v,
				   l->kind != LAYOUT_WIDE);
	if (!rect_is_empty(l->panel[PANEL_VICTIM_LATENCY]))
		panel_victim_latency_draw(c, l->panel[PANEL_VICTIM_LATENCY], v);
	panel_story_draw(c, l->panel[PANEL_STORY], v);
	if (rect_is_empty(l->check_line))
		panel_checks_draw(c, l->panel[PANEL_CHECKS], v);
	else
		check_line_draw(c, l->check_line, v);
	panel_form_draw(c, l->panel[PANEL_FORM], v);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	switch (v->app->page) {
	case PAGE_LATENCY: return page_latency_draw(c, l->page, v);
	case PAGE_MACHINE: return page_machine_draw(c, l->page, v);
	case PAGE_SENSORS: return page_sensors_draw(c, l->page, v);
	case PAGE_PROVENANCE: return page_provenance_draw(c, l->page, v);
	default: overview_draw(c, l, v); return 0;
	}
}

int screen_draw(struct canvas *c, const struct snapshot *snap, const struct app *app)
{
	struct layout l;
	struct view v;
	int scroll_max = 0;

	canvas_clear(c);
	layout_make(&l, c->w, c->h);
	if (l.kind == LAYOUT_TOO_SMALL) {
		too_small_draw(c);
		return 0;
	}
	view_init(&v, snap, app);
	header_draw(c, l.header, &v);
	footer_draw(c, l.footer, &v);
	if (app->mode == MODE_SWEEP)
		scroll_max = page_sweep_draw(c, l.page, &v);
	else if (app->mode == MODE_TUNE)
		scroll_max = page_tune_draw(c, l.page, &v);
	else
		scroll_max = page_draw(c, &l, &v);
	switch (app->overlay) {
	case OVERLAY_HELP: return overlay_help_draw(c, l.page, &v);
	case OVERLAY_NOTES: return overlay_notes_draw(c, l.page, &v);
	case OVERLAY_EXPLAIN: return overlay_explain_draw(c, l.page, &v);
	case OVERLAY_PRESETS: return overlay_presets_draw(c, l.page, &v);
	case OVERLAY_NONE: break;
	}
	return scroll_max;
}
