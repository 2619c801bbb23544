/* SPDX-License-Identifier: MIT */
/*
 * What only the workload knows of itself, from its descriptions: a gauge as it stands,
 * a count as it grew since the last change and by how much an operation.
 */
#include "tui/panels/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { NAME_W = 20, VALUE_W = 12, FRAME_H = 2 };

static const struct workload_desc *extras_workload(const struct view *v)
{
	return v->snap->experiment
		       ? experiment_workload(v->snap->experiment, v->snap->catalogue)
		       : NULL;
}

/* "held_bytes" reads "held bytes". */
static const char *spoken(const char *name, char *buf, size_t buf_bytes)
{
	text_copy(buf, buf_bytes, name);
	for (char *p = buf; *p; p++)
		if (*p == '_')
			*p = ' ';
	return buf;
}

struct extra_figures {
	double value, per_op; /* NaN where there is none */
};

static struct extra_figures figures_of(const struct view *v, const struct extra_desc *e,
				       int i)
{
	const struct sample *w = &v->snap->window;
	const struct sample *from =
		e->gauge && v->snap->latest ? &v->snap->latest->sample : w;
	struct extra_figures f = {NAN, NAN};

	if (!extras_have(&from->extras, i))
		return f;
	f.value = from->extras.value[i];
	f.per_op = extra_per_op(e, w, i);
	return f;
}

static const char *value_text(const struct extra_desc *e, double value, char *buf,
			      size_t buf_bytes)
{
	return strcmp(e->unit, "bytes") || isnan(value)
		       ? text_quantity(buf, buf_bytes, value, "")
		       : text_bytes(buf, buf_bytes, value);
}

void extras_sentence(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct workload_desc *w = extras_workload(v);
	bool any = false;

	for (int i = 0; w && i < w->n_extras; i++) {
		const struct extra_desc *e = &w->extras[i];
		struct extra_figures f = figures_of(v, e, i);
		char name[48], value[32];

		if (isnan(f.value) || (!e->gauge && f.value == 0))
			continue;
		spoken(e->name, name, sizeof(name));
		value_text(e, isnan(f.per_op) ? f.value : f.per_op, value,
			   sizeof(value));
		text_append(buf, buf_bytes, "%s%s %s%s", any ? ", " : "It counts ",
			    name, value, isnan(f.per_op) ? "" : " an op");
		any = true;
	}
	if (any)
		text_append(buf, buf_bytes, ". ");
}

int panel_extras_rows(const struct view *v)
{
	const struct workload_desc *w = extras_workload(v);

	return w && w->n_extras ? w->n_extras + FRAME_H : 0;
}

static void row_draw(struct canvas *c, struct rect r, const struct extra_desc *e,
		     const struct extra_figures *f)
{
	char text[48];
	int x = r.x;

	canvas_text(c, x, r.y, NAME_W, ROLE_NORMAL,
		    spoken(e->name, text, sizeof(text)));
	x += NAME_W + VALUE_W;
	canvas_text_right(c, x, r.y, VALUE_W, ROLE_ACCENT,
			  value_text(e, f->value, text, sizeof(text)));
	x += VALUE_W + 4;
	if (!isnan(f->per_op)) {
		value_text(e, f->per_op, text, sizeof(text));
		text_append(text, sizeof(text), " an op");
	} else {
		text_copy(text, sizeof(text), e->gauge ? "now" : "");
	}
	canvas_text_right(c, x, r.y, VALUE_W + 3, ROLE_NORMAL, text);
	canvas_text(c, x + 2, r.y, r.x + r.w - x - 2, ROLE_DIM, e->help);
}

void panel_extras_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct workload_desc *w = extras_workload(v);
	struct rect in = rect_inner(r);
	char title[64];

	snprintf(title, sizeof(title), "What %s tells of itself", w->name);
	frame_title(c, r, title, "", "");
	in.x++;
	in.w -= 2;
	struct rect old = canvas_clip(c, in);

	for (int i = 0; i < w->n_extras; i++, in.y++) {
		struct extra_figures f = figures_of(v, &w->extras[i], i);

		row_draw(c, in, &w->extras[i], &f);
	}
	canvas_unclip(c, old);
}

const struct about about_extras = {
	.name = "What the workload counts",
	.unit = "as each line says; a count also for one operation",
	.counts = "What only the workload knows of itself: memory it holds, what "
		  "its allocator kept back, what it had to repeat.",
	.counts_not = "Nothing outside the workload: another one has other lines, or "
		      "none.",
	.comes_from = "The workload writes it into memory it shares with the screen, "
		      "when it is asked, not while it operates.",
	.misleads = "A gauge is the state of one moment, not of the interval; a "
		    "count starts at 0 again with every change.",
	.checks = about_timing_checks,
};
