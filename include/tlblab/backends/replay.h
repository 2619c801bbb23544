/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BACKENDS_REPLAY_H
#define TLBLAB_BACKENDS_REPLAY_H

#include "tlblab/backends/session.h"
#include "tlblab/lab/recording.h"

/*
 * A recording seen as a bench: the same snapshot as a session gives, of the moment the
 * playhead stands at. Nothing is measured; the machine, the sensors and their reasons
 * are those of the recording. A stream still arriving is played as far as it came.
 */
struct replay;

/* All borrowed; what it points to may grow between calls. */
struct replay_source {
	const struct recording *recording;
	const struct machine *machine;
	const struct catalogue *catalogue;
	const struct experiment *experiment; /* of runs whose end has not come */
	struct run_record *const *runs;
	int n_runs;
	const struct session_sensor *sensors;
	int n_sensors;
	const char *mechanism_verdict, *mechanism_evidence;
	bool mechanism_measured;
	bool complete; /* nothing more will come */
};

#define REPLAY_SPEED_MIN 0.1
#define REPLAY_SPEED_MAX 100.0

int replay_new(struct replay **out,
	       const struct replay_source *source); /* or -ENOMEM */
void replay_free(struct replay *r);
/* More has arrived. */
void replay_update(struct replay *r, const struct replay_source *source);
/* now_ns: any clock that runs on. Plays up to it; returns milliseconds until the next
 * interval is due. */
int replay_tick(struct replay *r, uint64_t now_ns);
void replay_play(struct replay *r, bool on);
bool replay_plays(const struct replay *r);
/* Held within the recording. */
void replay_seek(struct replay *r, double t_s);
/* By so many intervals; pauses. */
void replay_step(struct replay *r, int by);
/* To the next (1) or the previous (-1) marker or run; false when there is none. */
bool replay_skip(struct replay *r, int direction);
void replay_set_speed(struct replay *r, double speed); /* held within the limits */
double replay_speed(const struct replay *r);
double replay_at_s(const struct replay *r);
double replay_end_s(const struct replay *r);
int replay_run(const struct replay *r); /* the playhead's, from 0 */
const struct snapshot *replay_snapshot(struct replay *r);

#endif
