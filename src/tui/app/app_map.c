/* SPDX-License-Identifier: MIT */
#include "tui/app/app_map.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/machine/placement.h"
#include "tui/app/app_fields.h"
#include "tui/app/app_undo.h"
#include "tui/panels/panels.h"

static const struct cpu *cpu_at(const struct app *a, int place)
{
	return &a->map.topology->cpus[a->map.places[place].cpu];
}

static int group_of(const struct app *a)
{
	int g = 0;

	while (a->map_cursor >= a->map.groups[g].first + a->map.groups[g].n)
		g++;
	return g;
}

/* The first place of the group `by` groups away. */
static int group_move(const struct app *a, int by)
{
	int g = group_of(a) + by;

	g = g < 0 ? 0 : g >= a->map.n_groups ? a->map.n_groups - 1 : g;
	return a->map.groups[g].first;
}

static void map_move(struct app *a, enum action action)
{
	struct layout l;
	int to = a->map_cursor;

	if (!a->map.n)
		return;
	layout_make(&l, a->screen_w, a->screen_h);
	struct rect r = page_machine_map(l.page);
	enum map_detail detail = cpu_map_detail(&a->map, r.w, r.h);

	switch (action) {
	case ACTION_LESS: to--; break;
	case ACTION_MORE: to++; break;
	case ACTION_UP: to = cpu_map_vertical(&a->map, r.w, detail, to, -1); break;
	case ACTION_DOWN: to = cpu_map_vertical(&a->map, r.w, detail, to, 1); break;
	case ACTION_BOX_BEFORE: to = group_move(a, -1); break;
	case ACTION_BOX_NEXT: to = group_move(a, 1); break;
	default: break;
	}
	if (to >= 0 && to < a->map.n)
		a->map_cursor = to;
}

static int pick_find(const struct app *a, int cpu)
{
	int i = 0;

	while (i < a->n_picks && a->picks[i] != cpu)
		i++;
	return i;
}

static void pick_drop(struct app *a, int at)
{
	if (at == a->n_picks)
		return;
	a->n_picks--;
	memmove(&a->picks[at], &a->picks[at + 1],
		(size_t)(a->n_picks - at) * sizeof(a->picks[0]));
}

static void map_pick(struct app *a)
{
	const struct cpu *c;
	char text[96];

	if (!a->map.n)
		return;
	c = cpu_at(a, a->map_cursor);
	int at = pick_find(a, c->id);

	if (at < a->n_picks) {
		pick_drop(a, at);
	} else if (!c->allowed) {
		snprintf(text, sizeof(text), "CPU %d %s", c->id,
			 c->online ? "is outside the CPUs this process may use"
				   : "is offline");
		app_say(a, text);
	} else if (a->n_picks < APP_PICKS_MAX) {
		a->picks[a->n_picks++] = c->id;
	}
}

/* All usable CPUs of the cursor's box, or none when all were picked already; in the
 * order of their numbers, which makes the shortest list. */
static void map_pick_group(struct app *a)
{
	struct cpumask box = {0};
	bool added = false;

	if (!a->map.n)
		return;
	const struct map_group *g = &a->map.groups[group_of(a)];

	for (int i = g->first; i < g->first + g->n; i++)
		if (cpu_at(a, i)->allowed)
			cpumask_set(&box, cpu_at(a, i)->id);
	for (int id = cpumask_next(&box, -1); id >= 0; id = cpumask_next(&box, id)) {
		if (pick_find(a, id) < a->n_picks || a->n_picks == APP_PICKS_MAX)
			continue;
		a->picks[a->n_picks++] = id;
		added = true;
	}
	for (int id = cpumask_next(&box, -1); !added && id >= 0;
	     id = cpumask_next(&box, id))
		pick_drop(a, pick_find(a, id));
}

static struct effect map_accept(struct app *a, const struct snapshot *snap)
{
	struct error error = {.code = ERROR_NONE};
	struct experiment changed = a->draft;
	char list[PARAM_TEXT_BYTES - 8], text[PARAM_TEXT_BYTES];
	char said[sizeof(text) + 16];
	bool fits = placement_list_text(a->picks, a->n_picks, list, sizeof(list));

	snprintf(text, sizeof(text), "cpus:%s", list);
	if (!a->n_picks)
		error_set(&error, ERROR_INPUT, EINVAL, "nothing to place on",
			  "no CPU is picked", "p picks the CPU under the cursor");
	else if (!fits)
		error_set(&error, ERROR_INPUT, EINVAL, "these CPUs",
			  "their list is too long for a placement",
			  "pick neighbours, or whole boxes with P");
	else if (!experiment_set(&changed, a->catalogue, "placement", text, &error))
		experiment_check(&changed, a->catalogue, &error);
	if (error.code != ERROR_NONE) {
		app_say_error(a, &error);
		return effect_of(EFFECT_NONE, "");
	}
	app_undo_keep(a, &a->draft);
	a->draft = changed;
	a->n_picks = 0;
	snprintf(said, sizeof(said), "placement %s", text);
	app_say(a, said);
	return app_draft_changed(a, snap);
}

bool app_map_act(struct app *a, const struct snapshot *snap, enum action action,
		 struct effect *effect)
{
	switch (action) {
	case ACTION_LESS:
	case ACTION_MORE:
	case ACTION_UP:
	case ACTION_DOWN:
	case ACTION_BOX_BEFORE:
	case ACTION_BOX_NEXT: map_move(a, action); return true;
	case ACTION_PICK: map_pick(a); return true;
	case ACTION_PICK_BOX: map_pick_group(a); return true;
	case ACTION_CANCEL: a->n_picks = 0; return true;
	case ACTION_ACCEPT: *effect = map_accept(a, snap); return true;
	default: return false;
	}
}
