/* SPDX-License-Identifier: MIT */
/* Why things are absent, and what would help. */
#include "tui/pages.h"

enum { LABEL_W = 16 };

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

static int explain_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "What is absent here, and why",
				 explain_write);
}

const struct overlay_desc overlay_explain = {.context = CONTEXT_READ,
					     .draw = explain_draw};
