/* SPDX-License-Identifier: MIT */
/* What the preset's author wants to have said. */
#include "tui/pages/pages.h"

#include <stdio.h>

static void notes_write(struct scroller *s, const struct view *v)
{
	const struct preset *p = v->app->preset;
	char text[160];

	scroller_text(s, ROLE_TITLE, 0, *p->title ? p->title : p->name);
	scroller_gap(s);
	if (!preset_is_about(p, &v->app->draft)) {
		snprintf(text, sizeof(text),
			 "These notes are about the workload %s; %s is set now.",
			 p->about_workload, v->app->draft.workload);
		scroller_text(s, ROLE_WARNING, 0, text);
		scroller_gap(s);
	}
	for (int i = 0; i < p->n_notes; i++) {
		scroller_text(s, ROLE_NORMAL, 0, p->notes[i]);
		if (i < p->n_notes - 1)
			scroller_gap(s);
	}
	if (p->n_notes == 0)
		scroller_text(s, ROLE_DIM, 0, "This preset has no notes.");
}

static int notes_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "Lesson notes", notes_write);
}

const struct overlay_desc overlay_notes = {.context = CONTEXT_READ, .draw = notes_draw};
