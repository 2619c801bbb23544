/* SPDX-License-Identifier: MIT */
/* What was said lately, in full and the newest first: a row holds only so much. */
#include "tui/pages/pages.h"

static void messages_write(struct scroller *s, const struct view *v)
{
	const struct app *a = v->app;

	for (int i = a->n_said - 1; i >= 0; i--) {
		scroller_text(s, a->said[i].is_error ? ROLE_WARNING : ROLE_NORMAL, 0,
			      a->said[i].text);
		if (i > 0)
			scroller_gap(s);
	}
	if (a->n_said == 0)
		scroller_text(s, ROLE_DIM, 0, "Nothing was said yet.");
}

static int messages_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "Messages", messages_write);
}

const struct overlay_desc overlay_messages = {.context = CONTEXT_READ,
					      .draw = messages_draw};
