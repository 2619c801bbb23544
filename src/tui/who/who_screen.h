/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_WHO_WHO_SCREEN_H
#define TLBLAB_SRC_TUI_WHO_WHO_SCREEN_H

#include "tlblab/draw/canvas.h"
#include "tlblab/tui/tui.h"
#include "tui/app/line_edit.h"
#include "tui/keys/keys.h"
#include "tui/who/rows.h"

/* What is open over the table. */
enum who_over { WHO_TABLE, WHO_DETAIL, WHO_HELP, WHO_FILTER };

/* The state of the screen of `who`: what is chosen, not what is measured. */
struct who_screen {
	const struct tui_who_options *options;
	struct who_choice choice; /* filter points to filter */
	int sort[WHO_PAGES];
	bool ascending[WHO_PAGES];
	char filter[64];
	struct line_edit edit;
	enum who_over over;
	bool frozen;
	struct who_rows rows;
	struct who_row chosen; /* stays chosen wherever it goes in the order */
	bool follows;	       /* that row; false: the first line */
	int at, top;	       /* of the rows: the chosen one, the first shown */
	int shown;	       /* lines there is room for */
	int scroll, scroll_max;
	char message[240];
};

extern const struct binding_group who_keys;

/* Reads what is seen again; keeps the chosen row. */
void who_screen_refresh(struct who_screen *s);
void who_screen_init(struct who_screen *s, const struct tui_who_options *options);
void who_screen_fini(struct who_screen *s);
/* False when that was the key to leave. */
bool who_screen_key(struct who_screen *s, int key);
void who_screen_draw(struct canvas *c, struct who_screen *s);

/* Parts of the picture. */
void who_meters_draw(struct canvas *c, struct rect r, const struct who_screen *s);
void who_table_draw(struct canvas *c, struct rect r, struct who_screen *s);
void who_matrix_draw(struct canvas *c, struct rect r, struct who_screen *s);
void who_durations_draw(struct canvas *c, struct rect r, const struct who_screen *s);
/* The time line of a mean flush; returns the lines that it took. requests: see struct
 * who_path. */
int who_path_draw(struct canvas *c, struct rect r, const struct who_path *p,
		  bool requests);
/* Return how far they can be scrolled. */
int who_detail_draw(struct canvas *c, struct rect r, const struct who_screen *s);
int who_help_draw(struct canvas *c, struct rect r, const struct who_screen *s);

#endif
