/* SPDX-License-Identifier: MIT */
/* Names at the left, what they come to at the right, a row each. */
#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/panels/panels.h"

void line_draw(struct lines *l, enum role role, const char *name, const char *text)
{
	const struct rect *r = &l->r;
	int w = utf8_text_columns(name);

	if (l->n >= r->h)
		return;
	canvas_text(l->c, r->x + 4, r->y + l->n, r->w - 4, ROLE_DIM, name);
	canvas_text_right(l->c, r->x + r->w, r->y + l->n, r->w - 5 - w, role, text);
	l->n++;
}

void line_figure_draw(struct lines *l, enum role role, const char *name, double value,
		      const char *unit)
{
	char text[32];

	line_draw(l, role, name, text_quantity(text, sizeof(text), value, unit));
}
