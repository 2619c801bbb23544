/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_PANELS_PANELS_H
#define TLBLAB_SRC_TUI_PANELS_PANELS_H

#include "tlblab/draw/canvas.h"
#include "tlblab/draw/scale.h"
#include "tui/app/app.h"
#include "tui/panels/about.h"
#include "tui/traces/traces.h"

/*
 * The parts of the screen. Each is a pure function of what was measured (snap), what
 * the screen remembers (app) and a rectangle that its frame already stands around; it
 * draws inside and on the frame's top edge, samples nothing and allocates nothing.
 */
struct view {
	const struct snapshot *snap;
	const struct app *app;
	struct time_axis time;
};

void view_init(struct view *v, const struct snapshot *snap, const struct app *app);

void header_draw(struct canvas *c, struct rect r, const struct view *v);
/* The row for words: a message, or what stands under the cursor. */
void note_draw(struct canvas *c, struct rect r, const struct view *v);
/* The setting in focus in a line: what it is, what it may be. */
void field_note(const struct view *v, char *buf, size_t buf_bytes);
void footer_draw(struct canvas *c, struct rect r, const struct view *v);
/* A key and what it does, to be clicked too; returns where the next one begins. */
int key_hint_draw(struct canvas *c, int x, int y, const struct binding *b,
		  const char *word);
void panel_form_draw(struct canvas *c, struct rect r, const struct view *v);
void panel_checks_draw(struct canvas *c, struct rect r, const struct view *v);
/* The same in one row: the worst of them, and how many hold. */
void check_line_draw(struct canvas *c, struct rect r, const struct view *v);
void panel_cpus_draw(struct canvas *c, struct rect r, const struct view *v);
void panel_plot_draw(struct canvas *c, struct rect r, const struct view *v,
		     enum trace_id id, bool time_labels);
/* The interval under the cursor, in a column; returns the rows it took, 0 without one.
 */
int cursor_figures_draw(struct canvas *c, struct rect r, const struct view *v,
			enum metric m, const char *unit);
/* The two plots that follow the leading one, a row each, and the latency's figures. */
void panel_sparks_draw(struct canvas *c, struct rect r, const struct view *v);
void panel_latency_draw(struct canvas *c, struct rect r, const struct view *v,
			bool shares_with_victims);
void panel_victim_latency_draw(struct canvas *c, struct rect r, const struct view *v);
/* What the workload alone can tell: a row each, or one sentence appended to buf. Rows:
 * how many the panel wants, frame included; 0: it tells nothing. */
int panel_extras_rows(const struct view *v);
void panel_extras_draw(struct canvas *c, struct rect r, const struct view *v);
void extras_sentence(const struct view *v, char *buf, size_t buf_bytes);
/* What a victim loses, taken apart. */
int panel_victim_cost_rows(const struct view *v);
void panel_victim_cost_draw(struct canvas *c, struct rect r, const struct view *v);
/* Quantiles in a table. */
void panel_figures_draw(struct canvas *c, struct rect r, const struct view *v);
/* Of the flushes counted. The first two want PANEL_FLUSHES_H rows, frame included; the
 * third returns how far it can be scrolled. */
enum { PANEL_FLUSHES_H = 9 };
void panel_flush_reasons_draw(struct canvas *c, struct rect r, const struct view *v);
void panel_flush_sizes_draw(struct canvas *c, struct rect r, const struct view *v);
int panel_flush_slots_draw(struct canvas *c, struct rect r, const struct view *v,
			   int scroll);
void panel_summary_draw(struct canvas *c, struct rect r, const struct view *v);
/* The timed estimate, in the place of page walks that cannot be counted. */
void panel_refill_draw(struct canvas *c, struct rect r, const struct view *v);

/* Of the machine view, where the map of CPUs stands. */
struct rect page_machine_map(struct rect page);
/* The TLBs of the machine, in r; returns how far they can be scrolled. */
int panel_tlbs_draw(struct canvas *c, struct rect r, const struct view *v, int scroll);
const char *panel_core_kind_words(enum core_kind kind); /* "" when all are alike */

/* On the top edge of r: the title at the left; words and a value at the right, where
 * there is room. Any but the title may be "". */
void frame_title(struct canvas *c, struct rect r, const char *title, const char *words,
		 const char *value);

/* Columns that words on it may have, beside title and value. */
int frame_title_room(struct rect r, const char *title, const char *value);

/* A line being typed, its cursor always in sight. */
void typing_draw(struct canvas *c, int x, int y, int room, const struct line_edit *e);

/* Rows of a name and what it comes to, as many as there is room for; n so far. */
struct lines {
	struct canvas *c;
	struct rect r;
	int n;
};

void line_draw(struct lines *l, enum role role, const char *name, const char *text);
void line_figure_draw(struct lines *l, enum role role, const char *name, double value,
		      const char *unit);

/* Text longer than its rectangle, drawn from a row on. */
struct scroller {
	struct canvas *canvas;
	struct rect r;
	struct rect old_clip;
	int row; /* where the next text goes, -scroll at first */
	int scroll;
};

/* With c NULL the text is only measured: s->row is its height at the end. */
void scroller_begin(struct scroller *s, struct canvas *c, struct rect r, int scroll);
void scroller_text(struct scroller *s, enum role role, int indent, const char *text);
/* A label in its own column, the text wrapped beside it. */
void scroller_pair(struct scroller *s, enum role label_role, const char *label,
		   int label_w, enum role role, const char *text);
void scroller_gap(struct scroller *s);
/* Shows that there is more, and returns how far it can be scrolled. */
int scroller_end(struct scroller *s);

/* The centred rectangle of an overlay, blanked and framed; the inside. */
struct rect overlay_open_at(struct canvas *c, struct rect r, int w, int h,
			    const char *title);
/* An overlay of text, as high as its text wants; returns how far it scrolls. */
typedef void overlay_writer(struct scroller *s, const struct view *v);
int overlay_text_draw(struct canvas *c, struct rect r, const struct view *v,
		      const char *title, overlay_writer *write);

/* Of the newest interval, else of the window. */
struct reading view_metric(const struct view *v, enum metric m);
/* The baseline, while the same workload runs as then; else NULL: an operation of
 * another one is another thing. */
const struct measured *view_baseline(const struct view *v);
/* The availability of a sensor by name, NULL when there is none of that name. */
const struct availability *view_sensor(const struct view *v, const char *name);

#endif
