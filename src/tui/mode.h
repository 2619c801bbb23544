/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_MODE_H
#define TLBLAB_SRC_TUI_MODE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/keys/keys.h"
#include "tui/modes.h"

/*
 * A mode is what the screen is for at the moment: the bench, a replay or `who` by
 * itself, or, in front of the bench, a sweep, the tuner, a lesson. Each has a private
 * state, which only its own files and its page know.
 *
 * Modes are a stack: the bottom one was asked for on the command line, the front one
 * has the page and the keys. The loop ticks the bottom and the front. A key goes to the
 * front mode's page; what that cannot do purely comes out as an effect, which goes to
 * the `act` of the front mode and, when that has no use for it, of the bottom one.
 */
struct app;
struct effect;
struct error;
struct page_desc;
struct preset;
struct snapshot;
struct tui;

/* The whole screen and every key, in place of what the other modes share: header,
 * words, footer, overlays and prompts. */
struct mode_screen {
	void (*key)(struct tui *t, int key);
	void (*draw)(struct tui *t);
};

/* A line that the mode asks for in the last row, by app_ask. */
struct mode_prompt {
	const char *label, *hint;
	/* Takes what was typed, app.edit, or says what is wrong with it. */
	struct effect (*accept)(struct app *a);
};

struct mode_ops {
	const char *export_name; /* of what it writes; NULL: the preset's */
	size_t state_bytes;	 /* zeroed by app_init, freed by app_fini */
	int frame_ms;		 /* drawn that often; 0: only when something changed */
	/* Optional: groups of bindings, in the order of help and footer; NULL ends. */
	const struct binding_group *const *keys;
	/* Takes the screen; text is what was typed for it, or "". 0, or -errno with an
	 * error and nothing changed. Called again, it begins again. */
	int (*begin)(struct tui *t, const char *text, struct error *error);
	/* Optional. Does what is due; milliseconds until the next call is wanted. */
	int (*tick)(struct tui *t);
	/* Optional. Carries an effect out; false: not one of its own. */
	bool (*act)(struct tui *t, const struct effect *e);
	/* Optional. Gives back what begin took; another mode has the screen then. */
	void (*leave)(struct tui *t);
	/* What is shown now, with its keys and the words of its footer. */
	struct page_desc (*page)(const struct app *a);
	const struct mode_screen *screen; /* optional, in place of page */
	const struct mode_prompt *prompt; /* optional */
	/* Optional, beside ACTION_BEGIN of the mode: another key pressed at the bench
	 * that leads here; false: it does not. */
	bool (*enter)(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect);
	/* Optional. Another preset was opened, or, NULL, the screen closes: what was
	 * kept of the last one is freed. */
	void (*renew)(struct app *a, const struct preset *p);
};

extern const struct mode_ops *const mode_table[MODE_N];

#endif
