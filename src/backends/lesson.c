/* SPDX-License-Identifier: MIT */
#include "tlblab/backends/lesson.h"

#include <string.h>

#include "tlblab/base/text.h"

/* The sensor that fills a metric; NULL: the workers' own counters do. */
static const char *metric_sensor(enum metric m)
{
	switch (m) {
	case METRIC_SHOOTDOWNS_PER_OP:
	case METRIC_SHOOTDOWNS_PER_S: return "interrupts";
	case METRIC_FULL_FLUSHES_PER_OP:
	case METRIC_RANGED_FLUSHES_PER_OP: return "flush_trace";
	case METRIC_DTLB_WALK_CYCLES_PER_OP:
	case METRIC_DTLB_WALK_CYCLES_PCT:
	case METRIC_DTLB_WALK_MEAN_CYCLES:
	case METRIC_DTLB_WALKS_PER_OP: return "pmu";
	case METRIC_REFILL_NS_PER_PAGE: return "refill";
	default: return NULL;
	}
}

const char *snapshot_why_absent(const struct snapshot *snap, enum metric m)
{
	const char *sensor = metric_sensor(m);

	if (m == METRIC_CPUS_TOLD_PER_OP || m == METRIC_CPUS_TOLD_PER_S)
		return snap->told_reason ? snap->told_reason : "";
	for (int i = 0; sensor && i < snap->view.n_sensors; i++)
		if (!strcmp(snap->view.sensors[i].name, sensor))
			return snap->view.sensors[i].availability->reason;
	return "";
}

const char *lesson_source_text(const struct experiment *e)
{
	return strcmp(e->backend, "sim") ? "live" : "simulated";
}

/* Nothing that a person sees of the form must differ. */
static bool runs_something_else(const struct snapshot *snap,
				const struct experiment *running)
{
	char key[64];

	experiment_diff(snap->experiment, running, snap->catalogue, key, sizeof(key));
	return *key;
}

/* What the counts of any step so far have shown holds for the machine. */
static void interrupts_note(struct lesson_run *l, const struct snapshot *snap)
{
	const struct mechanism_verdict *v = &snap->mechanism;
	enum lesson_interrupts now = LESSON_INTERRUPTS_UNKNOWN;

	if (v->kind == MECHANISM_BROADCAST || v->kind == MECHANISM_HYPERCALL)
		now = LESSON_INTERRUPTS_NO;
	else if (v->measured && v->kind != MECHANISM_UNKNOWN)
		now = LESSON_INTERRUPTS_YES;
	if (now == LESSON_INTERRUPTS_UNKNOWN)
		return;
	l->interrupts = now;
	text_copy(l->interrupts_why, sizeof(l->interrupts_why), v->evidence);
}

bool lesson_follow(struct lesson_run *l, const struct snapshot *snap,
		   const struct experiment *running)
{
	enum metric m = lesson_run_step(l)->measure.metric;
	bool simulated = strcmp(running->backend, "sim") == 0;
	struct lesson_look look = {
		.series = snap->series,
		.from_s = snap->run_start_s,
		.why_absent = snapshot_why_absent(snap, m),
		.checks = snap->checks,
		.n_checks = snap->n_checks,
		.simulated = simulated,
	};
	char why[LESSON_WHY_BYTES];

	if (l->phase != LESSON_RUNNING)
		return false;
	if (runs_something_else(snap, running)) {
		lesson_run_disturbed(l);
		return false;
	}
	if (snap->phase == SESSION_FAILED) {
		lesson_run_fail(l, false, error_text(snap->error, why, sizeof(why)));
		return true;
	}
	if (snap->phase != SESSION_MEASURING)
		return false;
	if (!simulated)
		interrupts_note(l, snap);
	return lesson_run_look(l, &look);
}
