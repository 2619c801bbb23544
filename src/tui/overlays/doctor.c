/* SPDX-License-Identifier: MIT */
/*
 * The doctor over the bench: what cannot be measured or done here comes first, each
 * with its reason and what would allow it; then what disturbs; then what works.
 */
#include "tui/pages/pages.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { LABEL_W = 18 };

static const struct {
	const char *sign;
	enum role role;
} sign_of[FINDING_STATES] = {
	[FINDING_MISSING] = {"–", ROLE_DIM},
	[FINDING_DISTURBS] = {"●", ROLE_WARNING},
	[FINDING_OK] = {"✓", ROLE_OK},
};

static void finding_write(struct scroller *s, const struct finding *f)
{
	bool value = strcmp(f->kind, "setting") == 0;
	char text[640], label[64];

	snprintf(label, sizeof(label), "%s %s", sign_of[f->state].sign, f->name);
	snprintf(text, sizeof(text), "%s%s%s", f->about, value ? ": " : "",
		 value ? f->detail : "");
	scroller_pair(s, sign_of[f->state].role, label, LABEL_W, ROLE_NORMAL, text);
	if (!value)
		scroller_text(s, ROLE_DIM, LABEL_W, f->detail);
	if (f->state == FINDING_DISTURBS)
		scroller_text(s, ROLE_DIM, LABEL_W, f->why);
	if (f->state == FINDING_OK || !*f->allow)
		return;
	snprintf(text, sizeof(text), "→ %s", f->allow);
	scroller_text(s, ROLE_KEY, LABEL_W, text);
}

static void group_write(struct scroller *s, const struct diagnosis *d,
			enum finding_state state)
{
	bool any = false;

	for (int i = 0; i < d->n; i++) {
		if (d->finding[i].state != state)
			continue;
		if (!any) {
			scroller_gap(s);
			scroller_text(s, ROLE_TITLE, 0, finding_state_title[state]);
		}
		any = true;
		finding_write(s, &d->finding[i]);
	}
}

static void doctor_write(struct scroller *s, const struct view *v)
{
	const struct diagnosis *d = &v->app->diagnosis;
	const struct availability *ceiling = v->snap->view.ceiling;
	char line[300];

	if (v->snap->machine)
		scroller_text(s, ROLE_DIM, 0,
			      machine_line(v->snap->machine, line, sizeof(line)));
	scroller_text(s, d->can_run ? ROLE_NORMAL : ROLE_WARNING, 0, d->verdict);
	group_write(s, d, FINDING_MISSING);
	if (ceiling && !ceiling->available) {
		scroller_gap(s);
		scroller_text(
			s, ROLE_DIM, 0,
			"Without the ceiling, full and page-by-page flushes can still "
			"be compared: it is the span of the touched pages that "
			"decides, so the same few pages spread over more than the "
			"ceiling are flushed in full (params pages and span_pages).");
	}
	group_write(s, d, FINDING_DISTURBS);
	group_write(s, d, FINDING_OK);
}

static int doctor_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "What can be measured here", doctor_write);
}

const struct overlay_desc overlay_doctor = {.context = CONTEXT_READ,
					    .draw = doctor_draw};
