/* SPDX-License-Identifier: MIT */
/*
 * A bench that exists only on paper: everything a snapshot points to, filled by
 * formulas and a seeded generator, so that every drawing of it is the same on every
 * machine. The summary is the first lesson's: one thread, then a second one at 0:13.
 */
#ifndef TLBLAB_TESTS_TUI_SCENE_H
#define TLBLAB_TESTS_TUI_SCENE_H

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/noise.h"
#include "tlblab/lab/told.h"
#include "tui/app/app.h"
#include "tui/frame/screen.h"
#include "tui/lesson/lesson.h"
#include "tui/replay/replay.h"

enum { SCENE_MAX_CPUS = 512, SCENE_MAX_WORKERS = 64 };

struct scene_options {
	int cpus, threads, victims;
	double length_s;
	bool absent;	       /* no sensor, no ceiling, no timing */
	bool walks;	       /* the machine has walk counters */
	bool empty;	       /* nothing measured yet */
	bool extras;	       /* a workload that tells of itself */
	bool hypercall;	       /* no interrupts: the TLB row does not apply */
	enum told_source told; /* who tells of CPUs told instead */
	bool noisy;	       /* a second of steal, and one forced off its CPU */
	bool emulated;	       /* inside QEMU without KVM */
};

struct scene {
	struct scene_options o;
	struct machine machine;
	struct preset preset;
	struct snapshot snap;
	struct app app;
	struct series *series;
	struct hist_view worker_hist, victim_hist;
	uint64_t cpu_shootdowns[SCENE_MAX_CPUS];
	uint32_t cpu_row[SCENE_MAX_CPUS];
	int cpus[SCENE_MAX_WORKERS];
	struct availability ceiling, sensor_availability[5];
	struct session_sensor sensors[5];
	struct check checks[6];
	struct expectation expectation;
	struct flush_slots slots;
	struct refill_estimate refill;
	struct error error;
	struct rng rng;
};

static const char *const scene_methods[] = {"munmap", "dontneed", "free", NULL};

static const struct param_desc scene_madvise_params[] = {
	{.key = "pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .min = 1,
	 .max = 4096,
	 .def = "1",
	 .help = "pages given back by one operation"},
	{.key = "touch",
	 .kind = PARAM_BOOL,
	 .unit = "",
	 .def = "yes",
	 .help = "write to the pages before giving them back"},
};

static const struct param_desc scene_release_params[] = {
	{.key = "method",
	 .kind = PARAM_CHOICE,
	 .unit = "",
	 .choices = scene_methods,
	 .def = "munmap",
	 .help = "how memory is given back"},
	{.key = "pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .min = 1,
	 .max = 4096,
	 .def = "33",
	 .help = "pages given back by one operation"},
	{.key = "span_pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .min = 1,
	 .max = 65536,
	 .def = "33",
	 .help = "from the first to the last of them"},
	{.key = "working_set_pages",
	 .kind = PARAM_INT,
	 .unit = "pages",
	 .min = 1,
	 .max = 65536,
	 .def = "512",
	 .help = "pages that must be looked up again"},
};

static const struct workload_desc scene_madvise = {
	.name = "madvise",
	.title = "give pages back",
	.summary = "touches its pages, then gives them back with MADV_DONTNEED",
	.params = scene_madvise_params,
	.n_params = 2};
static const struct workload_desc scene_release = {
	.name = "release",
	.title = "ways to free memory",
	.summary = "frees touched memory by the chosen method",
	.params = scene_release_params,
	.n_params = 4};
static const struct extra_desc scene_lazyfree_extras[] = {
	{"held_bytes", "bytes", "freed and not reclaimed: data still there", true},
	{"avoided_flushes", "flushes", "against giving every range back", false},
};
static const struct workload_desc scene_lazyfree = {
	.name = "lazyfree",
	.title = "lazy free and reuse",
	.summary = "frees ranges without a system call and asks for them back",
	.extras = scene_lazyfree_extras,
	.n_extras = 2};
static const struct workload_desc *const scene_workloads[] = {
	&scene_madvise, &scene_release, &scene_lazyfree};
static const struct catalogue scene_catalogue = {
	.backend = "live", .workloads = scene_workloads, .n = 3};

static const char scene_no_pmu[] =
	"no hardware counters here (virtual machine without a PMU)";
static const char scene_locked[] =
	"locked down: the kernel refuses debugfs, even to root";

static double scene_noise(struct scene *s, double share)
{
	return 1 + share * (rng_unit(&s->rng) - 0.5);
}

static void scene_put(struct sample *x, enum channel c, double value)
{
	sample_put(x, c, floor(value), QUALITY_EXACT);
}

/* One interval: `threads` workers, each operation interrupting the others. */
static void scene_interval(struct scene *s, double t_s, int threads, struct sample *x)
{
	const double dt = 0.1;
	double ns =
		(threads == 1 ? 2420 : 9000 + 2950 * threads) * scene_noise(s, 0.06);
	double ops = threads * dt * 1e9 / ns;

	*x = (struct sample){.t_s = t_s, .elapsed_s = dt, .n_cpus = s->o.cpus};
	if (fabs(t_s - 21.3) < 0.06) /* one slow interval */
		ops /= 3;
	scene_put(x, CH_OPS, ops);
	sample_put(x, CH_WORKER_NS, threads * dt * 1e9, QUALITY_EXACT);
	if (s->o.extras) {
		extras_put(&x->extras, 0, 252 * 1024, true);
		extras_put(&x->extras, 1, x->value[CH_OPS], false);
	}
	if (s->o.victims > 0) {
		scene_put(x, CH_VICTIM_QUIET_LOOPS, 1e6);
		scene_put(x, CH_VICTIM_LOOPS, 1e6 / (1 + 0.5 * scene_noise(s, 0.1)));
		scene_put(x, CH_VICTIM_STALL_MAX_NS, 28000 * scene_noise(s, 0.8));
		scene_put(x, CH_VICTIM_STALL_P99_NS, 16600);
		scene_put(x, CH_VICTIM_STALL_P90_NS, 14000);
		scene_put(x, CH_VICTIM_STALL_P50_NS, 11100);
		scene_put(x, CH_VICTIM_STALL_MIN_NS, 2400);
	}
	if (s->o.absent)
		return;
	int receivers = threads + s->o.victims;

	for (int i = 0; i < s->o.cpus; i++)
		s->cpu_row[i] = 0;
	for (int i = 0; i < receivers; i++)
		s->cpu_row[s->cpus[i]] += (uint32_t)(ops * (receivers - 1) / receivers *
						     scene_noise(s, 0.04));
	double received = 0;

	for (int i = 0; i < s->o.cpus; i++) {
		received += s->cpu_row[i];
		s->cpu_shootdowns[i] += s->cpu_row[i];
	}
	if (!s->o.hypercall)
		scene_put(x, CH_SHOOTDOWNS, received);
	x->cpu_shootdowns = s->cpu_row;
	if (s->o.told) {
		enum quality q =
			s->o.told == TOLD_STALLS ? QUALITY_SCALED : QUALITY_EXACT;

		sample_put(x, CH_TOLD, received, q);
		sample_put(x, CH_TOLD_NS, dt * 1e9, QUALITY_EXACT);
		x->told_source = (uint8_t)s->o.told;
	}
	sample_put(x, CH_FLUSH_OPS, x->value[CH_OPS], QUALITY_EXACT);
	scene_put(x, CH_FLUSH_FULL, threads > 1 ? ops * 0.02 : 0);
	scene_put(x, CH_FLUSH_RANGED, ops * (threads > 1 ? 0.98 : 1));
	scene_put(x, CH_FLUSH_PAGES_1, x->value[CH_FLUSH_RANGED]);
	for (int i = CH_FLUSH_PAGES_2_8; i <= CH_FLUSH_PAGES_34_UP; i++)
		scene_put(x, (enum channel)i, 0);
	for (int i = CH_FLUSH_TASK_SWITCH; i <= CH_FLUSH_REMOTE_WRONG_CPU; i++)
		scene_put(x, (enum channel)i, 0);
	sample_put(x, CH_CPUS_NS, s->o.cpus * dt * 1e9, QUALITY_EXACT);
	sample_put(x, CH_STEAL_NS, s->o.cpus * dt * 1e9 * 0.021, QUALITY_EXACT);
	scene_put(x, CH_SHOOTDOWNS_BACKGROUND, 4);
	scene_put(x, CH_FLUSH_REMOTE_SHOOTDOWN, received);
	scene_put(x, CH_FLUSH_REMOTE_IPI_SEND, receivers > 1 ? ops : 0);
	scene_put(x, CH_FLUSH_LOCAL_MM_SHOOTDOWN, ops * (threads > 1 ? 0.4 : 1));
	sample_put(x, CH_REFILL_NS_PER_PAGE, 31, QUALITY_EXACT);
	if (s->o.walks) {
		scene_put(x, CH_CYCLES, threads * dt * 2.3e9);
		scene_put(x, CH_DTLB_LOAD_WALK_CYCLES,
			  threads * dt * 2.3e9 * (threads > 1 ? 0.12 : 0.03) *
				  scene_noise(s, 0.1));
	}
}

static void scene_hist(struct scene *s, struct hist_view *v, double middle_ns, int n)
{
	for (int i = 0; i < n; i++) {
		double g = 0;

		for (int k = 0; k < 6; k++)
			g += rng_unit(&s->rng);
		double ns = middle_ns * exp((g - 3) * 0.25);

		v->count[hist_bucket((uint64_t)(ns * 2))]++;
	}
	v->count[hist_bucket((uint64_t)(middle_ns * 58))]++;
	v->total = (uint64_t)n + 1;
}

static void scene_check(struct scene *s, enum check_state state, const char *name,
			const char *observed, const char *expected)
{
	struct check *k = &s->checks[s->snap.n_checks++];

	k->state = state;
	text_copy(k->name, sizeof(k->name), name);
	text_copy(k->observed, sizeof(k->observed), observed);
	text_copy(k->expected, sizeof(k->expected), expected);
}

static void scene_sensor(struct scene *s, const char *name, const char *summary,
			 const char *source, const char *reason)
{
	int i = s->snap.view.n_sensors++;
	struct availability *a = &s->sensor_availability[i];

	a->available = !*reason;
	text_copy(a->source, sizeof(a->source), source);
	text_copy(a->reason, sizeof(a->reason), reason);
	s->sensors[i] = (struct session_sensor){name, summary, a};
}

static void scene_sensors(struct scene *s)
{
	bool absent = s->o.absent;

	scene_sensor(s, "interrupts", "TLB shootdowns received, per CPU",
		     "TLB row of /proc/interrupts",
		     absent ? "no TLB row in /proc/interrupts here" : "");
	scene_sensor(s, "flush_trace", "flushes by kind and size",
		     "tlb:tlb_flush through perf_event_open",
		     absent ? "tracefs cannot be read: needs root" : "");
	scene_sensor(s, "pmu", "page walks and their cycles", "cpu/0x01001012/",
		     s->o.walks ? "" : scene_no_pmu);
	scene_sensor(s, "steal", "time taken by the hypervisor", "/proc/stat", "");
	s->ceiling.available = !absent;
	text_copy(s->ceiling.source, sizeof(s->ceiling.source),
		  "/sys/kernel/debug/x86/tlb_single_page_flush_ceiling");
	text_copy(s->ceiling.reason, sizeof(s->ceiling.reason),
		  absent ? scene_locked : "");
}

static void scene_checks(struct scene *s)
{
	if (s->o.emulated)
		scene_check(s, CHECK_WARN, "timings", "times are QEMU TCG's", "");
	scene_check(s, CHECK_OK, "pinned", "2 of 2 pinned, 0 migrations", "");
	if (s->o.absent)
		scene_check(s, CHECK_UNKNOWN, "shootdowns_per_op",
			    "shootdowns not countable", "0.90 to 1.00");
	else if (s->o.told)
		scene_check(s, CHECK_OK, "shootdowns_per_op",
			    s->o.told == TOLD_SENT ? "1.00 CPUs told per op, by sent"
						   : "1.00 CPUs told per op, by stalls",
			    "0.90 to 1.00");
	else
		scene_check(s, CHECK_OK, "shootdowns_per_op", "1.00 shootdowns per op",
			    "0.90 to 1.00");
	scene_check(s, CHECK_OK, "flushes", "full 0.02, ranged 0.98 per op",
		    "ranged 1.00, 1 page");
	scene_check(s, CHECK_WARN, "steal", "steal 2.1 %", "");
	scene_check(s, CHECK_OK, "ceiling", "ceiling 33, unchanged", "");
}

static void scene_preset(struct scene *s)
{
	static char *notes[] = {
		"Run it with one thread first: each operation touches a page and gives "
		"it back, and only this CPU's TLB has to forget it.",
		"Then add a second thread. Both share one address space, so each CPU may "
		"hold the other's translations, and must be interrupted."};
	struct preset *p = &s->preset;
	struct error error;
	int err = experiment_init(&p->experiment, &scene_catalogue,
				  s->o.extras ? "lazyfree" : "madvise", &error);

	assert(err == 0);
	text_copy(p->name, sizeof(p->name), "madvise-scaling");
	text_copy(p->title, sizeof(p->title),
		  "How a shootdown grows with the thread count");
	p->notes[0] = notes[0];
	p->notes[1] = notes[1];
	p->n_notes = 2;
	p->experiment.threads = s->o.threads;
	p->experiment.victims = s->o.victims;
	p->experiment.duration_s = 0;
}

static void scene_slots(struct scene *s)
{
	struct flush_slots *slots = &s->slots;

	for (int i = 0; i < s->o.threads && slots->n < FLUSH_SLOTS_MAX; i++)
		slots->slot[slots->n++] = (struct flush_slot){
			.index = i, .full = 134, .ranged = 6520, .received = 6640};
	for (int i = 0; i < s->o.victims && slots->n < FLUSH_SLOTS_MAX; i++)
		slots->slot[slots->n++] = (struct flush_slot){
			.victim = true, .index = i, .received = 6650};
	if (s->o.victims)
		slots->cpu[slots->n_cpus++] = (struct flush_cpu_slot){
			.cpu = s->o.threads, .full = 12, .ranged = 6660};
	slots->elapsed_s = 0.1;
	s->snap.view.flush_slots = slots;
}

static void scene_measure(struct scene *s)
{
	int steps = (int)lround(s->o.length_s * 10);
	struct marker m = {.t_s = 13.05, .what = "threads", .from = "1"};
	struct sample x;

	snprintf(m.to, sizeof(m.to), "%d", s->o.threads);
	for (int i = 1; i <= steps; i++) {
		double t_s = i * 0.1;

		if (i == 131) {
			series_mark(s->series, &m);
			memset(s->cpu_shootdowns, 0, sizeof(s->cpu_shootdowns));
			series_window(s->series, 1, 13, &s->app.before.window, NULL);
		}
		scene_interval(s, t_s, t_s < 13.05 ? 1 : s->o.threads, &x);
		if (s->o.noisy && t_s > 8 && t_s < 9)
			x.noise = 1 << NOISE_STEAL;
		if (s->o.noisy && i == 180)
			x.noise = 1 << NOISE_SWITCHES;
		series_add(s->series, &x);
	}
	s->snap.latest = series_at(s->series, series_count(s->series) - 1);
	series_window(s->series, s->o.length_s > 14 ? 13.1 : 0, 1e9, &s->snap.window,
		      NULL);
	if (s->o.length_s > 14) {
		s->app.before.set = true;
		s->app.before.experiment = s->preset.experiment;
		s->app.before.experiment.threads = 1;
		snprintf(s->app.changed, sizeof(s->app.changed), "threads 1 ▸ %d",
			 s->o.threads);
	}
	if (s->o.absent)
		return;
	scene_slots(s);
	s->refill =
		(struct refill_estimate){.n = 3,
					 .point = {{16, 4096, 34, 33, 36, 78, 2},
						   {512, 4096, 31, 30, 33, 71, 3},
						   {16, 2 << 20, 22, 21, 24, 51, 2}}};
	s->snap.view.refill = &s->refill;
	scene_hist(s, &s->worker_hist, 9000 + 2950 * s->o.threads, 20000);
	latency_summarise(&s->worker_hist, 0.5, NAN, &s->snap.worker_latency);
	if (s->o.victims == 0)
		return;
	scene_hist(s, &s->victim_hist, 11000, 8000);
	latency_summarise(&s->victim_hist, 0.5, NAN, &s->snap.victim_latency);
}

static struct scene *scene_new(struct scene_options o)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert(s);
	s->o = o;
	s->rng.state = 1;
	s->series = series_new(o.cpus);
	s->machine.topology.n_allowed = s->machine.topology.n_online = o.cpus;
	s->machine.topology.n_cpus = o.cpus;
	s->machine.topology.n_nodes = o.cpus > 64 ? 4 : 1;
	for (int i = 0; i < SCENE_MAX_WORKERS; i++)
		s->cpus[i] = i % o.cpus;
	if (o.emulated)
		text_copy(s->machine.cpu.hypervisor_name,
			  sizeof(s->machine.cpu.hypervisor_name), "QEMU TCG");
	scene_preset(s);
	app_init(&s->app, &scene_catalogue, &s->machine, &s->preset, "0.1.0");
	text_copy(s->app.utc, sizeof(s->app.utc), "2026-01-02T03:04:05Z");
	s->snap = (struct snapshot){
		.phase = o.empty ? SESSION_IDLE : SESSION_MEASURING,
		.now_s = o.empty ? 0 : o.length_s,
		.run_start_s = NAN,
		.machine = &s->machine,
		.catalogue = &scene_catalogue,
		.experiment = &s->preset.experiment,
		.series = s->series,
		.cpu_shootdowns = o.absent || o.empty ? NULL : s->cpu_shootdowns,
		.n_cpus = o.cpus,
		.worker_hist = &s->worker_hist,
		.victim_hist = &s->victim_hist,
		.view.ns_per_tick = o.absent ? 0 : 0.5,
		.time_one_in = o.absent ? 0 : 1,
		.view.n_workers = o.threads,
		.view.n_victims = o.victims,
		.view.cpus = s->cpus,
		.checks = s->checks,
		.expectation = &s->expectation,
		.mechanism = {.kind = MECHANISM_IPI, .row_applies = true},
		.view.ceiling_pages = o.absent ? -1 : 33,
		.view.ceiling_original = o.absent ? -1 : 33,
		.view.ceiling = &s->ceiling,
		.view.sensors = s->sensors,
		.error = &s->error,
	};
	scene_sensors(s);
	if (o.hypercall) {
		s->snap.mechanism.kind = MECHANISM_HYPERCALL;
		s->snap.mechanism.row_applies = false;
		text_copy(s->snap.mechanism.evidence,
			  sizeof(s->snap.mechanism.evidence),
			  "Hyper-V guest: it flushes by hypercall, so the IPI counter "
			  "does not apply here");
		s->snap.cpu_shootdowns = NULL;
	}
	if (!o.empty) {
		scene_checks(s);
		scene_measure(s);
	}
	return s;
}

enum scene_lesson {
	SCENE_NO_LESSON,
	SCENE_ASKED,
	SCENE_MEASURING,
	SCENE_TOLD,
	SCENE_COURSE,
};

/* A lesson of two steps: one thread, then the question of the second. */
static inline struct lesson_step *scene_steps(void)
{
	static char title[2][40] = {"One thread", "Two threads"};
	static char say[] =
		"A second thread does the same with a page of its own, on "
		"another CPU. The pages have nothing to do with each other. "
		"The address space is one.";
	static char ask[] = "How much longer does one madvise take with 2 threads?";
	static char answers[3][48] = {"about the same: the pages are separate",
				      "1.5 to 3 times as long",
				      "more than 3 times as long"};
	static char so[] = "Each call now interrupts the other CPU and waits for its "
			   "answer, and is interrupted itself.";
	static char threads[] = "2", what[] = "One madvise, against one thread";
	static struct lesson_step steps[2];

	steps[0] = (struct lesson_step){
		.title = title[0],
		.measure = {.given = true, .metric = METRIC_NS_PER_OP, .divide = 1},
		.watch = LESSON_WATCH_RUNTIME,
	};
	steps[1] = steps[0];
	steps[1].title = title[1];
	steps[1].say = say;
	steps[1].ask = ask;
	steps[1].sets[0] = (struct lesson_set){"threads", threads};
	steps[1].n_sets = 1;
	steps[1].measure.compare = LESSON_RATIO_TO;
	steps[1].measure.what = what;
	steps[1].n_answers = 3;
	for (int i = 0; i < 3; i++)
		steps[1].answers[i] = (struct lesson_answer){
			.text = answers[i], .below = i == 2 ? INFINITY : 1.5 * (i + 1)};
	steps[1].answers[2].so = so;
	return steps;
}

static inline void scene_course(struct scene *s)
{
	static const char *const titles[] = {
		"What a TLB is",
		"Free or reuse?",
		"What a shootdown costs",
		"Who pays",
		"Page by page or all at once",
		"Freeing without a flush",
		"A mutex, or epochs",
		"What hardware could do",
	};
	const int n = sizeof(titles) / sizeof(titles[0]);
	struct lesson *l = lesson_of(&s->app);

	l->index = true;
	for (l->n_course = 0; l->n_course < n; l->n_course++) {
		struct course_entry *e = &l->course[l->n_course];

		e->number = l->n_course + 1;
		e->done = l->n_course == 0;
		text_copy(e->title, sizeof(e->title), titles[l->n_course]);
	}
}

/* The scene's preset becomes a lesson, at its second step. */
static inline void scene_teach(struct scene *s, enum scene_lesson at)
{
	struct lesson_run *run = &lesson_of(&s->app)->run;

	s->preset.lesson = scene_steps();
	s->preset.n_lesson = 2;
	s->preset.course = 3;
	app_preset_opened(&s->app);
	assert(run->phase == LESSON_SETUP);
	lesson_run_started(run);
	lesson_run_fail(run, true, "");
	lesson_run_next(run);
	if (at == SCENE_COURSE)
		scene_course(s);
	if (at == SCENE_MEASURING || at == SCENE_TOLD) {
		lesson_run_answer(run, 1);
		lesson_run_started(run);
		run->part = 0.4;
	}
	if (at != SCENE_TOLD)
		return;
	run->phase = LESSON_TOLD;
	run->result[1] = (struct lesson_result){.outcome = LESSON_SHOWN,
						.estimate = 6.12,
						.ci95_low = 5.98,
						.ci95_high = 6.31,
						.n = 40,
						.predicted = 1,
						.answer = 2,
						.answer_low = 2,
						.answer_high = 2};
}

/* As d does, but of a machine with three settings and no software of its own. */
static inline void scene_diagnose(struct scene *s)
{
	static const struct fact settings[] = {{"numa_balancing", "1", "/proc/sys"},
					       {"thp_enabled", "madvise", "/sys"},
					       {"pti", "off", "/sys"}};
	const struct diagnosis_facts facts = {
		.machine = &s->machine,
		.sensors = s->sensors,
		.n_sensors = s->snap.view.n_sensors,
		.mechanism = &s->snap.mechanism,
		.ceiling = &s->ceiling,
		.ceiling_pages = s->snap.view.ceiling_pages,
		.elsewhere = true,
	};

	memcpy(s->machine.settings, settings, sizeof(settings));
	s->machine.n_settings = sizeof(settings) / sizeof(settings[0]);
	diagnosis_make(&facts, &s->app.diagnosis);
}

static inline void scene_free(struct scene *s)
{
	app_fini(&s->app);
	series_free(s->series);
	free(s);
}

static inline void scene_size(struct scene *s, int w, int h)
{
	struct layout l;

	layout_make(&l, w, h);
	s->app.layout = l.kind;
	s->app.screen_w = w;
	s->app.screen_h = h;
}

/* The screen of a scene as text, malloc'd. */
static inline char *scene_dump(struct scene *s, enum glyph_set set, int w, int h,
			       bool roles)
{
	struct canvas c;

	scene_size(s, w, h);
	canvas_init(&c, glyphs_get(set));
	assert(canvas_resize(&c, w, h) == 0);
	s->app.scroll_max = screen_draw(&c, &s->snap, &s->app);
	char *text = canvas_dump(&c, roles);

	canvas_fini(&c);
	return text;
}

static const struct scene_options scene_lesson = {
	.cpus = 2, .threads = 2, .length_s = 26};

#endif
