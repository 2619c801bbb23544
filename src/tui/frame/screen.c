/* SPDX-License-Identifier: MIT */
/* Frames first, so that their borders join; then what stands in them; then overlays. */
#include "tui/frame/screen.h"

#include <stdio.h>

#include "tui/frame/mouse.h"
#include "tui/keys/keymap.h"
#include "tui/pages/pages.h"

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

/* Around an overlay a click closes it; the hints in the footer stay what they are. */
static void around_overlay(struct canvas *c, const struct layout *l)
{
	const struct rect around[] = {l->header, l->page, l->note};

	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		canvas_spot(c, around[i], SPOT_KEY, KEY_ESCAPE);
}

int screen_draw(struct canvas *c, const struct snapshot *snap, const struct app *app)
{
	struct layout l;
	struct view v;
	int scroll_max;

	canvas_clear(c);
	layout_make(&l, c->w, c->h);
	if (l.kind == LAYOUT_TOO_SMALL) {
		too_small_draw(c);
		return 0;
	}
	view_init(&v, snap, app);
	header_draw(c, l.header, &v);
	note_draw(c, l.note, &v);
	footer_draw(c, l.footer, &v);
	scroll_max = page_shown(app).draw(c, &l, &v);
	if (overlay_shown(app)) {
		around_overlay(c, &l);
		scroll_max = overlay_shown(app)->draw(c, l.page, &v);
	}
	return scroll_max;
}
