/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TUI_TUI_H
#define TLBLAB_TUI_TUI_H

#include "tlblab/backends/session.h"
#include "tlblab/io/recording_read.h"
#include "tlblab/lab/lesson_run.h"
#include "tlblab/trace/who_watch.h"

/* The screen. It holds a session at arm's length: input becomes an action through one
 * table, actions change an experiment, the session runs it, and drawing is a pure
 * function of the snapshot. Returns an exit status of the contract. */
struct tui_baseline {			 /* a recording drawn behind what is shown */
	struct recording_reader *reader; /* all of it was read; NULL: none */
	const char *path;
};

struct tui_options {
	struct session *session;
	struct guardian *guardian; /* for tuning; NULL: there is none */
	struct preset *preset;	   /* what is opened first; changed by o and s */
	const char *version;
	int scheme; /* of tui_scheme */
	struct tui_baseline baseline;
	bool first_lesson; /* nobody asked for that preset */
	bool play;	   /* the lesson plays by itself, then the screen closes */
	double step_s;	   /* no step is read or measured longer; 0: as it is written */
	struct lesson_result *results; /* LESSON_MAX_STEPS of them, or NULL */
};

/* The colours of that name; NULL: of TLBLAB_SCHEME, else the usual ones. -errno when
 * there are none of that name. */
int tui_scheme(const char *name, struct error *error);
int tui_run(const struct tui_options *options, struct error *error);
/* What TERM and the locale would let it show, without opening it. */
void tui_availability(struct availability *out);

/* The same screen over a recording: nothing runs, keys move the playhead. */
struct tui_replay_options {
	struct recording_reader *reader;
	int fd; /* more of the stream arrives here; -1: all was read. Left open */
	const char *name;
	double speed, from_s;
	const char *version;
	const char *greeting; /* said until the first key; NULL: nothing */
	int scheme;	      /* of tui_scheme */
	struct tui_baseline baseline;
};

int tui_replay(const struct tui_replay_options *options, struct error *error);

/* Who flushes on this machine, as it happens. */
struct tui_who_options {
	struct who_watch *watch; /* open; stays the caller's */
	const struct machine *machine;
	int pid;    /* only this process's flushes; 0: everybody's */
	int scheme; /* of tui_scheme */
	/* Writes all that was seen; 0 or -errno with an error. */
	int (*export)(void *self, const char *path, struct error *error);
	void *self;
};

int tui_who(const struct tui_who_options *options, struct error *error);

#endif
