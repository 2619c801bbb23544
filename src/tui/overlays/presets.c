/* SPDX-License-Identifier: MIT */
/* Choosing a preset: the list at the left, what the selected one is about beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/app/app_fields.h"
#include "tui/frame/mouse.h"
#include "tui/pages/pages.h"
#include "tui/sweep/sweep_model.h"

enum { LIST_W = 30, PAGE_ROWS = 10 };

static bool entry_matches(const struct app *a, int i)
{
	return strcasestr(a->entries[i].name, a->filter) ||
	       strcasestr(a->entries[i].title, a->filter);
}

static int matches_count(const struct app *a)
{
	int n = 0;

	for (int i = 0; i < a->n_entries; i++)
		n += entry_matches(a, i);
	return n;
}

static struct effect preview_effect(const struct app *a)
{
	if (matches_count(a) == 0)
		return effect_of(EFFECT_NONE, "");
	return effect_of(EFFECT_PREVIEW_PRESET, a->entries[a->selected].path);
}

void app_show_presets(struct app *a, struct preset_entry *entries, int n)
{
	free(a->entries);
	a->entries = entries;
	a->n_entries = n;
	a->selected = 0;
	a->filter[0] = '\0';
	for (int i = 0; i < n; i++)
		if (strcmp(entries[i].name, a->preset->name) == 0)
			a->selected = i;
	overlay_open(a, OVERLAY_PRESETS);
}

/* By as many of those that match, as far as there are any. */
static struct effect selection_move(struct app *a, int by)
{
	int step = by < 0 ? -1 : 1;

	for (int i = a->selected + step; by && i >= 0 && i < a->n_entries; i += step)
		if (entry_matches(a, i)) {
			a->selected = i;
			by -= step;
		}
	return preview_effect(a);
}

static struct effect filter_set(struct app *a, const char *text)
{
	text_copy(a->filter, sizeof(a->filter), text);
	if (a->n_entries > 0 && !entry_matches(a, a->selected))
		for (int i = 0; i < a->n_entries; i++)
			if (entry_matches(a, i)) {
				a->selected = i;
				break;
			}
	return preview_effect(a);
}

static struct effect selection_open(struct app *a)
{
	if (matches_count(a) == 0)
		return effect_of(EFFECT_NONE, "");
	a->prompt = PROMPT_NONE;
	overlay_close(a);
	return effect_of(EFFECT_OPEN_PRESET, a->entries[a->selected].path);
}

struct effect presets_search(struct app *a, enum action action, int key)
{
	switch (action) {
	case ACTION_UP: return selection_move(a, -1);
	case ACTION_DOWN: return selection_move(a, 1);
	case ACTION_ACCEPT: return selection_open(a);
	case ACTION_CANCEL: a->prompt = PROMPT_NONE; return filter_set(a, "");
	case ACTION_NONE:
		if (key >= ' ')
			line_edit_type(&a->edit, (uint32_t)key);
		break;
	default: line_edit_act(&a->edit, action); break;
	}
	return filter_set(a, a->edit.text);
}

static bool presets_act(struct app *a, const struct snapshot *snap, enum action action,
			struct effect *effect)
{
	(void)snap;
	switch (action) {
	case ACTION_UP: *effect = selection_move(a, -1); break;
	case ACTION_DOWN: *effect = selection_move(a, 1); break;
	case ACTION_PAGE_UP: *effect = selection_move(a, -PAGE_ROWS); break;
	case ACTION_PAGE_DOWN: *effect = selection_move(a, PAGE_ROWS); break;
	case ACTION_FIRST: *effect = selection_move(a, -a->n_entries); break;
	case ACTION_LAST: *effect = selection_move(a, a->n_entries); break;
	case ACTION_CANCEL: overlay_close(a); break;
	case ACTION_ACCEPT: *effect = selection_open(a); break;
	case ACTION_SEARCH:
		line_edit_start(&a->edit, a->filter);
		a->prompt = PROMPT_SEARCH;
		break;
	default: break;
	}
	return true;
}

/* Its name, and whether this machine can run it. */
static void entry_draw(struct canvas *c, struct rect row, const struct preset_entry *e,
		       const struct view *v)
{
	static const char not_here[] = "not here";
	const struct form_facts facts = app_form_facts(v->app, v->snap);
	int room = row.w - 2;

	if (form_absence(&facts, e->backend, e->workload)) {
		room -= (int)sizeof(not_here);
		canvas_text_right(c, row.x + row.w, row.y, sizeof(not_here) - 1,
				  ROLE_WARNING, not_here);
	}
	canvas_text(c, row.x + 2, row.y, room, *e->broken ? ROLE_WARNING : ROLE_NORMAL,
		    e->name);
}

/* Only those that match have a row; the selected one stays in sight. */
static void list_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;
	int n = matches_count(a), row = 0, first = -r.h / 2;

	for (int i = 0; i < a->selected; i++)
		first += entry_matches(a, i);
	first = first > n - r.h ? n - r.h : first;
	first = first < 0 ? 0 : first;
	for (int i = 0; i < a->n_entries; i++) {
		struct rect at = {r.x, r.y + row - first, r.w, 1};

		if (!entry_matches(a, i))
			continue;
		if (row++ < first || at.y >= r.y + r.h)
			continue;
		entry_draw(c, at, &a->entries[i], v);
		canvas_spot(c, at, SPOT_ENTRY, i);
		if (i != a->selected)
			continue;
		canvas_text(c, at.x, at.y, 1, ROLE_NORMAL, "▸");
		canvas_paint(c, at, ROLE_SELECTED);
	}
	if (a->n_entries == 0)
		canvas_wrap(c, r, ROLE_DIM,
			    "No presets found; s saves the present settings as one.");
	else if (n == 0)
		canvas_wrap(c, r, ROLE_DIM, "No preset has that in its name or title.");
}

/* Whether this machine can run it, or what it would have to do without. */
static void fitness_write(struct scroller *s, const struct view *v,
			  const struct experiment *x)
{
	const struct machine *m = v->app->machine;
	const struct availability *ceiling = v->snap->view.ceiling;
	const struct form_facts facts = app_form_facts(v->app, v->snap);
	const char *why = form_absence(&facts, x->backend, x->workload);
	char text[320];
	bool fits = true;

	if (strcmp(x->backend, "sim") == 0) {
		scroller_text(s, ROLE_OK, 0, "✓ simulated: it runs on any machine");
		return;
	}
	if (why) {
		snprintf(text, sizeof(text), "! not here: %s", why);
		scroller_text(s, ROLE_WARNING, 0, text);
		return;
	}
	if (form_is_oversubscribed(x, m)) {
		snprintf(text, sizeof(text),
			 "! %d workers and victims on %d CPUs: some share one",
			 x->threads + x->victims, m->topology.n_allowed);
		scroller_text(s, ROLE_WARNING, 0, text);
		fits = false;
	}
	if (x->ceiling_pages != EXPERIMENT_CEILING_KEEP && ceiling &&
	    !ceiling->available) {
		snprintf(text, sizeof(text), "! the ceiling cannot be set here: %s",
			 ceiling->reason);
		scroller_text(s, ROLE_WARNING, 0, text);
		fits = false;
	}
	if (fits)
		scroller_text(s, ROLE_OK, 0, "✓ this machine can run it");
}

static void sets_write(struct scroller *s, const struct app *a)
{
	const struct experiment *x = &a->preview.experiment;
	char text[512], axes[256];

	snprintf(text, sizeof(text), "%s, %d %s%s, %.160s", x->workload, x->threads,
		 x->mode == RUN_THREADS ? "thread" : "process",
		 x->threads == 1	  ? ""
		 : x->mode == RUN_THREADS ? "s"
					  : "es",
		 x->placement);
	if (x->victims > 0)
		text_append(text, sizeof(text), ", %d victim%s", x->victims,
			    x->victims == 1 ? "" : "s");
	if (x->ceiling_pages != EXPERIMENT_CEILING_KEEP)
		text_append(text, sizeof(text), ", ceiling %lld",
			    (long long)x->ceiling_pages);
	scroller_text(s, ROLE_ACCENT, 0, text);
	if (a->preview.n_axes > 0) {
		snprintf(text, sizeof(text), "w sweeps %s",
			 sweep_axes_text(&a->preview, axes, sizeof(axes)));
		scroller_text(s, ROLE_DIM, 0, text);
	}
}

static void preview_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;
	const struct preset_entry *e = &a->entries[a->selected];
	struct scroller s;

	scroller_begin(&s, c, r, 0);
	scroller_text(&s, ROLE_TITLE, 0, *e->title ? e->title : e->name);
	if (*e->broken || *a->preview_error) {
		scroller_gap(&s);
		scroller_text(&s, ROLE_WARNING, 0,
			      *e->broken ? e->broken : a->preview_error);
	} else if (*a->preview.name) {
		sets_write(&s, a);
		fitness_write(&s, v, &a->preview.experiment);
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
	list_draw(c, list, v);
	if (matches_count(v->app) > 0)
		preview_draw(c, preview, v);
	return 0;
}

const struct overlay_desc overlay_presets = {
	.context = CONTEXT_LIST,
	.draw = presets_draw,
	.act = presets_act,
};
