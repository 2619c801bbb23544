/* SPDX-License-Identifier: MIT */

/*
 * The simulated backend: a machine of virtual time (src/sim) behind the same table.
 *
 * Its clock stands still between steps, and a step never goes past the moment of the
 * next sample, so intervals end where they were asked to, however often or seldom
 * somebody looks. A step gives up after a few milliseconds of real time, whether the
 * moment was reached or not. With a speed, virtual time keeps to that many times the
 * wall clock as long as the computer can follow.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/sim_sample.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/cpumask.h"
#include "tlblab/base/text.h"
#include "tlblab/machine/placement.h"

enum {
	STEP_NS = 8000000,   /* of real time in one step */
	STEP_EVENTS = 20000, /* between two looks at the real clock */
};

struct backend {
	const struct session_costs *costs; /* NULL: no machine was measured */
	struct experiment experiment;
	struct sim *sim;
	enum backend_phase phase;
	double base_s;	   /* this clock when the simulation stood at zero */
	uint64_t until_ps; /* the next sample's moment, in the simulation's time */
	double speed;	   /* 0: as fast as it can */
	uint64_t pace_ns;  /* wall clock and virtual time when it began to run */
	uint64_t pace_ps;
	int *cpus;
	int pinned, worker_cpus, all_cpus;
	int64_t ceiling_pages; /* of the last machine; -1 before */
	struct sim_samples samples;
	struct availability simulated;
	struct session_sensor sensor;
};

static int sim_backend_open(struct backend **out, const struct session_options *options,
			    struct error *error)
{
	struct backend *b = calloc(1, sizeof(*b));

	if (!b)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the simulator",
				 "out of memory", "close other programs");
	b->costs = options->costs;
	b->ceiling_pages = -1;
	b->simulated = (struct availability){.available = true, .source = "simulated"};
	b->sensor = (struct session_sensor){
		.name = "simulator",
		.summary = "every count, as the simulated machine knows it",
		.availability = &b->simulated,
	};
	*out = b;
	return 0;
}

static double sim_backend_now_s(struct backend *b)
{
	return b->base_s + (b->sim ? (double)sim_now_ps(b->sim) * 1e-12 : 0);
}

static void sim_backend_stop(struct backend *b)
{
	b->base_s = sim_backend_now_s(b);
	sim_free(b->sim);
	b->sim = NULL;
	sim_samples_fini(&b->samples);
	free(b->cpus);
	b->cpus = NULL;
	b->phase = BACKEND_IDLE;
}

static void sim_backend_close(struct backend *b)
{
	sim_backend_stop(b);
	free(b);
}

/* The simulated machine as placements want to see one. */
static int sim_topology(const struct sim_machine *m, struct topology *t)
{
	*t = (struct topology){
		.n_cpus = m->cpus,
		.max_cpu_id = m->cpus - 1,
		.n_online = m->cpus,
		.n_allowed = m->cpus,
		.n_packages = m->packages,
		.n_nodes = m->nodes,
		.n_cores = m->cpus / m->smt,
		.cpus = calloc((size_t)m->cpus, sizeof(*t->cpus)),
	};
	if (!t->cpus)
		return -ENOMEM;
	for (int i = 0; i < m->cpus; i++) {
		struct cpu *c = &t->cpus[i];

		*c = (struct cpu){
			.id = i, .online = true, .allowed = true, .smt = i % m->smt};
		sim_machine_slot(m, i, &c->package, &c->node, &c->core);
		c->die = c->cluster = c->package;
		cpumask_set(&t->allowed, i);
	}
	return 0;
}

static int sim_place(const struct experiment *e, int **cpus, struct error *error)
{
	struct sim_machine m;
	struct topology t;
	int err = sim_machine_of(e, &m, error);

	if (err)
		return err;
	*cpus = calloc((size_t)(e->threads + e->victims), sizeof(**cpus));
	if (!*cpus || sim_topology(&m, &t)) {
		free(*cpus);
		*cpus = NULL;
		return error_set(error, ERROR_MACHINE, ENOMEM, "threads",
				 "out of memory", "ask for fewer");
	}
	err = placement_resolve(e->placement, &t, e->threads, e->victims, *cpus, NULL,
				error);
	free(t.cpus);
	return err;
}

static int sim_distinct(const int *cpus, int n)
{
	struct cpumask mask;

	cpumask_clear(&mask);
	for (int i = 0; i < n; i++)
		cpumask_set(&mask, cpus[i]);
	return cpumask_count(&mask);
}

/* The costs an experiment asks for; NULL in *out: the published ones. */
static int sim_choose_costs(const struct backend *b, const struct experiment *e,
			    const struct sim_costs **out, struct error *error)
{
	*out = NULL;
	if (!sim_costs_of_machine(e))
		return 0;
	if (b->costs && b->costs->known) {
		*out = &b->costs->costs;
		return 0;
	}
	return error_set(error, ERROR_INPUT, ENOENT, "costs",
			 b->costs ? b->costs->reason : "no machine was measured",
			 "measure this one with `tlblab run calibrate`, or choose "
			 "published");
}

/* Goes into every result with the name of the sensor. */
static void sim_say_costs(struct backend *b, const struct sim_costs *costs)
{
	char *source = b->simulated.source;

	source[0] = '\0';
	text_append(source, sizeof(b->simulated.source), "simulated, with %s",
		    costs ? b->costs->source : "published costs");
}

static int sim_start(struct backend *b, const struct experiment *e, struct error *error)
{
	struct sim_samples samples = {.n_cpus = 0};
	struct sim_options o = {.experiment = e};
	struct sim *sim = NULL;
	int *cpus = NULL;
	int n = e->threads + e->victims;
	int err = sim_place(e, &cpus, error);

	o.cpus = cpus;
	if (!err)
		err = sim_choose_costs(b, e, &o.costs, error);
	if (!err)
		err = sim_new(&sim, &o, error);
	if (!err && sim_samples_init(&samples, sim, e))
		err = error_set(error, ERROR_MACHINE, ENOMEM, "the simulator",
				"out of memory", "ask for fewer CPUs");
	if (err) {
		sim_free(sim);
		free(cpus);
		return err;
	}
	sim_backend_stop(b);
	sim_say_costs(b, o.costs);
	b->experiment = *e;
	b->ceiling_pages = sim_ceiling(sim);
	b->cpus = cpus;
	b->sim = sim;
	b->samples = samples;
	b->pinned = 0;
	for (int i = 0; i < n; i++)
		b->pinned += cpus[i] >= 0;
	b->worker_cpus = sim_distinct(cpus, e->threads);
	b->all_cpus = sim_distinct(cpus, n);
	sim_open_gate(sim);
	/* The quiet time before the gate is nobody's. */
	b->base_s -= (double)sim_now_ps(sim) * 1e-12;
	sim_samples_begin(&b->samples, sim);
	b->until_ps = sim_now_ps(sim);
	b->speed = experiment_param(e, sim_catalogue(), "speed")->real;
	b->pace_ns = clock_now_ns();
	b->pace_ps = sim_now_ps(sim);
	b->phase = BACKEND_RUNNING;
	return 0;
}

static int sim_backend_run(struct backend *b, const struct experiment *e,
			   struct error *error)
{
	if (e)
		return sim_start(b, e, error);
	sim_backend_stop(b);
	return 0;
}

static int sim_backend_change(struct backend *b, enum backend_change what, int64_t to,
			      struct error *error)
{
	if (what == BACKEND_TRIGGER)
		return error_set(error, ERROR_INPUT, ENOTSUP, b->experiment.workload,
				 "this workload has no manual trigger",
				 "use the live backend");
	if (!b->sim)
		return 0;
	if (what == BACKEND_WINDOW && to)
		sim_reset_max(b->sim);
	if (what == BACKEND_CEILING) {
		sim_set_ceiling(b->sim, to);
		b->ceiling_pages = sim_ceiling(b->sim);
	}
	return 0;
}

static void sim_until(struct backend *b, double t_s)
{
	/* To the nanosecond: what sums of intervals lose in a double is less. */
	if (b->sim && t_s > b->base_s)
		b->until_ps = (uint64_t)llround((t_s - b->base_s) * 1e9) * 1000;
}

/* How far virtual time may go now. */
static uint64_t sim_limit_ps(const struct backend *b)
{
	double ahead_ps;

	if (b->speed <= 0)
		return b->until_ps;
	ahead_ps = (double)(clock_now_ns() - b->pace_ns) * 1e3 * b->speed;
	if (ahead_ps >= (double)(b->until_ps - b->pace_ps))
		return b->until_ps;
	return b->pace_ps + (uint64_t)ahead_ps;
}

static enum backend_phase sim_backend_step(struct backend *b, double until_s,
					   struct error *error)
{
	uint64_t begun_ns = clock_now_ns();

	sim_until(b, until_s);
	if (b->phase != BACKEND_RUNNING)
		return b->phase;
	uint64_t limit_ps = sim_limit_ps(b);

	while (sim_now_ps(b->sim) < limit_ps &&
	       !sim_run(b->sim, limit_ps, STEP_EVENTS) &&
	       clock_now_ns() - begun_ns < STEP_NS)
		;
	if (sim_failure(b->sim)) {
		error_set(error, ERROR_CHECK, EFAULT, "the simulated machine",
			  sim_failure(b->sim), "the same seed shows it again");
		b->phase = BACKEND_FAILED;
	} else if (sim_done(b->sim)) {
		b->phase = BACKEND_DONE;
	}
	return b->phase;
}

static void sim_backend_sample(struct backend *b, struct sample *out)
{
	sim_samples_take(&b->samples, b->sim, out);
	out->t_s = sim_backend_now_s(b);
}

static void sim_backend_worker(struct backend *b, int i, struct rig_reading *out)
{
	struct sim_slot slot;

	sim_slot(b->sim, i, &slot);
	*out = (struct rig_reading){
		.cpu = b->cpus[i],
		.node = slot.node,
		.ops = slot.ops,
		.elapsed_s = (double)slot.busy_ps * 1e-12,
		.done_s = (double)slot.busy_ps * 1e-12,
		.quiet_per_s = slot.quiet_per_s,
		.stalls = slot.stalls,
		.stall_ticks = slot.stall_ps / SIM_PS_PER_NS,
		.max_ticks = slot.max_ns,
		.time_one_in = 1,
		.hist = slot.hist,
	};
}

static void sim_expectation(const struct backend *b, struct backend_view *view)
{
	const struct expect_case c =
		backend_expect_case(&b->experiment, view, b->ceiling_pages);

	sim_expect(&c, &view->expectation);
}

static void sim_backend_view(struct backend *b, struct backend_view *out)
{
	const struct experiment *e = &b->experiment;

	*out = (struct backend_view){
		.shown = {.ns_per_tick = 1,
			  .ceiling_pages = b->ceiling_pages,
			  .ceiling_original = 33,
			  .ceiling = &b->simulated,
			  .sensors = &b->sensor,
			  .n_sensors = 1},
		.mechanism_ipi = true,
		.mechanism_note = "",
		.speed = b->speed,
		.seeded = true,
		.event_fd = -1,
	};
	if (!b->sim)
		return;
	out->n_cpus = sim_n_cpus(b->sim);
	out->shown.n_workers = e->threads;
	out->shown.n_victims = e->victims;
	out->shown.cpus = b->cpus;
	out->pinned = b->pinned;
	out->worker_cpus = b->worker_cpus;
	out->mm_cpus = e->mode == RUN_THREADS ? b->all_cpus : 1;
	out->oversubscribed_cpus =
		backend_shared_cpus(e->threads + e->victims, b->all_cpus);
	sim_expectation(b, out);
}

const struct backend_ops backend_sim = {
	.open = sim_backend_open,
	.close = sim_backend_close,
	.run = sim_backend_run,
	.change = sim_backend_change,
	.step = sim_backend_step,
	.now_s = sim_backend_now_s,
	.sample = sim_backend_sample,
	.worker = sim_backend_worker,
	.view = sim_backend_view,
};
