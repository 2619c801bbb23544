/* SPDX-License-Identifier: MIT */
/* The bench: what is set at the left, what happens, what it means. */
#include "tui/app/app_fields.h"
#include "tui/lesson/lesson.h"
#include "tui/pages/pages.h"

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

/* The panel that a lesson's step points at, where it is in sight. */
static void watched_mark(struct canvas *c, const struct layout *l, const struct view *v)
{
	const struct app *a = v->app;
	enum panel panel = PANEL_N;
	int lead = a->plot, first = lead / 3 * 3, trace;

	if (!lesson_is_in_sight(a) || lesson_of(a)->index || !lesson_is_there(a))
		return;
	trace = lesson_trace(a);
	if (lesson_run_step(&lesson_of(a)->run)->watch == LESSON_WATCH_CHECKS)
		panel = PANEL_CHECKS;
	else if (trace >= 0 && l->kind == LAYOUT_FOLDED)
		panel = trace == lead ? PANEL_PLOT_1 : PANEL_N;
	else if (trace >= 0)
		panel = (enum panel)(PANEL_PLOT_1 +
				     (trace - first + TRACE_N) % TRACE_N);
	if (panel != PANEL_N && !rect_is_empty(l->panel[panel]))
		canvas_box(c, l->panel[panel], ROLE_ACCENT);
}

/* What has views of its own where there is less room. */
static void more_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	struct rect tlbs = rect_inner(l->panel[PANEL_TLBS]);

	tlbs.x++;
	tlbs.w -= 2;
	panel_figures_draw(c, l->panel[PANEL_FIGURES], v);
	panel_flush_reasons_draw(c, l->panel[PANEL_FLUSH_REASONS], v);
	panel_flush_sizes_draw(c, l->panel[PANEL_FLUSH_SIZES], v);
	panel_flush_slots_draw(c, l->panel[PANEL_FLUSH_SLOTS], v, 0);
	panel_tlbs_draw(c, tlbs, v, 0);
}

static int page_draw(struct canvas *c, const struct layout *l, const struct view *v)
{
	for (int i = 0; i < PANEL_N; i++)
		canvas_box(c, l->panel[i], ROLE_BORDER);
	watched_mark(c, l, v);
	plots_draw(c, l, v);
	if (!rect_is_empty(l->panel[PANEL_CPUS]))
		panel_cpus_draw(c, l->panel[PANEL_CPUS], v);
	if (!rect_is_empty(l->panel[PANEL_LATENCY]))
		panel_latency_draw(c, l->panel[PANEL_LATENCY], v,
				   l->kind < LAYOUT_WIDE);
	if (!rect_is_empty(l->panel[PANEL_VICTIM_LATENCY]))
		panel_victim_latency_draw(c, l->panel[PANEL_VICTIM_LATENCY], v);
	if (l->kind == LAYOUT_HUGE)
		more_draw(c, l, v);
	if (!lesson_is_in_sight(v->app))
		panel_summary_draw(c, l->panel[PANEL_SUMMARY], v);
	if (rect_is_empty(l->check_line))
		panel_checks_draw(c, l->panel[PANEL_CHECKS], v);
	else
		check_line_draw(c, l->check_line, v);
	if (!rect_is_empty(l->panel[PANEL_FORM]))
		panel_form_draw(c, l->panel[PANEL_FORM], v);
	return 0;
}

static bool page_keys(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect)
{
	(void)effect;
	switch (action) {
	case ACTION_UP: app_focus_move(a, snap, -1); return true;
	case ACTION_DOWN: app_focus_move(a, snap, 1); return true;
	case ACTION_FIRST: a->focus = 0; return true;
	case ACTION_LAST:
		a->focus = 0;
		app_focus_move(a, snap, -1);
		return true;
	default: return false;
	}
}

const struct about *const about_overview[] = {
	&trace_runtime.about,  &trace_shootdowns.about,
	&trace_walks.about,    &trace_flushes.about,
	&trace_slowdown.about, &trace_stalls.about,
	&about_latency,	       &about_stalls,
	&about_cpus,	       &about_flush_reasons,
	&about_flush_sizes,    &about_flush_slots,
	&about_checks,	       &about_summary,
	&about_form,	       NULL,
};

const struct page_desc page_overview = {
	.name = "overview",
	.context = CONTEXT_BENCH,
	.draw = page_draw,
	.abouts = about_overview,
	.act = page_keys,
	.note = field_note,
};
