/* SPDX-License-Identifier: MIT */
/*
 * The row above the keys is for words: what was just said, until the next key; else
 * what stands under the cursor. Nothing measured has its place there, so no message
 * ever covers a number or a key.
 */
#include "tui/pages/pages.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/draw/utf8.h"
#include "tlblab/sim/sim.h"

/* Of a simulated machine: what the strategy in question does. */
static bool strategy_note(const struct experiment *e, const struct catalogue *c,
			  char *buf, size_t buf_bytes)
{
	const struct param_value *chosen = experiment_param(e, c, "strategy");

	for (int i = 0; chosen && strategy_table[i]; i++) {
		if (i != chosen->number)
			continue;
		snprintf(buf, buf_bytes, "%s: %s", sim_strategy_name(strategy_table[i]),
			 sim_strategy_summary(strategy_table[i]));
		return true;
	}
	return false;
}

void field_note(const struct view *v, char *buf, size_t buf_bytes)
{
	struct form_facts facts = app_form_facts(v->app, v->snap);
	struct form_field fields[FORM_MAX_FIELDS];
	int n = form_fields(&v->app->draft, &facts, fields);
	const struct form_field *f = &fields[v->app->focus < n ? v->app->focus : 0];
	const struct workload_desc *w =
		experiment_workload(&v->app->draft, v->app->catalogue);
	char allowed[128] = "";

	if (strcmp(f->key, "workload") == 0 && w) {
		snprintf(buf, buf_bytes, "%s: %s", w->name, w->summary);
		return;
	}
	if (strcmp(f->key, "params.strategy") == 0 &&
	    strategy_note(&v->app->draft, v->app->catalogue, buf, buf_bytes))
		return;
	if (f->desc && f->desc->kind != PARAM_TEXT)
		param_allowed(f->desc, allowed, sizeof(allowed));
	snprintf(buf, buf_bytes, "%s: %s%s%s", f->label, f->desc ? f->desc->help : "",
		 *allowed && f->desc && *f->desc->help ? "; " : "", allowed);
}

void note_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;
	static const char all[] = "m: all of it";
	int room = r.w - 2;
	char text[256] = "";

	if (!*a->message) {
		if (!overlay_shown(a) && page_shown(a).note)
			page_shown(a).note(v, text, sizeof(text));
		canvas_text(c, r.x + 1, r.y, room, ROLE_DIM, text);
		return;
	}
	if (utf8_text_columns(a->message) > room && a->prompt == PROMPT_NONE) {
		room -= (int)sizeof(all) + 1;
		canvas_text_right(c, r.x + r.w - 1, r.y, sizeof(all), ROLE_KEY, all);
	}
	canvas_text(c, r.x + 1, r.y, room,
		    a->message_is_error ? ROLE_WARNING : ROLE_ACCENT, a->message);
}
