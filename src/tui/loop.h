/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_LOOP_H
#define TLBLAB_SRC_TUI_LOOP_H

#include <signal.h>
#include <stdio.h>

#include "tlblab/backends/replay.h"
#include "tui/app/app.h"
#include "tui/mode.h"

/*
 * The screen as it runs, and its only loop: wait for a key, for event_fd or for what a
 * mode wants to be called for; let the bottom and the front mode do what is due; draw,
 * at once after a key.
 */
struct tui {
	struct terminal *terminal;
	struct canvas canvas;
	struct app app;
	struct session *session;   /* of the bench; NULL: nothing runs here */
	struct replay *replay;	   /* of a replay; NULL: none is shown */
	struct guardian *guardian; /* of the ceiling; NULL: there is none */
	int event_fd;		   /* wakes the loop too; -1: nothing does */
	bool event;		   /* it did */
	uint64_t drawn_ns;	   /* when the last picture was drawn */
	bool draw_now, quit;
};

enum { EXIT_INTERRUPTED = 130 };

/* Begins the mode at the bottom of the app and shows it until it is left; its leave is
 * called once the terminal was open. keys: where they come from. 0 or -errno; whether a
 * signal ended it tells tui_is_interrupted. */
int tui_show(struct tui *t, FILE *keys, struct error *error);
/* SIGINT, SIGTERM and SIGHUP only set a flag from now on; returned by give_back. */
enum { TUI_SIGNALS = 3 };
void tui_signals_take(struct sigaction old[TUI_SIGNALS]);
void tui_signals_give_back(const struct sigaction old[TUI_SIGNALS]);
bool tui_is_interrupted(void);

/* The one dispatch: the front mode, else the bottom one, carries the effect out. */
void tui_act(struct tui *t, const struct effect *e);
/* For a mode that lends the terminal to something else. */
int tui_terminal_open(struct tui *t, FILE *keys, struct error *error);
void tui_terminal_close(struct tui *t);

#endif
