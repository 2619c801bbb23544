/* SPDX-License-Identifier: MIT */
/* Every key that does something, from the key table: first what the view at hand
 * knows. */
#include "tui/keys/keymap.h"
#include "tui/pages/pages.h"

enum { LABEL_W = 12 };

/* Bindings with words that hold somewhere among `there` and nowhere among `not_in`. */
static void keys_write(struct scroller *s, unsigned int there, unsigned int not_in)
{
	const struct binding *b;

	for (int i = 0; (b = keymap_at(i)); i++)
		if (b->help && (b->contexts & there) && !(b->contexts & not_in))
			scroller_pair(s, ROLE_KEY, b->keys_text, LABEL_W, ROLE_NORMAL,
				      b->help);
}

static void help_write(struct scroller *s, const struct view *v)
{
	enum context here = page_shown(v->app).context;
	bool replay = here == CONTEXT_REPLAY;

	keys_write(s, here, 0);
	if (!replay) {
		scroller_gap(s);
		scroller_text(s, ROLE_TITLE, 0, "Elsewhere");
		keys_write(s, ~(unsigned int)(CONTEXT_REPLAY | CONTEXT_WHO), here);
	}
	scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0,
		      "Blue (initiator) is who operates, orange (victim) who is only "
		      "disturbed, a dotted vertical a change, a dotted horizontal the "
		      "baseline. A grey band shows lowest and highest where several "
		      "intervals share a column. An exclamation mark at the foot of a "
		      "plot is an interval disturbed from outside: steal, forced "
		      "switches, or a CPU slowed for heat.");
	scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0,
		      "Shootdowns are counted machine-wide from the TLB row of "
		      "/proc/interrupts: one for every CPU that was interrupted. What "
		      "cannot be measured here is left out with its reason, never "
		      "shown as 0.");
	scroller_gap(s);
	scroller_text(
		s, ROLE_DIM, 0,
		"The mouse: a click chooses a setting (again: edits it), a plot, "
		"a preset or a key of the last row, puts the zoomed plot's "
		"cursor, or closes what it is beside; the wheel goes up and down "
		"and turns the setting in focus. With Shift most terminals select "
		"text as ever; TLBLAB_MOUSE=0 leaves the mouse to them.");
	scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0,
		      "TLBLAB_GLYPHS=braille, block or ascii chooses the characters of "
		      "the plots, --scheme or TLBLAB_SCHEME the colours; NO_COLOR is "
		      "honoured.");
}

static int help_draw(struct canvas *c, struct rect r, const struct view *v)
{
	return overlay_text_draw(c, r, v, "Keys", help_write);
}

const struct overlay_desc overlay_help = {.context = CONTEXT_READ, .draw = help_draw};
