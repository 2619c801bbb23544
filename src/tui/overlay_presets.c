/* SPDX-License-Identifier: MIT */
/* Choosing a preset: the list at the left, what the selected one is about beside it. */
#include "tui/panels.h"

#include <stdio.h>

enum { LIST_W = 30 };

static void list_draw(struct canvas *c, struct rect r, const struct app *a)
{
	int first = a->selected - r.h / 2;

	if (first > a->n_entries - r.h)
		first = a->n_entries - r.h;
	if (first < 0)
		first = 0;
	for (int i = first; i < a->n_entries && i < first + r.h; i++) {
		const struct preset_entry *e = &a->entries[i];
		int y = r.y + i - first;

		canvas_text(c, r.x, y, r.w, *e->broken ? ROLE_WARNING : ROLE_NORMAL,
			    i == a->selected ? "▸" : " ");
		canvas_text(c, r.x + 2, y, r.w - 2,
			    *e->broken ? ROLE_WARNING : ROLE_NORMAL, e->name);
		if (i == a->selected)
			canvas_paint(c, (struct rect){r.x, y, r.w, 1}, ROLE_SELECTED);
	}
	if (a->n_entries == 0)
		canvas_wrap(c, r, ROLE_DIM,
			    "No presets found; s saves the present settings as one.");
}

static void preview_draw(struct canvas *c, struct rect r, const struct app *a)
{
	const struct preset_entry *e = &a->entries[a->selected];
	const struct experiment *x = &a->preview.experiment;
	struct scroller s;
	char text[256];

	scroller_begin(&s, c, r, 0);
	scroller_text(&s, ROLE_TITLE, 0, *e->title ? e->title : e->name);
	if (*e->broken || *a->preview_fault) {
		scroller_gap(&s);
		scroller_text(&s, ROLE_WARNING, 0,
			      *e->broken ? e->broken : a->preview_fault);
	} else if (*a->preview.name) {
		snprintf(text, sizeof(text), "%s, %d %s%s, %s", x->workload, x->threads,
			 x->mode == RUN_THREADS ? "thread" : "process",
			 x->threads == 1	  ? ""
			 : x->mode == RUN_THREADS ? "s"
						  : "es",
			 x->placement);
		scroller_text(&s, ROLE_ACCENT, 0, text);
		scroller_gap(&s);
		for (int i = 0; i < a->preview.n_notes; i++)
			scroller_text(&s, ROLE_NORMAL, 0, a->preview.notes[i]);
	}
	scroller_gap(&s);
	scroller_text(&s, ROLE_DIM, 0, e->path);
	scroller_end(&s);
}

int overlay_presets_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct rect in = overlay_open_at(c, r, 100, 30, "Open a preset");
	struct rect list = {in.x, in.y, LIST_W, in.h};
	struct rect preview = {in.x + LIST_W + 3, in.y, in.w - LIST_W - 3, in.h};

	canvas_vline(c, in.x + LIST_W + 1, in.y - 1, in.h + 2, ROLE_BORDER);
	list_draw(c, list, v->app);
	if (v->app->n_entries > 0)
		preview_draw(c, preview, v->app);
	return 0;
}
