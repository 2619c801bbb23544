/* SPDX-License-Identifier: MIT */

/*
 * Making the runs of a plan: the same session the screen uses, driven by a plain
 * loop. Signals arrive through a descriptor, so that an interrupted run still closes
 * its record and its caller still writes what there is.
 */
#include "commands/run/plan.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "commands/signals.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"

enum { PROGRESS_EVERY_NS = 200000000 };

/* How long a run takes by its own words, 0 when they do not say: until a number of
 * operations is reached, or until it is stopped. */
static double run_planned_s(const struct experiment *e)
{
	return e->ops > 0 || !(e->duration_s > 0) ? 0 : e->warmup_s + e->duration_s;
}

/* Of the plan, with what the runs made so far took beyond it (starting, measuring
 * victims alone). NaN: nothing tells yet. */
static double run_left_s(const struct run_plan *r)
{
	double planned_s = run_planned_s(&r->preset->experiment);
	double done_s = (double)(r->run_begin_ns - r->begin_ns) * 1e-9;
	double now_s = (double)(clock_now_ns() - r->run_begin_ns) * 1e-9;
	double one_s = r->n_records ? done_s / r->n_records : planned_s;

	if (!(one_s > 0))
		return NAN;
	return fmax(one_s - now_s, 0) + one_s * (r->plan.n_runs - r->n_records - 1);
}

static void run_progress(const struct run_plan *r, const struct snapshot *s)
{
	char per_op[32], point[96], left[32];
	double measured_s = s->window.elapsed_s;
	struct reading ns = metric_of(METRIC_NS_PER_OP, &s->window);

	if (!r->progress)
		return;
	plan_point_text(r->preset, r->plan.runs[r->n_records].point, point,
			sizeof(point));
	fprintf(r->progress, "\r\033[Krun %d of %d", r->n_records + 1, r->plan.n_runs);
	if (*point)
		fprintf(r->progress, "  %s", point);
	if (s->phase == SESSION_STARTING)
		fprintf(r->progress, "  starting");
	else if (s->phase == SESSION_WARMUP)
		fprintf(r->progress, "  warming up");
	else
		fprintf(r->progress, "  %.1f s measured", measured_s);
	if (reading_present(ns))
		fprintf(r->progress, "  %s per op",
			text_quantity(per_op, sizeof(per_op), ns.value, "ns"));
	if (!isnan(run_left_s(r)))
		fprintf(r->progress, "  %s left",
			text_elapsed(left, sizeof(left), run_left_s(r)));
	fflush(r->progress);
}

/* The record's intervals that have not been handed on yet. */
static int run_hand_on(struct run_plan *r, const struct series *series, int done)
{
	int n = series_count(series);

	if (r->on_interval && series_thinning(series) == 1)
		for (; done < n; done++)
			r->on_interval(r->self, r->n_records, series_at(series, done));
	return done;
}

/* Ticks the session until the run is over; true when a signal ended it. */
static bool run_wait(struct run_plan *r, int signal_fd)
{
	struct session *session = r->lab->session;
	uint64_t shown_ns = 0;
	int handed_on = 0;

	for (;;) {
		int wait_ms = session_tick(session);
		const struct snapshot *s = session_snapshot(session);
		struct pollfd fds[2] = {
			{.fd = signal_fd, .events = POLLIN},
			{.fd = session_event_fd(session), .events = POLLIN},
		};

		handed_on = run_hand_on(r, s->series, handed_on);
		if (s->phase == SESSION_DONE || s->phase == SESSION_FAILED)
			return false;
		if (r->stop)
			return true;
		if (clock_now_ns() - shown_ns > PROGRESS_EVERY_NS) {
			run_progress(r, s);
			shown_ns = clock_now_ns();
		}
		poll(fds, 2, wait_ms);
		if (fds[0].revents & POLLIN)
			return true;
	}
}

static int run_one(struct run_plan *r, int signal_fd, struct error *error)
{
	const struct plan_run *run = &r->plan.runs[r->n_records];
	struct session *session = r->lab->session;
	struct experiment e;
	int err =
		plan_experiment(r->preset, session_catalogue(session), run, &e, error);

	if (err)
		return err;
	r->run_begin_ns = clock_now_ns();
	err = session_start(session, &e, error);
	if (err)
		return err;
	session_clear(session);
	r->interrupted = run_wait(r, signal_fd);
	struct run_record *record = session_record(session);

	if (!record && !r->interrupted) {
		const struct snapshot *s = session_snapshot(session);

		if (s->error->code == ERROR_NONE)
			return error_set(error, ERROR_MACHINE, ENOMEM, "the run",
					 "out of memory", "ask for fewer threads");
		*error = *s->error;
		return -EIO;
	}
	if (record) {
		record->point = run->point;
		record->repeat = run->repeat;
		record->interrupted = r->interrupted;
		r->records[r->n_records] = record;
		if (r->on_end)
			r->on_end(r->self, r->n_records);
		r->n_records++;
	}
	return 0;
}

/* Takes the runs out of the plan that need not be made any more. */
static void run_leave_out(struct run_plan *r)
{
	double took_s = (double)(clock_now_ns() - r->begin_ns) * 1e-9;

	if (r->budget_s > 0 && took_s > r->budget_s)
		r->plan.n_runs = r->n_records;
	while (r->n_records < r->plan.n_runs &&
	       repeat_goal_met(&r->goal, r->records, r->n_records,
			       r->plan.runs[r->n_records].point))
		plan_drop(&r->plan, r->n_records);
}

int run_plan_execute(struct run_plan *r, struct error *error)
{
	struct stop_signals signals;
	int err;

	err = plan_make(&r->plan, r->preset, error);
	if (err)
		return err;
	r->records = calloc((size_t)r->plan.n_runs, sizeof(*r->records));
	if (!r->records)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the plan",
				 "out of memory", "ask for fewer runs");
	err = stop_signals_take(&signals, error);
	if (err)
		return err;
	r->begin_ns = clock_now_ns();
	while (!err && !r->interrupted && r->n_records < r->plan.n_runs) {
		int had = r->n_records;

		err = run_one(r, signals.fd, error);
		if (r->n_records > had && r->records[had]->failure[0])
			break;
		run_leave_out(r);
	}
	session_pause(r->lab->session);
	if (r->progress)
		fprintf(r->progress, "\r\033[K");
	stop_signals_give_back(&signals);
	return err;
}

void run_plan_fini(struct run_plan *r)
{
	for (int i = 0; i < r->n_records; i++)
		run_record_free(r->records[i]);
	free(r->records);
	r->records = NULL;
	r->n_records = 0;
	plan_fini(&r->plan);
}
