/* SPDX-License-Identifier: MIT */
#include "tui/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tui/app_fields.h"
#include "tui/app_map.h"
#include "tui/app_modes.h"
#include "tui/difference.h"
#include "tui/traces.h"

/* A window shorter than this is no measurement to compare with. */
#define SETTLED_S 0.3

static const double spans_s[] = {10, 30, 60, 120, 300, 600, 1800, 3600, 0};
enum {
	SPAN_DEFAULT = 3,
	SPAN_N = sizeof(spans_s) / sizeof(spans_s[0]),
	PAGE_ROWS = 10
};

void app_init(struct app *a, const struct catalogue *catalogue,
	      const struct machine *machine, struct preset *preset, const char *version)
{
	*a = (struct app){
		.catalogue = catalogue,
		.machine = machine,
		.version = version,
		.preset = preset,
		.layout = LAYOUT_STANDARD,
		.span = SPAN_DEFAULT,
	};
	cpu_map_init(&a->map, machine ? &machine->topology : NULL);
	app_preset_opened(a);
}

void app_fini(struct app *a)
{
	cpu_map_fini(&a->map);
	free(a->entries);
	a->entries = NULL;
	preset_fini(&a->preview);
	sweep_fini(&a->sweep);
}

enum context app_context(const struct app *a)
{
	if (a->prompt != PROMPT_NONE)
		return CONTEXT_TEXT;
	if (a->layout == LAYOUT_TOO_SMALL)
		return CONTEXT_SMALL;
	if (a->overlay == OVERLAY_PRESETS)
		return CONTEXT_LIST;
	if (a->overlay != OVERLAY_NONE)
		return CONTEXT_READ;
	if (a->replay.on)
		return CONTEXT_REPLAY;
	if (a->mode != MODE_BENCH)
		return a->mode == MODE_SWEEP ? CONTEXT_SWEEP : CONTEXT_TUNE;
	if (a->page == PAGE_MACHINE)
		return CONTEXT_MAP;
	return a->page == PAGE_OVERVIEW ? CONTEXT_BENCH : CONTEXT_PAGE;
}

struct form_facts app_form_facts(const struct app *a, const struct snapshot *snap)
{
	return (struct form_facts){a->catalogue, a->machine, snap->ceiling_original};
}

double app_span_s(const struct app *a)
{
	return spans_s[a->span];
}

bool app_is_stopped(const struct snapshot *snap)
{
	return snap->paused || snap->phase == SESSION_IDLE ||
	       snap->phase == SESSION_DONE || snap->phase == SESSION_FAILED;
}

void app_say(struct app *a, const char *text)
{
	text_copy(a->message, sizeof(a->message), text);
	a->message_is_fault = false;
}

void app_say_fault(struct app *a, const struct fault *fault)
{
	fault_text(fault, a->message, sizeof(a->message));
	a->message_is_fault = true;
}

void app_preset_opened(struct app *a)
{
	a->draft = a->preset->experiment;
	a->draft.duration_s = 0;
	a->until_set = false;
	a->focus = 0;
	a->before.set = false;
	a->changed[0] = '\0';
	sweep_fini(&a->sweep); /* another lesson's */
}

struct experiment app_experiment_to_save(const struct app *a)
{
	struct experiment e = a->draft;

	if (!a->until_set)
		e.duration_s = a->preset->experiment.duration_s;
	return e;
}

static void measured_keep(struct measured *m, const struct snapshot *snap)
{
	m->set = true;
	m->experiment = *snap->experiment;
	m->window = snap->window;
	window_stats(snap, m->stats);
	m->window.cpu_shootdowns = NULL;
	m->window.n_cpus = 0;
	m->worker_latency = snap->worker_latency;
	if (snap->worker_hist)
		m->worker_hist = *snap->worker_hist;
	else
		m->worker_hist.total = 0;
}

/* "threads 1 ▸ 2": the first setting that differs. */
static void change_describe(const struct app *a, const struct snapshot *snap, char *buf,
			    size_t buf_bytes)
{
	struct form_facts facts = app_form_facts(a, snap);
	char key[64], from[PARAM_TEXT_BYTES], to[PARAM_TEXT_BYTES];
	struct form_field fields[FORM_MAX_FIELDS];

	experiment_diff(snap->experiment, &a->draft, a->catalogue, key, sizeof(key));
	buf[0] = '\0';
	for (int i = 0, n = form_fields(&a->draft, &facts, fields); i < n; i++) {
		const char *name = fields[i].key;

		if (strncmp(key, "params.", 7) != 0 && fields[i].is_param)
			name += 7;
		if (strcmp(name, key) != 0)
			continue;
		form_plain(snap->experiment, &facts, &fields[i], from, sizeof(from));
		form_plain(&a->draft, &facts, &fields[i], to, sizeof(to));
		snprintf(buf, buf_bytes, "%s %.30s ▸ %.30s", fields[i].label,
			 *from ? from : "–", *to ? to : "–");
		return;
	}
}

void app_before_change(struct app *a, const struct snapshot *snap)
{
	char changed[sizeof(a->changed)];

	if (!snap->experiment)
		return;
	change_describe(a, snap, changed, sizeof(changed));
	if (!*changed)
		return;
	text_copy(a->changed, sizeof(a->changed), changed);
	if (snap->window.elapsed_s >= SETTLED_S)
		measured_keep(&a->before, snap);
	/* Otherwise several changes in a row: the story compares with what was last
	 * measured, and names only the last change. */
}

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
	a->overlay = OVERLAY_PRESETS;
	a->scroll = 0;
}

static void prompt_name(struct app *a, enum prompt prompt)
{
	char name[LINE_EDIT_BYTES] = "", stamp[32] = "";

	if (prompt == PROMPT_SAVE) {
		text_copy(name, sizeof(name), a->preset->name);
	} else { /* without what shells and other file systems dislike */
		for (size_t i = 0, n = 0; a->utc[i] && n < sizeof(stamp) - 1; i++)
			if (a->utc[i] != '-' && a->utc[i] != ':')
				stamp[n++] = a->utc[i];
		snprintf(name, sizeof(name), "tlblab-%s-%s.json",
			 a->mode == MODE_TUNE	 ? "tune"
			 : a->mode == MODE_SWEEP ? "sweep"
			 : *a->preset->name	 ? a->preset->name
						 : "bench",
			 stamp);
	}
	line_edit_start(&a->edit, name);
	a->prompt = prompt;
}

static struct effect prompt_accept(struct app *a, const struct snapshot *snap)
{
	enum prompt prompt = a->prompt;

	if (prompt == PROMPT_FIELD)
		return app_field_accept(a, snap);
	if (prompt == PROMPT_SWEEP)
		return app_sweep_accept(a, snap);
	if (!*a->edit.text)
		return effect_of(EFFECT_NONE, "");
	a->prompt = PROMPT_NONE;
	return effect_of(prompt == PROMPT_SAVE ? EFFECT_SAVE_PRESET : EFFECT_EXPORT,
			 a->edit.text);
}

static struct effect run_toggle(struct app *a, const struct snapshot *snap)
{
	bool waits = a->draft_waits;

	if (!app_is_stopped(snap))
		return effect_of(EFFECT_PAUSE, "");
	a->draft_waits = false;
	return effect_of(snap->paused && !waits ? EFFECT_RESUME : EFFECT_START, "");
}

static void baseline_set(struct app *a, const struct snapshot *snap)
{
	char buf[64], text[128];

	if (snap->window.elapsed_s < SETTLED_S || !snap->experiment) {
		app_say(a, "no baseline yet: nothing measured with these settings");
		return;
	}
	measured_keep(&a->baseline, snap);
	struct reading ns = metric_of(METRIC_NS_PER_OP, &a->baseline.window);

	snprintf(text, sizeof(text), "baseline: %s an operation, %s",
		 text_quantity(buf, sizeof(buf),
			       reading_present(ns) ? ns.value : __builtin_nan(""),
			       "ns"),
		 "B forgets it");
	app_say(a, text);
}

static void overlay_open(struct app *a, enum overlay overlay)
{
	a->overlay = overlay;
	a->scroll = 0;
}

static void scroll_move(struct app *a, int by)
{
	a->scroll += by;
	if (a->scroll > a->scroll_max)
		a->scroll = a->scroll_max;
	if (a->scroll < 0)
		a->scroll = 0;
}

static struct effect list_act(struct app *a, enum action action)
{
	int by = 0;

	switch (action) {
	case ACTION_UP: by = -1; break;
	case ACTION_DOWN: by = 1; break;
	case ACTION_PAGE_UP: by = -PAGE_ROWS; break;
	case ACTION_PAGE_DOWN: by = PAGE_ROWS; break;
	case ACTION_CANCEL:
		a->overlay = OVERLAY_NONE;
		return effect_of(EFFECT_NONE, "");
	case ACTION_ACCEPT:
		if (a->n_entries == 0)
			return effect_of(EFFECT_NONE, "");
		a->overlay = OVERLAY_NONE;
		return effect_of(EFFECT_OPEN_PRESET, a->entries[a->selected].path);
	default: return effect_of(EFFECT_NONE, "");
	}
	a->selected += by;
	if (a->selected >= a->n_entries)
		a->selected = a->n_entries - 1;
	if (a->selected < 0)
		a->selected = 0;
	return preview_effect(a);
}

/* Leads with the next plot; where three stand, with the next three. */
static void plot_next(struct app *a)
{
	int by = a->layout == LAYOUT_FOLDED ? 1 : TRACE_N / 2;

	a->plot = (a->plot / by * by + by) % TRACE_N;
}

static struct effect text_act(struct app *a, const struct snapshot *snap,
			      enum action action, int key)
{
	if (action == ACTION_ACCEPT)
		return prompt_accept(a, snap);
	if (action == ACTION_CANCEL)
		a->prompt = PROMPT_NONE;
	else if (action == ACTION_NONE && key >= ' ')
		line_edit_type(&a->edit, (uint32_t)key);
	else
		line_edit_act(&a->edit, action);
	return effect_of(EFFECT_NONE, "");
}

static void view_move(struct app *a, int by)
{
	a->page = (enum page)((a->page + by + PAGE_N) % PAGE_N);
	a->scroll = 0;
}

static struct effect main_act(struct app *a, const struct snapshot *snap,
			      enum action action)
{
	switch (action) {
	case ACTION_LESS: return app_field_step(a, snap, -1);
	case ACTION_MORE: return app_field_step(a, snap, 1);
	case ACTION_RUN: return run_toggle(a, snap);
	case ACTION_OPEN: return effect_of(EFFECT_LIST_PRESETS, "");
	case ACTION_CLEAR: return effect_of(EFFECT_CLEAR, "");
	case ACTION_SWEEP: return app_sweep_open(a, snap);
	case ACTION_TUNE: return effect_of(EFFECT_TUNE_BEGIN, "");
	case ACTION_POKE: return effect_of(EFFECT_POKE, "");
	case ACTION_QUIT: return effect_of(EFFECT_QUIT, "");
	case ACTION_EDIT: app_field_edit(a, snap); break;
	case ACTION_SAVE: prompt_name(a, PROMPT_SAVE); break;
	case ACTION_EXPORT: prompt_name(a, PROMPT_EXPORT); break;
	case ACTION_BASELINE: baseline_set(a, snap); break;
	case ACTION_BASELINE_CLEAR: a->baseline.set = false; break;
	case ACTION_NOTES: overlay_open(a, OVERLAY_NOTES); break;
	case ACTION_EXPLAIN: overlay_open(a, OVERLAY_EXPLAIN); break;
	case ACTION_HELP: overlay_open(a, OVERLAY_HELP); break;
	case ACTION_VIEW_NEXT: view_move(a, 1); break;
	case ACTION_VIEW_BEFORE: view_move(a, -1); break;
	case ACTION_PLOT_NEXT: plot_next(a); break;
	case ACTION_SCALE: a->linear = !a->linear; break;
	case ACTION_ZOOM_IN: a->span -= a->span > 0; break;
	case ACTION_ZOOM_OUT: a->span += a->span < SPAN_N - 1; break;
	default: break;
	}
	return effect_of(EFFECT_NONE, "");
}

/* false: the key means there what it means elsewhere. */
static bool map_act(struct app *a, const struct snapshot *snap, enum action action,
		    struct effect *effect)
{
	*effect = effect_of(EFFECT_NONE, "");
	switch (action) {
	case ACTION_LESS:
	case ACTION_MORE:
	case ACTION_UP:
	case ACTION_DOWN:
	case ACTION_BOX_BEFORE:
	case ACTION_BOX_NEXT: app_map_move(a, action); return true;
	case ACTION_PICK: app_map_pick(a); return true;
	case ACTION_PICK_BOX: app_map_pick_group(a); return true;
	case ACTION_CANCEL: app_map_forget(a); return true;
	case ACTION_ACCEPT: *effect = app_map_accept(a, snap); return true;
	default: return false;
	}
}

struct effect app_key(struct app *a, const struct snapshot *snap, int key)
{
	enum context context = app_context(a);
	enum action action = keymap_action(context, key);
	struct effect effect;

	if (key == KEY_NOTHING || key == KEY_SIZE_CHANGED)
		return effect_of(EFFECT_NONE, "");
	a->message[0] = '\0';
	if (context == CONTEXT_TEXT)
		return text_act(a, snap, action, key);
	if (context == CONTEXT_LIST)
		return list_act(a, action);
	if (app_mode_act(a, snap, context, action, &effect))
		return effect;
	if (context == CONTEXT_MAP && map_act(a, snap, action, &effect))
		return effect;
	if (context == CONTEXT_BENCH &&
	    (action == ACTION_UP || action == ACTION_DOWN)) {
		app_focus_move(a, snap, action == ACTION_UP ? -1 : 1);
		return effect_of(EFFECT_NONE, "");
	}
	switch (action) {
	case ACTION_UP: scroll_move(a, -1); return effect_of(EFFECT_NONE, "");
	case ACTION_DOWN: scroll_move(a, 1); return effect_of(EFFECT_NONE, "");
	case ACTION_PAGE_UP:
		scroll_move(a, -PAGE_ROWS);
		return effect_of(EFFECT_NONE, "");
	case ACTION_PAGE_DOWN:
		scroll_move(a, PAGE_ROWS);
		return effect_of(EFFECT_NONE, "");
	case ACTION_CANCEL:
		overlay_open(a, OVERLAY_NONE);
		return effect_of(EFFECT_NONE, "");
	default: return main_act(a, snap, action);
	}
}
