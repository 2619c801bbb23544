/* SPDX-License-Identifier: MIT */
/* What is read over the bench: help, lesson notes, why things are absent. */
#include "tui/panels.h"

#include <stdio.h>

enum { HELP_LABEL_W = 12, LABEL_W = 16 };

static void help_write(struct scroller *s, const struct view *v)
{
	(void)v;
	for (int i = 0; i < keymap_count; i++)
		if (keymap_table[i].help &&
		    (keymap_table[i].contexts &
		     (v->app->replay.on ? CONTEXT_REPLAY : ~CONTEXT_REPLAY)))
			scroller_pair(s, ROLE_KEY, keymap_table[i].keys_text,
				      HELP_LABEL_W, ROLE_NORMAL, keymap_table[i].help);
	scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0,
		      "Blue (initiator) is who operates, orange (victim) who is only "
		      "disturbed, a dotted vertical a change, a dotted horizontal the "
		      "baseline. A grey band shows lowest and highest where several "
		      "intervals share a column.");
	scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0,
		      "Shootdowns are counted machine-wide from the TLB row of "
		      "/proc/interrupts: one for every CPU that was interrupted. What "
		      "cannot be measured here is left out with its reason, never "
		      "shown as 0.");
	scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0,
		      "TLBLAB_GLYPHS=braille, block or ascii chooses the characters of "
		      "the plots; NO_COLOR is honoured.");
}

int overlay_help_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "Keys", help_write);
}

static void notes_write(struct scroller *s, const struct view *v)
{
	const struct preset *p = v->app->preset;

	scroller_text(s, ROLE_TITLE, 0, *p->title ? p->title : p->name);
	scroller_gap(s);
	for (int i = 0; i < p->n_notes; i++) {
		scroller_text(s, ROLE_NORMAL, 0, p->notes[i]);
		if (i < p->n_notes - 1)
			scroller_gap(s);
	}
	if (p->n_notes == 0)
		scroller_text(s, ROLE_DIM, 0, "This preset has no notes.");
}

int overlay_notes_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "Lesson notes", notes_write);
}

static bool absent_draw(struct scroller *s, const char *name,
			const struct availability *a)
{
	if (!a || a->available)
		return false;
	scroller_pair(s, ROLE_TITLE, name, LABEL_W, ROLE_NORMAL,
		      *a->reason ? a->reason : "not here");
	scroller_gap(s);
	return true;
}

static void explain_write(struct scroller *s, const struct view *v)
{
	const struct snapshot *snap = v->snap;
	bool any = absent_draw(s, "ceiling", snap->ceiling);

	for (int i = 0; i < snap->n_sensors; i++)
		any |= absent_draw(s, snap->sensors[i].name,
				   snap->sensors[i].availability);
	if (!any)
		scroller_text(
			s, ROLE_OK, 0,
			"Nothing: the ceiling can be set, and every sensor works.");
	if (snap->ceiling && !snap->ceiling->available) {
		scroller_text(
			s, ROLE_DIM, 0,
			"Without the ceiling, full and page-by-page flushes can "
			"still be compared: it is the span of the touched pages "
			"that decides, so the same few pages spread over more than "
			"the ceiling are flushed in full (params pages and "
			"span_pages). In a virtual machine of your own (make vm) "
			"the ceiling can be set.");
	}
}

int overlay_explain_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "What is absent here, and why",
				 explain_write);
}
