/* SPDX-License-Identifier: MIT */
/* Choosing a preset: the list at the left, what the selected one is about beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_fields.h"
#include "tui/pages.h"

enum { LIST_W = 30, PAGE_ROWS = 10 };

static struct effect preview_effect(const struct app *a)
{
	if (a->n_entries == 0)
		return effect_of(EFFECT_NONE, "");
	return effect_of(EFFECT_PREVIEW_PRESET, a->entries[a->selected].path);
}

void app_show_presets(struct app *a, struct preset_entry *entries, int n)
{
	free(a->entries);
	a->entries = entries;
	a->n_entries = n;
	a->selected = 0;
	for (int i = 0; i < n; i++)
		if (strcmp(entries[i].name, a->preset->name) == 0)
			a->selected = i;
	overlay_open(a, OVERLAY_PRESETS);
}

static bool presets_act(struct app *a, const struct snapshot *snap, enum action action,
			struct effect *effect)
{
	int by = 0;

	(void)snap;
	switch (action) {
	case ACTION_UP: by = -1; break;
	case ACTION_DOWN: by = 1; break;
	case ACTION_PAGE_UP: by = -PAGE_ROWS; break;
	case ACTION_PAGE_DOWN: by = PAGE_ROWS; break;
	case ACTION_CANCEL: overlay_close(a); return true;
	case ACTION_ACCEPT:
		if (a->n_entries == 0)
			return true;
		overlay_close(a);
		*effect = effect_of(EFFECT_OPEN_PRESET, a->entries[a->selected].path);
		return true;
	default: return true;
	}
	a->selected += by;
	if (a->selected >= a->n_entries)
		a->selected = a->n_entries - 1;
	if (a->selected < 0)
		a->selected = 0;
	*effect = preview_effect(a);
	return true;
}

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
		snprintf(text, sizeof(text), "%s, %d %s%s, %.160s", x->workload,
			 x->threads, x->mode == RUN_THREADS ? "thread" : "process",
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

static int presets_draw(struct canvas *c, struct rect r, const struct view *v)
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

const struct overlay_desc overlay_presets = {
	.context = CONTEXT_LIST,
	.draw = presets_draw,
	.act = presets_act,
};
