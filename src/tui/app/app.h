/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_H
#define TLBLAB_SRC_TUI_APP_APP_H

#include "tlblab/backends/diagnosis.h"
#include "tlblab/backends/session.h"
#include "tlblab/draw/cpu_map.h"
#include "tlblab/draw/layout.h"
#include "tlblab/draw/scale.h"
#include "tlblab/draw/theme.h"
#include "tlblab/io/preset_file.h"
#include "tui/app/app_plan.h"
#include "tui/app/form.h"
#include "tui/app/line_edit.h"
#include "tui/app/victim_cost.h"
#include "tui/keys/binding.h"

/*
 * What the screen remembers that is not measured: the view, the field in focus, what
 * is being typed, the settings as they are being changed. A key goes in, at most one
 * effect comes out; whoever runs the loop carries it out and tells what became of it.
 * No terminal, session, clock or file is touched here.
 */
enum page {
	PAGE_OVERVIEW,
	PAGE_LATENCY,
	PAGE_FLUSHES,
	PAGE_MACHINE,
	PAGE_SENSORS,
	PAGE_PROVENANCE,
	PAGE_N
};

enum {
	APP_PICKS_MAX = 1024,
	APP_UNDO_MAX = 32,
	APP_SAID_MAX = 16,
	APP_CHANGE_BYTES = 96
};

enum overlay {
	OVERLAY_NONE,
	OVERLAY_HELP,
	OVERLAY_NOTES,
	OVERLAY_DOCTOR,
	OVERLAY_PRESETS,
	OVERLAY_MESSAGES,
	OVERLAY_ABOUT,
	OVERLAY_N
};

enum prompt {
	PROMPT_NONE,
	PROMPT_FIELD,
	PROMPT_SAVE,
	PROMPT_EXPORT,
	PROMPT_MODE, /* what app.asking wants to know */
	PROMPT_SEARCH
};

/* The bottom mode, a lesson next to it, and what took the place of both. */
enum { APP_MODES_DEEP = 3 };

/* Settled figures of settings that are no longer the present ones. */
struct measured {
	bool set;
	struct experiment experiment;
	const struct machine *machine; /* borrowed; it ran on */
	double from_s, to_s;	       /* of its clock, from the last change on */
	struct sample window;	       /* its per-CPU part left out */
	struct stats stats[METRIC_N];  /* over its intervals */
	struct hist_view worker_hist;
	struct latency_summary worker_latency;
	char name[40];		     /* of the file they come from; "" for b's */
	const struct series *series; /* borrowed: drawn as they went; NULL: none */
	double shift_s;		     /* from its clock to the one shown */
	bool by_lesson;		     /* kept by a lesson, unasked */
};

/* A message that was shown. */
struct app_said {
	char text[512];
	bool is_error;
};

struct app {
	const struct catalogue *catalogue;
	const struct machine *machine;
	const char *version;
	struct preset *preset;	 /* as opened; the loop's */
	struct experiment draft; /* as on the form */
	bool draft_waits;	 /* changed while paused: the next run takes it */
	bool until_set;		 /* "until" was changed by hand */
	enum layout_kind layout;
	int screen_w, screen_h;
	enum page page;
	enum overlay overlay;
	enum prompt prompt;
	enum mode asking;
	struct line_edit edit;
	int focus;	       /* field of the form */
	int scroll;	       /* of the page or overlay */
	int scroll_max;	       /* as last drawn */
	int plot;	       /* the plot that leads, of TRACE_N */
	unsigned int rescaled; /* bit of a trace: drawn on its other scale */
	int span;	       /* of the ladder of time axes */
	bool held;	       /* the axis ends at held_s, else it follows */
	double held_s;
	bool zoomed; /* the leading plot has the overview to itself */
	bool cursor; /* and a cursor in it, at an interval's end */
	double cursor_s;
	struct cpu_map map;	  /* the machine view's */
	int map_cursor;		  /* a place of it */
	struct app_plan plan;	  /* kept by the loop */
	int picks[APP_PICKS_MAX]; /* CPUs picked by hand, in that order */
	int n_picks;
	int about; /* of the view's numbers, the one that is explained */
	enum scheme scheme;
	bool no_colours; /* the terminal has none, or they are not wanted */
	char message[512];
	bool message_is_error;
	struct app_said said[APP_SAID_MAX]; /* the oldest first */
	int n_said;
	struct experiment *undo; /* owned; what the draft was, APP_UNDO_MAX at most */
	int n_undo;
	struct measured baseline;	  /* b */
	struct measured twin;		  /* v: the same experiment, simulated */
	struct measured before;		  /* the last change */
	struct victim_costs victim_costs; /* of victims, kept by the loop */
	struct experiment flushing;	  /* what i goes back to from its control */
	bool controlled;		  /* whether there is such */
	char changed[APP_CHANGE_BYTES];	  /* what that was: "threads 1 ▸ 2" */
	struct preset_entry *entries;	  /* owned; the picker's */
	int n_entries, selected;
	char filter[64];       /* the entries shown have it in name or title */
	struct preset preview; /* owned; of the selected entry */
	char preview_error[512];
	struct diagnosis diagnosis;	 /* of OVERLAY_DOCTOR, made when that opened */
	bool left;			 /* a session that was cut off can be shown */
	char utc[32];			 /* now, kept by the loop; names exports */
	enum mode modes[APP_MODES_DEEP]; /* the bottom one first */
	int n_modes;
	void *state[MODE_N]; /* owned; each mode's own, see mode.h */
};

enum effect_kind {
	EFFECT_NONE,
	EFFECT_APPLY, /* run the draft, soon: more changes may follow at once */
	EFFECT_START, /* run the draft now */
	EFFECT_PAUSE,
	EFFECT_RESUME,
	EFFECT_CLEAR,
	EFFECT_TRIGGER,
	EFFECT_DIAGNOSE,
	EFFECT_RECOVER,
	EFFECT_TWIN, /* on, or off again */
	EFFECT_LIST_PRESETS,
	EFFECT_PREVIEW_PRESET, /* text: path */
	EFFECT_OPEN_PRESET,    /* text: path */
	EFFECT_SAVE_PRESET,    /* text: name or path */
	EFFECT_EXPORT,	       /* text: path */
	EFFECT_STOP,
	EFFECT_WAIT,
	EFFECT_PLAYHEAD, /* action: what it does */
	EFFECT_BEGIN,	 /* mode; text: what was typed for it, or "" */
	EFFECT_LEAVE,	 /* the mode in front */
	EFFECT_QUIT,
};

struct effect {
	enum effect_kind kind;
	enum mode mode;
	enum action action;
	char text[512];
};

/* 0 or -ENOMEM; a is to be finished in any case. */
int app_init(struct app *a, const struct catalogue *catalogue,
	     const struct machine *machine, struct preset *preset, const char *version);
void app_fini(struct app *a);
struct effect app_key(struct app *a, const struct snapshot *snap, int key);
enum context app_context(const struct app *a);

struct effect effect_of(enum effect_kind kind, const char *text);
struct effect effect_begin(enum mode mode, const char *text);
/* Runs the changed draft, or keeps it for the next run while nothing runs. */
struct effect app_draft_changed(struct app *a, const struct snapshot *snap);

/* The mode in front, and the one at the bottom. */
enum mode app_mode(const struct app *a);
enum mode app_bottom(const struct app *a);
/* Alone, in front of what there is unless it is there already, and gone; what is in
 * front then is shown from its top. */
void app_bottom_set(struct app *a, enum mode mode);
void app_mode_enter(struct app *a, enum mode mode);
void app_mode_leave(struct app *a);
/* A line for the mode's prompt, with something sensible already typed; and that it was
 * answered. */
void app_ask(struct app *a, enum mode mode, const char *suggested);
void app_asked(struct app *a);

/* What the loop reports back. */
void app_say(struct app *a, const char *text);
void app_say_error(struct app *a, const struct error *error);
/* The preset was replaced: the form follows. The bench runs until it is stopped,
 * whatever length the preset gives to an unattended run. */
void app_preset_opened(struct app *a);
/* The form as a preset keeps it: with the preset's own length unless that was set. */
struct experiment app_experiment_to_save(const struct app *a);
/* The draft is about to be run: keeps what was measured until now. */
void app_before_change(struct app *a, const struct snapshot *snap);
/* Takes the list over. */
void app_show_presets(struct app *a, struct preset_entry *entries, int n);

struct form_facts app_form_facts(const struct app *a, const struct snapshot *snap);
/* Seconds the time axis shows; 0: all. */
double app_span_s(const struct app *a);
/* The part of the session that is shown. */
struct time_axis app_time_axis(const struct app *a, const struct snapshot *snap);
/* Whether space would start something. */
bool app_is_stopped(const struct snapshot *snap);

#endif
