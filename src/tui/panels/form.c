/* SPDX-License-Identifier: MIT */
/*
 * What is set. One row a field, label left, value right; the field in focus carries
 * the arrows. The reason why the ceiling is absent stands under it where rows are left
 * over, and gives way first.
 */
#include "tui/panels/panels.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/frame/mouse.h"

enum { REASON_ROWS = 3 };

struct form {
	struct canvas *c;
	const struct view *v;
	struct rect r; /* inside the frame */
	struct form_facts facts;
	struct form_field fields[FORM_MAX_FIELDS];
	int n, focus;
};

static const char *absence(const struct form *f)
{
	const struct experiment *draft = &f->v->app->draft;

	return form_absence(&f->facts, draft->backend, draft->workload);
}

static enum role value_role(const struct form *f, const struct form_field *field)
{
	const struct snapshot *snap = f->v->snap;

	if ((strcmp(field->key, "threads") == 0 ||
	     strcmp(field->key, "victims") == 0) &&
	    form_is_oversubscribed(&f->v->app->draft, f->facts.machine))
		return ROLE_WARNING;
	if (strcmp(field->key, "workload") == 0 && absence(f))
		return ROLE_WARNING;
	if (strcmp(field->key, "ceiling") == 0 && snap->view.ceiling &&
	    !snap->view.ceiling->available)
		return ROLE_DIM;
	return strcmp(field->key, "victims") == 0 ? ROLE_VICTIM : ROLE_NORMAL;
}

static void field_draw(const struct form *f, int i, int y)
{
	const struct form_field *field = &f->fields[i];
	bool focused = i == f->focus && f->v->app->page == PAGE_OVERVIEW;
	int indent = field->is_param ? 2 : 0, x_end = f->r.x + f->r.w - 3;
	enum role role = value_role(f, field);
	char value[PARAM_TEXT_BYTES], text[PARAM_TEXT_BYTES + 4];

	canvas_spot(f->c, (struct rect){f->r.x, y, f->r.w, 1}, SPOT_FIELD, i);
	form_value(&f->v->app->draft, &f->facts, field, value, sizeof(value));
	snprintf(text, sizeof(text), "%s%s", role == ROLE_WARNING ? "! " : "", value);
	int label_w = canvas_text(f->c, f->r.x + 1 + indent, y, f->r.w - 4 - indent,
				  focused ? ROLE_KEY : ROLE_DIM, field->label);
	int room = x_end - (f->r.x + 1 + indent + label_w + 3);

	if (focused && f->v->app->prompt == PROMPT_FIELD) {
		int x = f->r.x + indent + label_w + 3;

		typing_draw(f->c, x, y, f->r.x + f->r.w - 1 - x, &f->v->app->edit);
		return;
	}
	int value_w = utf8_text_columns(text) < room ? utf8_text_columns(text) : room;

	canvas_text_right(f->c, x_end, y, room, role, text);
	if (!focused)
		return;
	canvas_put(f->c, x_end - value_w - 2, y, ROLE_KEY, 0x25C2);
	canvas_put(f->c, x_end + 1, y, ROLE_KEY, 0x25B8);
	canvas_paint(f->c, (struct rect){f->r.x, y, f->r.w, 1}, ROLE_SELECTED);
}

/* Why the workload or the ceiling is absent, under it; returns the rows taken. */
static int reason_draw(const struct form *f, const struct form_field *field, int y,
		       int rows)
{
	const struct availability *ceiling = f->v->snap->view.ceiling;
	struct rect at = {f->r.x + 3, y, f->r.w - 5, rows};
	const char *reason = NULL, *shorter = "cannot be set here (d explains)";
	char text[256];

	if (strcmp(field->key, "workload") == 0) {
		reason = absence(f);
		shorter = "not here (d explains)";
	} else if (strcmp(field->key, "ceiling") == 0 && ceiling && !ceiling->available)
		reason = ceiling->reason;
	if (!reason)
		return 0;
	snprintf(text, sizeof(text), "%s (d explains)", reason);
	if (canvas_wrap(NULL, (struct rect){0, 0, at.w, 99}, ROLE_DIM, text) > rows)
		snprintf(text, sizeof(text), "%s", shorter);
	return canvas_wrap(f->c, at, ROLE_DIM, text);
}

/* Which CPUs that is, under the placement; returns the rows taken. */
static int plan_draw(const struct form *f, int y)
{
	char text[200];

	app_plan_text(&f->v->app->plan, text, sizeof(text));
	if (!*text)
		return 0;
	canvas_text(f->c, f->r.x + 3, y, f->r.w - 5, ROLE_DIM, text);
	return 1;
}

void panel_form_draw(struct canvas *c, struct rect r, const struct view *v)
{
	struct form f = {.c = c, .v = v, .r = rect_inner(r)};
	struct rect old;
	int first = 0, y;

	f.facts = app_form_facts(v->app, v->snap);
	f.n = form_fields(&v->app->draft, &f.facts, f.fields);
	f.focus = v->app->focus < f.n ? v->app->focus : f.n - 1;
	frame_title(c, r, "Experiment", "", v->app->draft_waits ? "space runs it" : "");
	old = canvas_clip(c, f.r);
	int spare = f.r.h - f.n;

	if (f.n > f.r.h) { /* keeps the focus in sight */
		first = f.focus - f.r.h / 2;
		first = first < 0 ? 0 : first > f.n - f.r.h ? f.n - f.r.h : first;
	}
	y = f.r.y;
	for (int i = first; i < f.n && y < f.r.y + f.r.h; i++) {
		field_draw(&f, i, y++);
		if (spare >= REASON_ROWS)
			y += reason_draw(&f, &f.fields[i], y, REASON_ROWS);
		if (spare > REASON_ROWS && strcmp(f.fields[i].key, "placement") == 0)
			y += plan_draw(&f, y);
	}
	canvas_unclip(c, old);
	if (first > 0)
		canvas_text(c, r.x + 14, r.y, 8, ROLE_KEY, " ▴ more ");
	if (first + f.r.h < f.n)
		canvas_text(c, r.x + 14, r.y + r.h - 1, 8, ROLE_KEY, " ▾ more ");
}

static const char *const about_form_checks[] = {"pinned", "oversubscribed", "ceiling",
						NULL};

const struct about about_form = {
	.name = "Experiment",
	.unit = "as each setting says",
	.counts = "What runs now, or after space when it waits. Every change "
		  "becomes a dotted vertical in the plots.",
	.counts_not = "The rest of the machine: the kernel's settings, the clock and "
		      "other programs are under provenance and sensors.",
	.comes_from = "The preset, as it was changed since; s saves it, u takes the "
		      "last change back, e writes it into the result.",
	.misleads = "Threads and victims beyond the CPUs there are share CPUs, and "
		    "then waiting is measured, not flushing. A ceiling changed "
		    "here holds for the whole machine until tlblab puts it back.",
	.checks = about_form_checks,
	.now = field_note,
};
