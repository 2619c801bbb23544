/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_REPLAY_REPLAY_H
#define TLBLAB_SRC_TUI_REPLAY_REPLAY_H

#include "tlblab/lab/recording.h"
#include "tui/keys/keys.h"
#include "tui/panels/panels.h"

/* The playhead as it is drawn, of a recording instead of a bench. */
struct playhead {
	double at_s, end_s, speed;
	int run, n_runs;
	bool arriving; /* the stream has not ended */
	bool sought;   /* the bar was clicked, there: */
	double sought_s;
	const struct recording *recording; /* its markers stand on the bar */
	struct player *player;		   /* what moves it; NULL: nothing does */
};

struct playhead *playhead_of(const struct app *a);
/* The footer: the bar, with markers, and the keys that move the playhead. */
void scrub_draw(struct canvas *c, struct rect r, const struct view *v);

extern const struct binding_group replay_keys;

#endif
