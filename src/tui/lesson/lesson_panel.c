/* SPDX-License-Identifier: MIT */
/*
 * The lesson's words. Before a step runs: what to look at and the question; while it
 * runs: how far it is; after it: what was measured, and what that says of the
 * prediction. Longer than the panel, it scrolls.
 */
#include "tui/lesson/lesson.h"

#include <stdio.h>

#include "tlblab/backends/lesson.h"
#include "tlblab/base/text.h"
#include "tlblab/draw/utf8.h"
#include "tui/frame/mouse.h"
#include "tui/keys/keymap.h"

enum { ANSWER_W = 4 };

/* Between what is said and what is asked, where rows are plenty. */
static void breathe(struct scroller *s)
{
	if (s->r.h >= 12)
		scroller_gap(s);
}

/* What was written since that row is a key to be clicked. */
static void stands_for(struct scroller *s, int row, int key)
{
	canvas_spot(s->canvas,
		    (struct rect){s->r.x, s->r.y + row, s->r.w, s->row - row},
		    SPOT_LESSON, key);
}

/* The last line: which keys go on from here. */
static void keys_write(struct scroller *s, const char *text)
{
	int row = s->row;

	scroller_text(s, ROLE_DIM, 0, text);
	stands_for(s, row, KEY_RETURN);
}

static int rows_of(const struct scroller *s, const char *text)
{
	return canvas_wrap(NULL, (struct rect){0, 0, s->r.w, 100}, ROLE_NORMAL, text);
}

static void course_write(struct scroller *s, const struct lesson *l)
{
	static const char about[] =
		"Threads free memory on this machine; you see what each TLB flush "
		"costs them and their neighbours.";
	static const char how[] =
		"About five minutes each. A digit opens a lesson, Enter the first not "
		"played yet. The bench runs meanwhile: arrows change its settings. 0 "
		"brings this list back.";
	static const char brief[] =
		"A digit opens a lesson, Enter the first not played yet; arrows change "
		"the bench. 0 brings this back.";
	bool roomy = l->n_course + 2 + rows_of(s, about) + rows_of(s, how) <= s->r.h;
	char label[20];

	bool introduced = l->n_course + rows_of(s, about) + rows_of(s, brief) <= s->r.h;

	if (introduced)
		scroller_text(s, ROLE_NORMAL, 0, about);
	if (roomy)
		scroller_gap(s);
	for (int i = 0; i < l->n_course; i++) {
		const struct course_entry *e = &l->course[i];
		int row = s->row;

		snprintf(label, sizeof(label), "%d%s", e->number, e->done ? " ✓" : "");
		scroller_pair(s, ROLE_KEY, label, ANSWER_W + 1,
			      e->done ? ROLE_OK : ROLE_NORMAL, e->title);
		stands_for(s, row, '0' + e->number);
	}
	if (l->n_course == 0)
		scroller_text(s, ROLE_WARNING, 0,
			      "No lessons are installed; o opens the other presets.");
	if (roomy)
		scroller_gap(s);
	scroller_text(s, ROLE_DIM, 0, roomy ? how : brief);
}

static void answers_write(struct scroller *s, const struct lesson_run *l)
{
	const struct lesson_step *step = lesson_run_step(l);
	char label[8];

	for (int i = 0; i < step->n_answers; i++) {
		bool chosen = l->chosen == i;
		int row = s->row;

		snprintf(label, sizeof(label), "%s%d", chosen ? "▸" : " ", i + 1);
		scroller_pair(s, ROLE_KEY, label, ANSWER_W,
			      chosen ? ROLE_ACCENT : ROLE_NORMAL,
			      step->answers[i].text);
		stands_for(s, row, '1' + i);
	}
}

static void ready_write(struct scroller *s, const struct lesson_run *l)
{
	const struct lesson_step *step = lesson_run_step(l);

	if (step->say)
		scroller_text(s, ROLE_NORMAL, 0, step->say);
	if (!step->ask) {
		keys_write(s, "The settings were changed by hand. Enter sets this "
			      "step up again.");
		return;
	}
	breathe(s);
	scroller_text(s, ROLE_ACCENT, 0, step->ask);
	answers_write(s, l);
	keys_write(s, l->chosen < 0
			      ? "Press a digit to predict, or Enter to run without."
			      : "Enter runs it with this prediction.");
}

static void running_write(struct scroller *s, const struct lesson_run *l)
{
	const struct lesson_step *step = lesson_run_step(l);
	char text[96];

	if (step->say)
		scroller_text(s, ROLE_NORMAL, 0, step->say);
	if (l->result[l->step].predicted >= 0 && step->ask) {
		scroller_text(s, ROLE_ACCENT, 0, step->ask);
		scroller_pair(s, ROLE_KEY, "you", ANSWER_W + 1, ROLE_NORMAL,
			      step->answers[l->result[l->step].predicted].text);
	}
	if (l->part > 0)
		snprintf(text, sizeof(text), "● measuring: %.0f %%", 100 * l->part);
	else
		snprintf(text, sizeof(text), "○ starting");
	scroller_text(s, ROLE_DIM, 0, text);
}

static void told_write(struct scroller *s, const struct lesson_run *l)
{
	const struct lesson_step *step = lesson_run_step(l);
	const struct lesson_result *r = &l->result[l->step];
	bool right = r->answer >= 0 && r->predicted >= r->answer_low &&
		     r->predicted <= r->answer_high;
	char text[1024];

	if (step->ask)
		scroller_text(s, ROLE_DIM, 0, step->ask);
	else if (step->say)
		scroller_text(s, ROLE_NORMAL, 0, step->say);
	lesson_measured_text(step, r, text, sizeof(text));
	if (*text)
		scroller_text(s,
			      r->outcome == LESSON_SHOWN ? ROLE_ACCENT : ROLE_WARNING,
			      0, text);
	lesson_noise_text(r, text, sizeof(text));
	if (*text)
		scroller_text(s, ROLE_WARNING, 0, text);
	lesson_verdict_text(step, r, text, sizeof(text));
	if (*text)
		scroller_text(s, right ? ROLE_OK : ROLE_TITLE, 0, text);
	if (lesson_cause(step, r))
		scroller_text(s, ROLE_NORMAL, 0, lesson_cause(step, r));
	if (step->then)
		scroller_text(s, ROLE_NORMAL, 0, step->then);
	/* The footer says so too: the last rows are the verdict's. */
	if (s->row + s->scroll + 1 < s->r.h)
		breathe(s);
	if (s->row + s->scroll < s->r.h)
		keys_write(s, "Enter goes on, p goes back.");
}

static void over_write(struct scroller *s, const struct app *a)
{
	const struct lesson_run *l = &lesson_of(a)->run;
	int asked = 0, right = 0;
	char text[160];

	for (int i = 0; i < l->preset->n_lesson; i++) {
		const struct lesson_result *r = &l->result[i];

		if (r->outcome != LESSON_SHOWN || r->answer < 0 || r->predicted < 0)
			continue;
		asked++;
		right +=
			r->predicted >= r->answer_low && r->predicted <= r->answer_high;
	}
	scroller_text(s, ROLE_TITLE, 0, "That was the last step.");
	if (asked) {
		snprintf(text, sizeof(text), "You predicted %d of %d correctly.", right,
			 asked);
		scroller_text(s, ROLE_ACCENT, 0, text);
	}
	scroller_text(s, ROLE_NORMAL, 0,
		      "Esc leaves it, and the bench is yours: change what you like, w "
		      "sweeps, l has the notes.");
	keys_write(s, a->preset->course ? "Enter opens the next lesson, 0 the course."
					: "0 opens the course.");
}

static void lesson_write(struct scroller *s, const struct app *a)
{
	const struct lesson_run *l = &lesson_of(a)->run;

	if (l->phase == LESSON_OVER) {
		over_write(s, a);
		return;
	}
	scroller_text(s, ROLE_TITLE, 0, lesson_run_step(l)->title);
	switch (l->phase) {
	case LESSON_READY: ready_write(s, l); break;
	case LESSON_SETUP:
	case LESSON_RUNNING: running_write(s, l); break;
	case LESSON_TOLD: told_write(s, l); break;
	case LESSON_OVER: break;
	}
}

static void head_draw(struct canvas *c, struct rect r, const struct app *a)
{
	const struct lesson_run *l = &lesson_of(a)->run;
	char title[64] = "Lesson", words[48], step[32];

	if (a->preset->course)
		snprintf(title, sizeof(title), "Lesson %d", a->preset->course);
	snprintf(step, sizeof(step), "step %d of %d", l->step + 1, l->preset->n_lesson);
	if (l->phase == LESSON_OVER)
		snprintf(words, sizeof(words), "over");
	else
		snprintf(words, sizeof(words), "%s, %s", step,
			 l->phase == LESSON_READY ? "a question"
						  : lesson_source_text(&a->draft));
	frame_title(c, r, title,
		    utf8_text_columns(words) <= frame_title_room(r, title, "") ? words
									       : step,
		    "");
}

int lesson_panel_draw(struct canvas *c, struct rect r, const struct view *v)
{
	const struct app *a = v->app;
	struct rect in = rect_inner(r);
	struct scroller s;
	bool index = lesson_of(a)->index || !lesson_is_there(a);

	in.x++;
	in.w -= 2;
	if (index)
		frame_title(c, r, "Course", "0", "");
	else
		head_draw(c, r, a);
	scroller_begin(&s, c, in, a->scroll);
	if (index)
		course_write(&s, lesson_of(a));
	else
		lesson_write(&s, a);
	return scroller_end(&s);
}
