/* SPDX-License-Identifier: MIT */
/*
 * The series shown is rebuilt from the recording at every jump and added to while the
 * playhead moves on. The last RECENT points are taken one by one; what lies before is
 * merged in equal groups into about OLDER points, so that a jump into a long recording
 * costs one walk over its points and what is near stays as it was measured.
 */
#include "backends/replay_priv.h"

#include <math.h>
#include <string.h>

#include "tlblab/base/text.h"

enum { RECENT = 1024, OLDER = 1024 };

/* The measured part of the playhead's run: behind the warm-up, or behind the last
 * change of a setting and the warm-up that follows it. */
static double window_start(const struct replay *r)
{
	const struct recording_run *run = recording_run(r->source.recording, r->run);
	const struct run_record *record = replay_run_record(r);
	double warmup_s = replay_experiment(r)->warmup_s, from_s = 0;

	if (!run)
		return 0;
	from_s = replay_run_ended(record) ? run->end_s - record->elapsed_s
					  : run->base_s + warmup_s;
	for (int i = 0; i < r->next_marker; i++) {
		const struct marker *m = recording_marker(r->source.recording, i);

		if (m->t_s > run->base_s && *m->to && strcmp(m->from, "done in") != 0 &&
		    m->t_s + warmup_s > from_s)
			from_s = m->t_s + warmup_s;
	}
	return from_s;
}

static void window_rebuild(struct replay *r)
{
	const struct recording *rec = r->source.recording;

	memset(&r->window, 0, sizeof(r->window));
	r->window_from_s = window_start(r);
	for (int i = recording_find(rec, r->window_from_s + 1e-9); i < r->next; i++)
		sample_merge(&r->window, &recording_at(rec, i)->sample);
	r->totals_at_s = NAN;
}

/* Takes up markers and runs up to the playhead; true when the window moved. */
static bool markers_advance(struct replay *r)
{
	const struct recording *rec = r->source.recording;
	bool moved = false;

	for (const struct marker *m;
	     (m = recording_marker(rec, r->next_marker)) && m->t_s <= r->at_s;
	     r->next_marker++) {
		series_mark(r->series, m);
		moved = true;
	}
	for (const struct recording_run *run;
	     (run = recording_run(rec, r->next_run)) && run->base_s <= r->at_s;
	     r->next_run++) {
		struct marker m = {.t_s = run->base_s};

		text_append(m.what, sizeof(m.what), "run %d", r->next_run + 1);
		if (r->next_run)
			series_mark(r->series, &m);
		moved = true;
	}
	int now = recording_run_at(rec, r->at_s);

	moved = moved || now != r->run;
	r->run = now;
	return moved;
}

static void series_take(struct replay *r, int from, int n)
{
	const struct recording *rec = r->source.recording;
	struct series_point p = *recording_at(rec, from);

	for (int i = 1; i < n; i++) {
		const struct series_point *next = recording_at(rec, from + i);

		sample_merge(&p.sample, &next->sample);
		for (int m = 0; m < METRIC_N; m++) {
			p.low[m] = fminf(p.low[m], next->low[m]);
			p.high[m] = fmaxf(p.high[m], next->high[m]);
		}
	}
	series_add(r->series, &p.sample);
	series_widen_last(r->series, p.low, p.high);
}

void replay_rebuild(struct replay *r)
{
	const struct recording *rec = r->source.recording;
	int end = recording_find(rec, r->at_s), group = 1, i = 0;

	series_clear(r->series);
	r->next_marker = r->next_run = 0;
	while ((end - RECENT) / group > OLDER)
		group *= 2;
	for (; group > 1 && i + group <= end - RECENT; i += group)
		series_take(r, i, group);
	for (; i < end; i++)
		series_take(r, i, 1);
	r->next = end;
	markers_advance(r);
	window_rebuild(r);
}

void replay_advance(struct replay *r)
{
	const struct recording *rec = r->source.recording;
	int end = recording_find(rec, r->at_s);
	bool moved = markers_advance(r);

	if (end - r->next > RECENT) {
		replay_rebuild(r);
		return;
	}
	for (; r->next < end; r->next++) {
		const struct sample *s = &recording_at(rec, r->next)->sample;

		series_take(r, r->next, 1);
		if (s->t_s > r->window_from_s + 1e-9)
			sample_merge(&r->window, s);
	}
	if (moved)
		window_rebuild(r);
}
