/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_LESSON_APP_LESSON_H
#define TLBLAB_SRC_TUI_LESSON_APP_LESSON_H

#include <stdbool.h>

#include "tlblab/lab/lesson_run.h"
#include "tui/keys/keymap.h"

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

struct app_lesson {
	bool shown;
	bool index;		   /* the course stands in its place */
	bool on_form;		   /* keys go to the form */
	struct lesson_run run;	   /* owned; without values where there is no lesson */
	struct experiment running; /* what was started for the step */
	struct course_entry course[COURSE_MAX];
	int n_course;
	bool noted; /* that this lesson is over was written down */
};

struct app;
struct effect;
struct snapshot;

/* Another preset is open: its lesson begins. */
void app_lesson_opened(struct app *a);
void app_lesson_fini(struct app *a);
/* Whether a lesson is there to be played. */
bool app_lesson_is_there(const struct app *a);
/* Whether it, or the course, stands beside the plots. */
bool app_lesson_is_on(const struct app *a);
/* Folded there is room for one of the two: the form, while keys go to it. */
bool app_lesson_is_in_sight(const struct app *a);
/* l: to the lesson; false when there is none, or it has the keys already. */
bool app_lesson_show(struct app *a);
/* The plot that the present step points at, -1 when it is none. */
int app_lesson_trace(const struct app *a);
/* n and 0, wherever they are pressed. */
bool app_lesson_act(struct app *a, enum action action, struct effect *effect);

#endif
