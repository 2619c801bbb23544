/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_TWIN_H
#define TLBLAB_BACKENDS_TWIN_H

#include "tlblab/backends/session.h"

/*
 * A twin runs the experiment of a live session on a simulated machine like this one.
 * For every interval that is measured it simulates a moment, a few milliseconds of
 * virtual time at most and no longer of real time, and puts it at the same place of the
 * time axis: two series of the same experiment, changes of settings included.
 */
struct twin;

struct twin_view {
	const struct series *series; /* on the session's clock; without rows of CPUs */
	const char *costs; /* "published costs", "costs of … measured …" */
	bool measured;	   /* the costs are this machine's */
	/* Why the present experiment has no twin; ERROR_NONE when it has. */
	const struct error *error;
};

/* The session's machine and costs; it outlives the twin. 0 or -ENOMEM. */
int twin_new(struct twin **out, const struct session *s);
void twin_free(struct twin *t); /* NULL is fine */
/* Takes over what changed in the session since the last call; false: nothing did. */
bool twin_follow(struct twin *t, const struct snapshot *snap);
const struct twin_view *twin_view(const struct twin *t);

enum { TWIN_WORDS_MAX = 10 };

/* Whether costs were measured on this machine; a twin has published ones otherwise. */
bool twin_has_costs(const struct session_costs *costs);
/* The settings ("params.cpus=2") that turn a live experiment into that of a machine
 * like m. Returns how many. */
int twin_words(const struct machine *m, const struct session_costs *costs,
	       char words[TWIN_WORDS_MAX][48]);
/* Whether a live workload has a twin at all; the error says why not. 0 or -errno. */
int twin_possible(const char *workload, struct error *error);
/* Whether the simulated experiment is the same as the live one it was made from; the
 * error says what the simulator lacks. 0 or -errno. */
int twin_check(const struct experiment *live, const struct experiment *simulated,
	       const struct catalogue *c, struct error *error);

#endif
