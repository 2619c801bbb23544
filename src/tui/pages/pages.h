/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_PAGES_PAGES_H
#define TLBLAB_SRC_TUI_PAGES_PAGES_H

#include "tui/app/app.h"
#include "tui/panels/panels.h"

/*
 * What can stand between header and footer, and over it. A view is a file with its
 * descriptor at the end, a name in `enum page` and a line in pages.c; an overlay the
 * same, with `enum overlay` and overlays.c.
 */

/* Keys that mean something of their own there. false: the key means what it means
 * everywhere. effect is EFFECT_NONE on entry. */
typedef bool page_act(struct app *a, const struct snapshot *snap, enum action action,
		      struct effect *effect);

struct page_desc {
	const char *name; /* in the header */
	enum context context;
	/* Returns how far it can be scrolled. */
	int (*draw)(struct canvas *c, const struct layout *l, const struct view *v);
	/* Required, one at least: what can be explained of it, NULL ends them. */
	const struct about *const *abouts;
	page_act *act; /* optional */
	/* Optional: what the row for words says while there is no message. */
	void (*note)(const struct view *v, char *buf, size_t buf_bytes);
	/* Optional: what the footer says of a key now; NULL: nothing. */
	const char *(*word)(const struct view *v, const struct binding *b);
	/* Optional: the last row, in place of the keys. */
	void (*footer)(struct canvas *c, struct rect r, const struct view *v);
	/* Optional: what the header says of what runs; "": what the session does. */
	void (*state)(const struct view *v, char *buf, size_t buf_bytes);
};

/* What the mode in front shows. */
struct page_desc page_shown(const struct app *a);
/* The view of the bench that is chosen, or the plot that fills it. */
const struct page_desc *page_of_bench(const struct app *a);

/* Keys that mean the same in front of the bench as anywhere. */
bool page_is_for_all(enum action action);
/* What a footer says of a key where nothing else is known. */
const char *page_word(const struct view *v, const struct binding *b);

extern const struct page_desc page_overview;
extern const struct page_desc page_zoom;
extern const struct page_desc page_latency;
extern const struct page_desc page_flushes;
extern const struct page_desc page_machine;
extern const struct page_desc page_sensors;
extern const struct page_desc page_provenance;

struct overlay_desc {
	enum context context;
	/* Over the page r; returns how far it can be scrolled. */
	int (*draw)(struct canvas *c, struct rect r, const struct view *v);
	page_act *act; /* optional */
};

/* NULL: nothing lies over the view. */
const struct overlay_desc *overlay_shown(const struct app *a);
void overlay_open(struct app *a, enum overlay overlay);
void overlay_close(struct app *a);
/* A key while something is searched among the presets. */
struct effect presets_search(struct app *a, enum action action, int key);
/* Explains what leads on the view. */
void about_open(struct app *a);

extern const struct overlay_desc overlay_help;
extern const struct overlay_desc overlay_notes;
extern const struct overlay_desc overlay_doctor;
extern const struct overlay_desc overlay_presets;
extern const struct overlay_desc overlay_messages;
extern const struct overlay_desc overlay_about;

#endif
