/* SPDX-License-Identifier: MIT */
/*
 * Every lesson of the course, played in every environment: on counts as that
 * environment gives them, no step is answered from a source that is silent there, and
 * the control that interrupts is offered only where flushes are interrupts.
 */
#include <stdio.h>
#include <string.h>

#include "support/check.h"
#include "tlblab/backends/session.h"
#include "tlblab/io/preset_file.h"
#include "tlblab/lab/check.h"
#include "tlblab/lab/lesson_run.h"
#include "tlblab/sim/sim.h"
#include "tlblab/workloads/workload.h"

enum source { NOT_THERE, SILENT, HALF, TRUE_COUNT };

/* What counts a flush there, and what the program can know of how it travels. */
struct environment {
	const char *name;
	enum source row, trace;
	enum lesson_interrupts interrupts;
	bool emulated;
};

static const struct environment environments[] = {
	{"bare metal, root", TRUE_COUNT, TRUE_COUNT, LESSON_INTERRUPTS_YES, false},
	{"bare metal, no root", TRUE_COUNT, NOT_THERE, LESSON_INTERRUPTS_YES, false},
	{"KVM with paravirtual flush", HALF, TRUE_COUNT, LESSON_INTERRUPTS_YES, false},
	{"INVLPGB, judged", NOT_THERE, SILENT, LESSON_INTERRUPTS_NO, false},
	{"INVLPGB, not judged yet", SILENT, SILENT, LESSON_INTERRUPTS_UNKNOWN, false},
	{"Hyper-V, judged", NOT_THERE, SILENT, LESSON_INTERRUPTS_NO, false},
	{"Hyper-V, not judged yet", SILENT, SILENT, LESSON_INTERRUPTS_UNKNOWN, false},
	{"Xen PV, no root", SILENT, NOT_THERE, LESSON_INTERRUPTS_UNKNOWN, false},
	{"Xen HVM", SILENT, TRUE_COUNT, LESSON_INTERRUPTS_UNKNOWN, false},
	{"PVM, judged", NOT_THERE, TRUE_COUNT, LESSON_INTERRUPTS_NO, false},
	{"PVM, not judged yet", SILENT, TRUE_COUNT, LESSON_INTERRUPTS_UNKNOWN, false},
	{"gVisor", NOT_THERE, NOT_THERE, LESSON_INTERRUPTS_UNKNOWN, false},
	{"translated on arm64", NOT_THERE, SILENT, LESSON_INTERRUPTS_UNKNOWN, false},
	{"QEMU in software", TRUE_COUNT, TRUE_COUNT, LESSON_INTERRUPTS_YES, true},
};

struct scene {
	struct catalogue catalogue[2];
	const struct environment *env;
	struct preset preset;
	struct lesson_run run;
	struct experiment e;
	struct expectation meant;
	struct series *series;
	double t_s;
	int answers; /* granted to live steps that count */
};

static bool is_simulated(const struct scene *s)
{
	return !strcmp(s->e.backend, "sim");
}

/* What the step's experiment is meant to do, on CPUs of their own. */
static void expect(struct scene *s)
{
	bool threads = s->e.mode == RUN_THREADS;
	const struct expect_case c = {
		.experiment = &s->e,
		.params = s->e.params,
		.workers = s->e.threads,
		.victims = s->e.victims,
		.worker_cpus = s->e.threads,
		.mm_cpus = threads ? s->e.threads + s->e.victims : 1,
		.ceiling_pages = 33,
	};

	memset(&s->meant, 0, sizeof(s->meant));
	if (is_simulated(s))
		sim_expect(&c, &s->meant);
	else
		workload_find(s->e.workload)->expect(&c, &s->meant);
}

static void put_counted(struct sample *x, enum channel c, enum source source,
			double value)
{
	if (source != NOT_THERE)
		sample_put(x, c,
			   source == SILENT ? 0
			   : source == HALF ? 0.4 * value
					    : value,
			   QUALITY_EXACT);
}

/* Requests traced, times the receivers, where the row is not the source. */
static void put_told(struct sample *x, enum source trace, double value)
{
	put_counted(x, CH_TOLD, trace, value);
	if (trace != NOT_THERE)
		x->told_source = TOLD_SENT;
}

/* One interval in which all that is meant happens, as far as it can be seen. */
static void interval(struct scene *s, struct sample *x)
{
	const struct expectation *m = &s->meant;
	enum source row = is_simulated(s) ? TRUE_COUNT : s->env->row;
	enum source trace = is_simulated(s) ? TRUE_COUNT : s->env->trace;
	bool full = m->kind == FLUSH_FULL;
	double flushes = m->kind == FLUSH_NONE ? 0 : 1000 * m->flushes_per_op_high;

	*x = (struct sample){.t_s = s->t_s += 0.1, .elapsed_s = 0.1};
	sample_put(x, CH_OPS, 1000, QUALITY_EXACT);
	sample_put(x, CH_WORKER_NS, 1e8 * s->e.threads, QUALITY_EXACT);
	sample_put(x, CH_VICTIM_QUIET_LOOPS, 1200, QUALITY_EXACT);
	sample_put(x, CH_VICTIM_LOOPS, 1000, QUALITY_EXACT);
	sample_put(x, CH_VICTIM_STALL_MAX_NS, 30000, QUALITY_EXACT);
	put_counted(x, CH_SHOOTDOWNS, row, 1000 * m->shootdowns_per_op_high);
	put_told(x, is_simulated(s) ? TRUE_COUNT : s->env->trace,
		 1000 * m->shootdowns_per_op_high);
	put_counted(x, CH_FLUSH_OPS, trace == SILENT ? TRUE_COUNT : trace, 1000);
	put_counted(x, CH_FLUSH_FULL, trace, full ? flushes : 0);
	put_counted(x, CH_FLUSH_RANGED, trace, full ? 0 : flushes);
}

static int checks_of(const struct scene *s, const struct sample *total,
		     struct check *out)
{
	const struct check_facts f = {
		.experiment = &s->e,
		.expectation = s->meant,
		.total = *total,
		.measuring = true,
		.pinned = s->e.threads + s->e.victims,
		.workers_and_victims = s->e.threads + s->e.victims,
		.emulator = s->env->emulated && !is_simulated(s) ? "QEMU" : NULL,
		.ceiling_before = 33,
		.ceiling_now = 33,
		.ceiling_known = true,
		.mechanism_ipi =
			is_simulated(s) || s->env->interrupts != LESSON_INTERRUPTS_NO,
		.mechanism_note = "flushes travel another way",
	};

	return checks_make(&f, out);
}

static void step_run(struct scene *s)
{
	struct lesson_look look = {.why_absent = "no source"};
	struct check checks[CHECKS_MAX];
	struct sample x, total = {.t_s = 0};
	struct error error = {.code = ERROR_NONE};

	if (lesson_run_experiment(&s->run, s->catalogue, &s->e, &error))
		fail_msg("%s: %s", error.what, error.why);
	expect(s);
	lesson_run_started(&s->run);
	look.series = s->series;
	look.from_s = s->t_s;
	look.simulated = is_simulated(s);
	look.checks = checks;
	if (!look.simulated)
		s->run.interrupts = s->env->interrupts;
	for (int i = 0; i < 200 && s->run.phase == LESSON_RUNNING; i++) {
		interval(s, &x);
		series_add(s->series, &x);
		if (i)
			sample_merge(&total, &x);
		else
			total = x;
		look.n_checks = checks_of(s, &total, checks);
		lesson_run_look(&s->run, &look);
	}
	assert_true(s->run.phase != LESSON_RUNNING);
}

/* The source of a count; TRUE_COUNT for what is not counted. */
static enum source source_of(const struct environment *env, enum metric m)
{
	switch (m) {
	case METRIC_SHOOTDOWNS_PER_OP:
	case METRIC_SHOOTDOWNS_PER_S: return env->row;
	case METRIC_CPUS_TOLD_PER_OP:
		return env->row > env->trace ? env->row : env->trace;
	case METRIC_FULL_FLUSHES_PER_OP:
	case METRIC_RANGED_FLUSHES_PER_OP: return env->trace;
	default: return TRUE_COUNT;
	}
}

static void step_judge(struct scene *s)
{
	const struct lesson_step *step = lesson_run_step(&s->run);
	const struct lesson_result *r = &s->run.result[s->run.step];
	const char *where = s->env->name;
	char text[1024];

	if (step->needs == LESSON_NEEDS_INTERRUPTS &&
	    s->env->interrupts != LESSON_INTERRUPTS_YES && r->outcome != LESSON_ABSENT)
		fail_msg("%s: \"%s\" is offered", where, step->title);
	lesson_measured_text(step, r, text, sizeof(text));
	if ((r->outcome == LESSON_ABSENT || r->outcome == LESSON_SIMULATED) &&
	    !strstr(text, "Not measurable here: "))
		fail_msg("%s: \"%s\": %s", where, step->title, text);
	if (r->outcome == LESSON_SIMULATED && (r->answer >= 0 || lesson_cause(step, r)))
		fail_msg("%s: \"%s\" is answered by a simulation", where, step->title);
	if (r->answer < 0 || is_simulated(s))
		return;
	if (source_of(s->env, r->metric) < HALF)
		fail_msg("%s: \"%s\" is answered from silence", where, step->title);
	if (s->env->emulated && r->metric == METRIC_NS_PER_OP)
		fail_msg("%s: \"%s\" scores an emulator's time", where, step->title);
	s->answers += source_of(s->env, METRIC_SHOOTDOWNS_PER_OP) &&
		      (r->metric == METRIC_SHOOTDOWNS_PER_OP ||
		       r->metric == METRIC_FULL_FLUSHES_PER_OP);
}

static void lesson_play(struct scene *s)
{
	s->series = series_new(2);
	assert_int_equal(lesson_run_begin(&s->run, &s->preset), 0);
	while (s->run.phase != LESSON_OVER) {
		if (s->run.phase == LESSON_READY)
			lesson_run_next(&s->run);
		while (s->run.phase == LESSON_SETUP)
			step_run(s);
		step_judge(s);
		lesson_run_next(&s->run);
	}
	lesson_run_fini(&s->run);
	series_free(s->series);
}

static const char *const lessons[] = {"tlb",	 "reuse", "shootdown", "who-pays",
				      "ceiling", "lazy",  "epoch",     "hardware"};

/* How many counted answers all lessons grant there. */
static int course_play(const struct environment *env)
{
	struct scene s = {.env = env};
	struct error error = {.code = ERROR_NONE};
	char path[64];

	backends_catalogue(s.catalogue);
	for (size_t i = 0; i < COUNT_OF(lessons); i++) {
		snprintf(path, sizeof(path), "presets/lesson-%s.json", lessons[i]);
		if (preset_load(&s.preset, s.catalogue, path, &error))
			fail_msg("%s: %s", error.what, error.why);
		lesson_play(&s);
		preset_fini(&s.preset);
	}
	return s.answers;
}

static void no_lesson_answers_from_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(environments); i++)
		course_play(&environments[i]);
}

/* Where everything counts, everything that is counted is answered. */
static void sources_that_count_are_answered(void **state)
{
	(void)state;
	assert_int_equal(course_play(&environments[0]), 6);
	assert_int_equal(course_play(&environments[COUNT_OF(environments) - 1]), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_lesson_answers_from_silence),
		cmocka_unit_test(sources_that_count_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
