/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_LESSON_LESSON_H
#define TLBLAB_SRC_TUI_LESSON_LESSON_H

#include <stdbool.h>

#include "tlblab/lab/lesson_run.h"
#include "tlblab/tui/tui.h"
#include "tui/keys/keys.h"
#include "tui/pages/pages.h"

/*
 * The lesson on the screen, beside the plots: the steps of the preset that is open, or
 * the index of the course. Keys go to the lesson until a setting is chosen by hand;
 * then to the form, until the lesson is asked to go on.
 */
enum { COURSE_MAX = 9 }; /* lessons that a digit can open */

struct course_entry {
	int number;
	char name[EXPERIMENT_NAME_BYTES];
	char title[160];
	char path[512];
	bool done; /* was played to its end before */
};

/* Where a lesson plays by itself: presses Enter when there was time to read. */
struct lesson_play {
	bool by_itself;
	double read_s;	  /* no step is read longer; 0: as long as its words take */
	uint64_t told_ns; /* when the present phase began */
	int step;
	enum lesson_phase phase;
};

struct lesson {
	bool index;		   /* the course stands in its place */
	bool on_form;		   /* keys go to the form */
	struct lesson_run run;	   /* owned; without values where there is no lesson */
	struct experiment running; /* what was started for the step */
	struct course_entry course[COURSE_MAX];
	int n_course;
	bool noted; /* that this lesson is over was written down */
	struct lesson_play play;
};

struct lesson *lesson_of(const struct app *a);

/* What the command line says of lessons, and what became of them. */
void lesson_options_take(struct app *a, const struct tui_options *options);
void lesson_results_give(const struct app *a, struct lesson_result *results);
/* Another preset is open: its lesson begins. */
void lesson_renew(struct app *a, const struct preset *p);
/* Whether a lesson is there to be played. */
bool lesson_is_there(const struct app *a);
/* Whether it, or the course, stands next to the plots; folded there is room for one of
 * the two: the form, while keys go to it. */
bool lesson_is_in_sight(const struct app *a);
/* The plot that the present step points at, -1 when it is none. */
int lesson_trace(const struct app *a);
/* The panel that the present step points at leads. */
void lesson_point(struct app *a);
/* n and l, wherever they are pressed at the bench. */
bool lesson_enter(struct app *a, const struct snapshot *snap, enum action action,
		  struct effect *effect);
/* Returns how far it can be scrolled. */
int lesson_panel_draw(struct canvas *c, struct rect r, const struct view *v);

extern const struct binding_group lesson_keys;
/* The same picture; the keys those of the lesson, or of the form. */
extern const struct page_desc lesson_page, lesson_form_page;

#endif
