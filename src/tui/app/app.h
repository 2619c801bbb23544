/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_APP_APP_H
#define TLBLAB_SRC_TUI_APP_APP_H

#include "tlblab/backends/diagnosis.h"
#include "tlblab/backends/program_trial.h"
#include "tlblab/backends/session.h"
#include "tlblab/backends/tuner.h"
#include "tlblab/draw/cpu_map.h"
#include "tlblab/draw/layout.h"
#include "tlblab/draw/scale.h"
#include "tlblab/draw/theme.h"
#include "tlblab/io/preset_file.h"
#include "tlblab/lab/recording.h"
#include "tui/app/app_plan.h"
#include "tui/app/form.h"
#include "tui/app/line_edit.h"
#include "tui/app/victim_cost.h"
#include "tui/keys/keymap.h"
#include "tui/lesson/app_lesson.h"
#include "tui/sweep/sweep_model.h"

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

enum { APP_PICKS_MAX = 1024, APP_UNDO_MAX = 32, APP_SAID_MAX = 16 };

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
	PROMPT_SWEEP,
	PROMPT_SEARCH
};

/* What stands between header and footer: the pages of the bench, or what took its
 * place. */
enum app_mode { MODE_BENCH, MODE_SWEEP, MODE_TUNE };

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

/* The playhead, of a recording instead of a bench. */
struct app_replay {
	bool on;
	double at_s, end_s, speed;
	int run, n_runs;
	bool arriving; /* the stream has not ended */
	bool sought;   /* the bar was clicked, there: */
	double sought_s;
	const struct recording *recording; /* its markers stand on the bar */
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
	struct experiment undo[APP_UNDO_MAX]; /* what the draft was */
	int n_undo;
	struct measured baseline;	  /* b */
	struct measured twin;		  /* v: the same experiment, simulated */
	struct measured before;		  /* the last change */
	struct victim_costs victim_costs; /* of victims, kept by the loop */
	struct experiment flushing;	  /* what i goes back to from its control */
	bool controlled;		  /* whether there is such */
	char changed[96];		  /* what that was: "threads 1 ▸ 2" */
	struct preset_entry *entries;	  /* owned; the picker's */
	int n_entries, selected;
	char filter[64];       /* the entries shown have it in name or title */
	struct preset preview; /* owned; of the selected entry */
	char preview_error[512];
	struct diagnosis diagnosis; /* of OVERLAY_DOCTOR, made when that opened */
	bool left;		    /* a session that was cut off can be shown */
	char utc[32];		    /* now, kept by the loop; names exports */
	struct app_replay replay;
	enum app_mode mode;
	struct sweep sweep;			/* owned; stays until the next one */
	const struct tuner_view *tune;		/* borrowed, of MODE_TUNE */
	const struct program_trial_view *trial; /* the same, in its place */
	bool bench_away;			/* a sweep has the session */
	bool bench_ran;				/* when it was taken away */
	struct app_lesson lesson;
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
	EFFECT_SHOW_COURSE,
	EFFECT_OPEN_LESSON, /* text: its number in the course */
	EFFECT_SAVE_PRESET, /* text: name or path */
	EFFECT_EXPORT,	    /* text: path */
	EFFECT_SWEEP_BEGIN, /* text: the axes, or "" for the preset's */
	EFFECT_SWEEP_PAUSE,
	EFFECT_SWEEP_RESUME,
	EFFECT_SWEEP_STOP,
	EFFECT_SWEEP_LEAVE,
	EFFECT_TUNE_BEGIN,
	EFFECT_TUNE_STOP,
	EFFECT_TUNE_WAIT,
	EFFECT_TUNE_LEAVE,
	EFFECT_QUIT,
};

struct effect {
	enum effect_kind kind;
	char text[512];
};

void app_init(struct app *a, const struct catalogue *catalogue,
	      const struct machine *machine, struct preset *preset,
	      const char *version);
void app_fini(struct app *a);
struct effect app_key(struct app *a, const struct snapshot *snap, int key);
enum context app_context(const struct app *a);

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
/* The panel that the lesson's step points at leads. */
void app_lesson_point(struct app *a);
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
