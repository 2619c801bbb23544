/* SPDX-License-Identifier: MIT */
/* What panels share: titles on frames, scrolled text, overlays. */
#include "tui/panels/panels.h"

#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/frame/mouse.h"

enum { OVERLAY_TEXT_W = 78 };

void view_init(struct view *v, const struct snapshot *snap, const struct app *app)
{
	*v = (struct view){snap, app, app_time_axis(app, snap)};
}

struct reading view_metric(const struct view *v, enum metric m)
{
	struct reading r = READING_ABSENT;

	if (v->snap->latest)
		r = metric_of(m, &v->snap->latest->sample);
	if (!reading_present(r) && v->snap->window.elapsed_s > 0)
		r = metric_of(m, &v->snap->window);
	return r;
}

const struct measured *view_baseline(const struct view *v)
{
	const struct measured *b = v->app->twin.set ? &v->app->twin : &v->app->baseline;

	if (!b->set || !v->snap->experiment ||
	    strcmp(b->experiment.workload, v->snap->experiment->workload) != 0)
		return NULL;
	/* What a lesson keeps is for the steps that follow: of the same step it would
	 * be a line that nobody asked for. */
	if (b->by_lesson) {
		char changed[64];

		experiment_diff(&b->experiment, v->snap->experiment, v->app->catalogue,
				changed, sizeof(changed));
		if (!*changed)
			return NULL;
	}
	return b;
}

const struct availability *view_sensor(const struct view *v, const char *name)
{
	for (int i = 0; i < v->snap->view.n_sensors; i++)
		if (strcmp(v->snap->view.sensors[i].name, name) == 0)
			return v->snap->view.sensors[i].availability;
	return NULL;
}

void typing_draw(struct canvas *c, int x, int y, int room, const struct line_edit *e)
{
	char before[LINE_EDIT_BYTES];
	const char *shown = e->text;

	if (room < 2)
		return;
	text_copy(before, sizeof(before), e->text);
	before[e->cursor] = '\0';
	while (utf8_text_columns(before + (shown - e->text)) > room - 1)
		utf8_next(&shown);
	int cursor = x + utf8_text_columns(before + (shown - e->text));

	canvas_fill(c, (struct rect){x, y, room, 1}, ROLE_NORMAL);
	int columns = canvas_text(c, x, y, room, ROLE_NORMAL, shown);

	if (e->selected)
		canvas_paint(c, (struct rect){x, y, columns, 1}, ROLE_SELECTED);
	canvas_paint(c, (struct rect){cursor, y, 1, 1}, ROLE_SELECTED);
}

/* The text with a blank on either side; returns the columns it took. */
static int frame_word(struct canvas *c, int x_end, int y, enum role role,
		      const char *text)
{
	int columns = utf8_text_columns(text);

	canvas_put(c, x_end - columns - 2, y, role, ' ');
	canvas_text(c, x_end - columns - 1, y, columns, role, text);
	canvas_put(c, x_end - 1, y, role, ' ');
	return columns + 2;
}

int frame_title_room(struct rect r, const char *title, const char *value)
{
	int room = r.w - 6 - (utf8_text_columns(title) + 2);

	if (*value && utf8_text_columns(value) + 3 <= room)
		room -= utf8_text_columns(value) + 3;
	return room - 3;
}

void frame_title(struct canvas *c, struct rect r, const char *title, const char *words,
		 const char *value)
{
	int words_room = frame_title_room(r, title, value);
	int room = frame_title_room(r, title, ""), x_end = r.x + r.w - 2;

	canvas_put(c, r.x + 2, r.y, ROLE_TITLE, ' ');
	int title_w = canvas_text(c, r.x + 3, r.y, r.w - 6, ROLE_TITLE, title);
	canvas_put(c, r.x + 3 + title_w, r.y, ROLE_TITLE, ' ');
	if (*value && utf8_text_columns(value) <= room)
		x_end -= frame_word(c, x_end, r.y, ROLE_ACCENT, value) + 1;
	if (*words && utf8_text_columns(words) <= words_room)
		frame_word(c, x_end, r.y, ROLE_DIM, words);
}

void scroller_begin(struct scroller *s, struct canvas *c, struct rect r, int scroll)
{
	*s = (struct scroller){.canvas = c, .r = r, .row = -scroll, .scroll = scroll};
	if (c)
		s->old_clip = canvas_clip(c, r);
}

void scroller_text(struct scroller *s, enum role role, int indent, const char *text)
{
	struct rect at = {s->r.x + indent, s->r.y + s->row, s->r.w - indent, 1000};

	if (*text)
		s->row += canvas_wrap(s->canvas, at, role, text);
	else
		s->row++;
}

void scroller_pair(struct scroller *s, enum role label_role, const char *label,
		   int label_w, enum role role, const char *text)
{
	if (s->canvas)
		canvas_text(s->canvas, s->r.x, s->r.y + s->row, label_w - 1, label_role,
			    label);
	scroller_text(s, role, label_w, text);
}

void scroller_gap(struct scroller *s)
{
	s->row++;
}

int scroller_end(struct scroller *s)
{
	int below = s->row - s->r.h, total = below + s->scroll;
	struct rect *r = &s->r;

	if (below > 0)
		canvas_text_right(s->canvas, r->x + r->w, r->y + r->h - 1, 8, ROLE_KEY,
				  " ▾ more");
	canvas_unclip(s->canvas, s->old_clip);
	return total > 0 ? total : 0;
}

struct rect overlay_open_at(struct canvas *c, struct rect r, int w, int h,
			    const char *title)
{
	if (w > r.w - 4)
		w = r.w - 4;
	if (h > r.h - 2)
		h = r.h - 2;
	struct rect box = {r.x + (r.w - w) / 2, r.y + (r.h - h) / 2, w, h};
	struct rect inner = rect_inner(box);

	canvas_fill(c, box, ROLE_NORMAL);
	canvas_box(c, box, ROLE_ACCENT);
	canvas_spot(c, box, SPOT_COVER, 0);
	frame_title(c, box, title, "Esc closes", "");
	inner.x++;
	inner.w -= 2;
	return inner;
}

int overlay_text_draw(struct canvas *c, struct rect r, const struct view *v,
		      const char *title, overlay_writer *write)
{
	struct scroller s;
	int w = r.w - 4 < OVERLAY_TEXT_W ? r.w - 4 : OVERLAY_TEXT_W;

	scroller_begin(&s, NULL, (struct rect){0, 0, w - 4, 0}, 0);
	write(&s, v);

	struct rect in = overlay_open_at(c, r, w, s.row + 2, title);

	scroller_begin(&s, c, in, v->app->scroll);
	write(&s, v);
	return scroller_end(&s);
}
