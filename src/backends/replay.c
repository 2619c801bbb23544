/* SPDX-License-Identifier: MIT */
/* The playhead: where it stands, how it moves by itself, and where a key sends it. */
#include "backends/replay_priv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "tlblab/base/text.h"

int replay_new(struct replay **out, const struct replay_source *source)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->speed = 1;
	r->plays = true;
	r->shown_run = -1;
	r->n_cpus = recording_n_cpus(source->recording);
	r->series = series_new(0);
	r->cpu_totals = calloc((size_t)r->n_cpus + 1, sizeof(*r->cpu_totals));
	if (!r->series || !r->cpu_totals) {
		replay_free(r);
		return -ENOMEM;
	}
	text_copy(r->ceiling.reason, sizeof(r->ceiling.reason),
		  "a recording: nothing can be set");
	replay_update(r, source);
	replay_rebuild(r);
	*out = r;
	return 0;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	series_free(r->series);
	free(r->cpu_totals);
	free(r);
}

void replay_update(struct replay *r, const struct replay_source *source)
{
	r->source = *source;
	/* A recording that thinned has other points now. */
	if (r->next > recording_count(source->recording))
		replay_rebuild(r);
}

int replay_tick(struct replay *r, uint64_t now_ns)
{
	double passed_s = r->last_ns ? (double)(now_ns - r->last_ns) * 1e-9 : 0;
	double end_s = replay_end_s(r);
	const struct series_point *next;

	r->last_ns = now_ns;
	if (r->plays) {
		r->at_s = fmin(r->at_s + passed_s * r->speed, end_s);
		replay_advance(r);
		if (r->at_s >= end_s && r->source.complete)
			r->plays = false;
	}
	next = recording_at(r->source.recording, r->next);
	if (!r->plays || !next)
		return 1000;
	double wait_ms = (next->sample.t_s - r->at_s) / r->speed * 1e3;

	return wait_ms < 1 ? 1 : wait_ms > 1000 ? 1000 : (int)ceil(wait_ms);
}

void replay_play(struct replay *r, bool on)
{
	if (on && r->source.complete && r->at_s >= replay_end_s(r))
		replay_seek(r, 0);
	r->plays = on;
}

bool replay_plays(const struct replay *r)
{
	return r->plays;
}

void replay_seek(struct replay *r, double t_s)
{
	r->at_s = fmax(0, fmin(t_s, replay_end_s(r)));
	replay_rebuild(r);
}

void replay_step(struct replay *r, int by)
{
	int to = r->next - 1 + by, n = recording_count(r->source.recording);

	r->plays = false;
	to = to < 0 ? 0 : to >= n ? n - 1 : to;
	if (n)
		replay_seek(r, recording_at(r->source.recording, to)->sample.t_s);
}

bool replay_skip(struct replay *r, int direction)
{
	const struct recording *rec = r->source.recording;
	double best_s = NAN;
	int n = recording_n_markers(rec) + recording_n_runs(rec);

	for (int i = 0; i < n; i++) {
		double t_s = i < recording_n_markers(rec)
				     ? recording_marker(rec, i)->t_s
				     : recording_run(rec, i - recording_n_markers(rec))
					       ->base_s;
		double ahead_s = (t_s - r->at_s) * direction;

		if (ahead_s > 1e-3 &&
		    (isnan(best_s) || ahead_s < (best_s - r->at_s) * direction))
			best_s = t_s;
	}
	if (isnan(best_s))
		return false;
	replay_seek(r, best_s);
	return true;
}

void replay_set_speed(struct replay *r, double speed)
{
	r->speed = fmax(REPLAY_SPEED_MIN, fmin(speed, REPLAY_SPEED_MAX));
}

double replay_speed(const struct replay *r)
{
	return r->speed;
}

double replay_at_s(const struct replay *r)
{
	return r->at_s;
}

double replay_end_s(const struct replay *r)
{
	return recording_end_s(r->source.recording);
}

int replay_run(const struct replay *r)
{
	return r->run;
}
