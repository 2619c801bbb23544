/* SPDX-License-Identifier: MIT */
/* The first row: which preset, which view, and what the bench is doing. */
#include "tui/pages/pages.h"

#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"

static enum role state_text(const struct view *v, char *buf, size_t buf_bytes)
{
	const struct snapshot *s = v->snap;

	if (s->paused) {
		text_copy(buf, buf_bytes, "‖ paused");
		return ROLE_WARNING;
	}
	text_copy(buf, buf_bytes, "");
	if (page_shown(v->app).state)
		page_shown(v->app).state(v, buf, buf_bytes);
	if (*buf)
		return ROLE_OK;
	switch (s->phase) {
	case SESSION_IDLE: text_copy(buf, buf_bytes, "○ idle"); return ROLE_DIM;
	case SESSION_STARTING: text_copy(buf, buf_bytes, "○ starting"); return ROLE_DIM;
	case SESSION_WARMUP: text_copy(buf, buf_bytes, "○ warm-up"); return ROLE_ACCENT;
	case SESSION_MEASURING: text_copy(buf, buf_bytes, "● running"); return ROLE_OK;
	case SESSION_DONE: text_copy(buf, buf_bytes, "■ done"); return ROLE_NORMAL;
	case SESSION_FAILED: break;
	}
	text_copy(buf, buf_bytes, "✗ failed");
	return ROLE_WARNING;
}

/* Do the times on the screen come from an emulator? */
static bool is_emulated(const struct snapshot *s)
{
	return s->machine && s->experiment && machine_emulator(s->machine) &&
	       !strcmp(s->experiment->backend, "live");
}

/* Where the numbers come from when it is not this machine, as wide as there is room;
 * "" when it is. */
static const char *unreal_text(const struct view *v, int w)
{
	const struct snapshot *s = v->snap;
	const struct availability *simulator = view_sensor(v, "simulator");

	if (s->experiment && !strcmp(s->experiment->backend, "sim"))
		return w >= 120 && simulator ? simulator->source : "simulated";
	if (is_emulated(s))
		return w >= 100 ? "emulated: times mean nothing" : "times: emulated";
	return "";
}

void header_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;
	char state[32], clock[32], right[64];
	enum role role = state_text(v, state, sizeof(state));
	int x = r.x + 1, x_end = r.x + r.w - 1;

	text_elapsed(clock, sizeof(clock), v->snap->now_s);
	snprintf(right, sizeof(right), "%s  every %d ms", clock, a->draft.interval_ms);
	x_end -= utf8_text_columns(right);
	canvas_text(c, x_end, r.y, r.w, ROLE_NORMAL, right);
	x_end -= utf8_text_columns(state) + 1;
	canvas_text(c, x_end, r.y, r.w, role, state);
	x_end -= 2;
	const char *note = unreal_text(v, r.w);

	if (*note) {
		x_end -= utf8_text_columns(note);
		canvas_text(c, x_end, r.y, r.w, ROLE_WARNING, note);
		x_end -= 2;
	}
	if (r.w >= 100 || a->page != PAGE_OVERVIEW ||
	    (page_shown(a).context & CONTEXT_MODES)) {
		const char *name = page_shown(a).name;

		canvas_text_right(c, x_end, r.y, 12, ROLE_DIM, name);
		x_end -= utf8_text_columns(name) + 2;
	}
	x += canvas_text(c, x, r.y, x_end - x, ROLE_KEY, "tlblab") + 2;
	x += canvas_text(c, x, r.y, x_end - x, ROLE_TITLE, a->preset->name) + 2;
	if (x_end - x > 8)
		canvas_text(c, x, r.y, x_end - x, ROLE_DIM,
			    preset_is_about(a->preset, &a->draft)
				    ? a->preset->title
				    : "changed: no longer the preset's workload");
}
