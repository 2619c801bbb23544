/* SPDX-License-Identifier: MIT */

/*
 * The live backend: a rig of real workers, sensors beside it, and the kernel's own
 * ceiling behind the guardian.
 *
 * Starting is a small machine stepped without blocking: the old rig is stopped, the
 * new one placed and spawned; when its workers stand at the gate the sensors attach
 * to their thread ids, the gate opens, and the first interval begins. Samples read
 * shared memory and the sensors; the elapsed time is measured around them.
 */
#include "backends/backend.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "backends/live_background.h"
#include "tlblab/base/clock.h"
#include "tlblab/base/text.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/machine/placement.h"
#include "tlblab/rig/rig.h"
#include "tlblab/sensors/sensor.h"
#include "tlblab/workloads/workload.h"

enum {
	LIVE_QUIET_MS = 100,
	LIVE_CEILING_EVERY_MS = 1000, /* reading it back asks the guardian */
};

/* What was read of one worker or victim at the end of the last interval. */
struct live_seen {
	uint64_t ops, stalls, stall_ticks, moments;
};

/* Who sits where: workers, then victims. */
struct live_seats {
	int n;
	int *cpus;
	pid_t *tids;
	struct live_seen *seen;
};

struct backend {
	const struct machine *machine;
	struct guardian *guardian;
	struct sensor_set sensors;
	struct live_background background;
	struct session_sensor sensor_words[SENSORS_MAX];
	struct experiment experiment;
	struct rig *rig;
	enum backend_phase phase;
	uint64_t open_ns; /* zero of now_s */
	uint64_t last_ns; /* end of the last interval */
	struct live_seats seats;
	int pinned, worker_cpus, all_cpus;
	uint32_t pokes;	       /* so far, on the workers' dial */
	int64_t ceiling_pages; /* as last read back; -1 unknown */
	uint64_t ceiling_read_ns;
	struct mechanism_facts mechanism;
};

static int live_open(struct backend **out, const struct session_options *options,
		     struct fault *fault)
{
	struct backend *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return fault_set(fault, FAULT_MACHINE, ENOMEM, "the lab",
				 "out of memory", "close other programs");
	b->machine = options->machine;
	b->guardian = options->guardian;
	b->open_ns = clock_now_ns();
	const struct sensor_env env = {
		.machine = options->machine,
		.perf = guardian_perf_opener(options->guardian),
		.root = "",
		.trace_flushes = options->trace_flushes,
	};
	err = sensor_set_open(&b->sensors, &env);
	if (err) {
		free(b);
		return fault_set(fault, FAULT_MACHINE, -err, "the sensors",
				 strerror(-err), "close other programs");
	}
	mechanism_read_facts(options->machine, &b->mechanism);
	b->mechanism.row =
		sensor_set_availability(&b->sensors, "interrupts")->available;
	for (int i = 0; i < b->sensors.n; i++)
		b->sensor_words[i] = (struct session_sensor){
			.name = b->sensors.ops[i]->name,
			.summary = b->sensors.ops[i]->summary,
			.availability = &b->sensors.availability[i],
		};
	*out = b;
	return 0;
}

static void live_free_seats(struct live_seats *seats)
{
	free(seats->cpus);
	free(seats->tids);
	free(seats->seen);
	memset(seats, 0, sizeof(*seats));
}

static void live_drop_rig(struct backend *b)
{
	rig_stop(b->rig);
	b->rig = NULL;
	live_free_seats(&b->seats);
	b->phase = BACKEND_IDLE;
}

static void live_close(struct backend *b)
{
	live_drop_rig(b);
	sensor_set_close(&b->sensors);
	free(b);
}

static int live_set_ceiling(struct backend *b, int64_t pages, struct fault *fault)
{
	int64_t original = guardian_ceiling_original(b->guardian);
	int64_t now;

	if (pages == EXPERIMENT_CEILING_KEEP) {
		if (original < 0 || guardian_ceiling_get(b->guardian, &now) ||
		    now == original)
			return 0;
		pages = original;
	}
	b->ceiling_read_ns = 0;
	return guardian_ceiling_set(b->guardian, pages, fault);
}

/* Room for the workers and victims of e, and the CPUs they are to run on. */
static int live_place(struct backend *b, const struct experiment *e,
		      struct live_seats *o, struct fault *fault)
{
	size_t n = (size_t)(e->threads + e->victims);

	o->n = e->threads + e->victims;
	o->cpus = calloc(n, sizeof(*o->cpus));
	o->tids = calloc(n, sizeof(*o->tids));
	o->seen = calloc(n, sizeof(*o->seen));
	if (!o->cpus || !o->tids || !o->seen)
		return fault_set(fault, FAULT_MACHINE, ENOMEM, "threads",
				 "out of memory", "ask for fewer");
	return placement_resolve(e->placement, &b->machine->topology, e->threads,
				 e->victims, o->cpus, NULL, fault);
}

static int live_check_workload(const struct experiment *e, struct fault *fault)
{
	const struct workload_ops *workload = workload_find(e->workload);
	char why[160] = "";

	if (!workload)
		return fault_set(fault, FAULT_INPUT, EINVAL, e->workload,
				 "no such workload", "see tlblab list workloads");
	if (workload->available && workload->available(why, sizeof(why)))
		return fault_set(fault, FAULT_MACHINE, EOPNOTSUPP, e->workload, why,
				 "choose another workload");
	return workload->check ? workload->check(e, e->params, fault) : 0;
}

/* What was asked for is held against the machine first, so that a mistake leaves the
 * present run as it is. */
static int live_start(struct backend *b, const struct experiment *e,
		      struct fault *fault)
{
	struct live_seats seats = {.n = 0};
	int err = live_check_workload(e, fault);

	if (!err)
		err = live_place(b, e, &seats, fault);
	if (!err)
		err = live_set_ceiling(b, e->ceiling_pages, fault);
	if (err) {
		live_free_seats(&seats);
		return err;
	}
	live_drop_rig(b);
	b->seats = seats;
	b->experiment = *e;
	const struct rig_config config = {
		.experiment = &b->experiment,
		.cpus = b->seats.cpus,
		.tsc_ns_per_tick = b->machine->tsc_ns_per_tick,
		.quiet_ms = e->victims ? LIVE_QUIET_MS : 0,
	};
	err = rig_start(&b->rig, &config, fault);
	if (err) {
		live_drop_rig(b);
		return err;
	}
	live_background_forget(&b->background);
	b->phase = BACKEND_STARTING;
	return 0;
}

static bool live_is_pinned(pid_t tid, int cpu)
{
	cpu_set_t *set = CPU_ALLOC(CPUMASK_MAX_CPUS);
	size_t bytes = CPU_ALLOC_SIZE(CPUMASK_MAX_CPUS);
	bool pinned = false;

	if (!set)
		return false;
	if (cpu >= 0 && sched_getaffinity(tid, bytes, set) == 0)
		pinned = CPU_COUNT_S(bytes, set) == 1 &&
			 CPU_ISSET_S((size_t)cpu, bytes, set);
	CPU_FREE(set);
	return pinned;
}

static int live_distinct(const int *cpus, int n)
{
	struct cpumask mask;

	cpumask_clear(&mask);
	for (int i = 0; i < n; i++)
		cpumask_set(&mask, cpus[i]);
	return cpumask_count(&mask);
}

/* The workers stand at the gate: attach what watches them, then let them go. */
static void live_open_gate(struct backend *b)
{
	const struct experiment *e = &b->experiment;
	struct rig_worker_reading w;
	struct rig_victim_reading v;

	b->pinned = 0;
	for (int i = 0; i < b->seats.n; i++) {
		if (i < e->threads) {
			rig_read_worker(b->rig, i, &w);
			b->seats.tids[i] = w.tid;
		} else {
			rig_read_victim(b->rig, i - e->threads, &v);
			b->seats.tids[i] = v.tid;
			b->seats.seen[i] =
				(struct live_seen){.ops = v.loops,
						   .stalls = v.stalls,
						   .stall_ticks = v.stall_ticks};
		}
		b->pinned += live_is_pinned(b->seats.tids[i], b->seats.cpus[i]);
	}
	b->worker_cpus = live_distinct(b->seats.cpus, e->threads);
	b->all_cpus = live_distinct(b->seats.cpus, b->seats.n);
	const struct sensor_target target = {
		.rig_pid = rig_pid(b->rig),
		.n_workers = e->threads,
		.n_victims = e->victims,
		.tids = b->seats.tids,
		.cpus = b->seats.cpus,
		.separate_spaces = e->mode == RUN_PROCESSES,
	};
	sensor_set_attach(&b->sensors, &target);
	rig_reset_max(b->rig);
	rig_open_gate(b->rig);
	b->last_ns = clock_now_ns();
	b->phase = BACKEND_RUNNING;
}

static enum backend_phase live_step(struct backend *b, struct fault *fault)
{
	if (!b->rig)
		return b->phase;
	switch (rig_poll(b->rig, fault)) {
	case RIG_STARTING: b->phase = BACKEND_STARTING; break;
	case RIG_QUIET:
		b->phase = BACKEND_STARTING;
		live_background_watch(&b->background, &b->sensors, clock_now_ns());
		break;
	case RIG_READY:
		if (b->phase == BACKEND_STARTING &&
		    live_background_watch(&b->background, &b->sensors, clock_now_ns()))
			live_open_gate(b);
		break;
	case RIG_RUNNING: b->phase = BACKEND_RUNNING; break;
	case RIG_DONE: b->phase = BACKEND_DONE; break;
	case RIG_DEAD: b->phase = BACKEND_FAILED; break;
	}
	return b->phase;
}

static double live_now_s(struct backend *b)
{
	return (double)(clock_now_ns() - b->open_ns) * 1e-9;
}

/* Operations and running time of the workers in the interval that ends at now_ns. */
static void live_sample_workers(struct backend *b, struct sample *out, uint64_t now_ns)
{
	uint64_t ops = 0, least = UINT64_MAX, most = 0;
	double worker_ns = 0;

	for (int i = 0; i < b->experiment.threads; i++) {
		struct rig_worker_reading w;

		rig_read_worker(b->rig, i, &w);
		uint64_t done = w.ops - b->seats.seen[i].ops;
		uint64_t from = w.start_ns > b->last_ns ? w.start_ns : b->last_ns;
		uint64_t to = w.end_ns && w.end_ns < now_ns ? w.end_ns : now_ns;

		b->seats.seen[i].ops = w.ops;
		ops += done;
		least = done < least ? done : least;
		most = done > most ? done : most;
		if (w.start_ns && to > from)
			worker_ns += (double)(to - from);
	}
	sample_put(out, CH_OPS, (double)ops, QUALITY_EXACT);
	sample_put(out, CH_OPS_MIN, (double)least, QUALITY_EXACT);
	sample_put(out, CH_OPS_MAX, (double)most, QUALITY_EXACT);
	sample_put(out, CH_WORKER_NS, worker_ns, QUALITY_EXACT);
}

static const struct workload_desc *live_workload(const struct experiment *e)
{
	return catalogue_find(workload_catalogue(), e->workload);
}

static void live_sample_victims(struct backend *b, struct sample *out)
{
	const struct experiment *e = &b->experiment;
	double loops = 0, quiet_per_s = 0, stalls = 0, lost_ticks = 0;
	bool watch = !live_workload(e)->victims_work;
	bool all_quiet = true;

	if (!e->victims)
		return;
	for (int i = 0; i < e->victims; i++) {
		struct live_seen *seen = &b->seats.seen[e->threads + i];
		struct rig_victim_reading v;

		rig_read_victim(b->rig, i, &v);
		loops += (double)(v.loops - seen->ops);
		stalls += (double)(v.stalls - seen->stalls);
		lost_ticks += (double)(v.stall_ticks - seen->stall_ticks);
		quiet_per_s += v.quiet_loops_per_s;
		all_quiet = all_quiet && v.quiet_loops_per_s > 0;
		*seen = (struct live_seen){.ops = v.loops,
					   .stalls = v.stalls,
					   .stall_ticks = v.stall_ticks};
	}
	sample_put(out, CH_VICTIM_LOOPS, loops, QUALITY_EXACT);
	sample_put(out, CH_VICTIM_NS, out->elapsed_s * 1e9 * e->victims, QUALITY_EXACT);
	if (watch)
		sample_put(out, CH_VICTIM_STALLS, stalls, QUALITY_EXACT);
	if (watch && b->machine->tsc_ns_per_tick > 0)
		sample_put(out, CH_VICTIM_LOST_NS,
			   lost_ticks * b->machine->tsc_ns_per_tick, QUALITY_EXACT);
	if (all_quiet)
		sample_put(out, CH_VICTIM_QUIET_LOOPS, quiet_per_s * out->elapsed_s,
			   QUALITY_EXACT);
}

static void live_sample(struct backend *b, struct sample *out)
{
	uint64_t now_ns = clock_now_ns();

	memset(out, 0, sizeof(*out));
	out->t_s = (double)(now_ns - b->open_ns) * 1e-9;
	out->elapsed_s = (double)(now_ns - b->last_ns) * 1e-9;
	live_sample_workers(b, out, now_ns);
	live_sample_victims(b, out);
	sensor_set_read(&b->sensors, out);
	live_background_put(&b->background, out);
	b->last_ns = now_ns;
}

static void live_worker(struct backend *b, int i, struct backend_worker *out)
{
	int threads = b->experiment.threads;
	uint64_t now_ns = clock_now_ns();

	memset(out, 0, sizeof(*out));
	if (i < threads) {
		struct rig_worker_reading w;

		rig_read_worker(b->rig, i, &w);
		out->tid = w.tid;
		out->cpu = w.cpu;
		out->ops = w.ops;
		if (w.start_ns)
			out->elapsed_s =
				(double)((w.end_ns ? w.end_ns : now_ns) - w.start_ns) *
				1e-9;
		out->max_ticks = w.max_ticks;
		out->time_one_in = w.time_one_in;
		out->hist = rig_worker_hist(b->rig, i);
	} else {
		struct rig_victim_reading v;

		rig_read_victim(b->rig, i - threads, &v);
		out->tid = v.tid;
		out->cpu = v.cpu;
		out->ops = v.loops;
		out->quiet_per_s = v.quiet_loops_per_s;
		out->stalls = v.stalls;
		out->stall_ticks = v.stall_ticks;
		out->max_ticks = v.max_ticks;
		out->time_one_in = 1;
		out->hist = rig_victim_hist(b->rig, i - threads);
	}
	const struct cpu *cpu = topology_cpu(&b->machine->topology, out->cpu);

	out->node = cpu ? cpu->node : -1;
}

static void live_reset_max(struct backend *b)
{
	if (b->rig)
		rig_reset_max(b->rig);
}

static int64_t live_ceiling(struct backend *b)
{
	uint64_t now_ns = clock_now_ns();

	if (!b->ceiling_read_ns ||
	    now_ns - b->ceiling_read_ns > LIVE_CEILING_EVERY_MS * 1000000ull) {
		if (guardian_ceiling_get(b->guardian, &b->ceiling_pages))
			b->ceiling_pages = -1;
		b->ceiling_read_ns = now_ns;
	}
	return b->ceiling_pages;
}

static void live_view(struct backend *b, struct backend_view *out)
{
	const struct experiment *e = &b->experiment;

	memset(out, 0, sizeof(*out));
	if (b->rig) {
		out->n_workers = e->threads;
		out->n_victims = e->victims;
		out->cpus = b->seats.cpus;
		out->pinned = b->pinned;
		out->worker_cpus = b->worker_cpus;
		out->mm_cpus = e->mode == RUN_THREADS ? b->all_cpus : 1;
		out->oversubscribed_cpus = b->all_cpus && b->seats.n > b->all_cpus
						   ? b->seats.n - b->all_cpus
						   : 0;
	}
	out->ns_per_tick = b->machine->tsc_ns_per_tick;
	out->ceiling_original = guardian_ceiling_original(b->guardian);
	out->ceiling_pages = live_ceiling(b);
	out->ceiling = guardian_ceiling_availability(b->guardian);
	out->sensors = b->sensor_words;
	out->n_sensors = b->sensors.n;
	const struct availability *row =
		sensor_set_availability(&b->sensors, "interrupts");

	out->mechanism = &b->mechanism;
	out->mechanism_ipi = row && row->available;
	out->mechanism_note = row ? row->reason : "";
}

static void live_expect(struct backend *b, const struct experiment *e,
			struct expectation *out)
{
	const struct workload_ops *workload = workload_find(e->workload);
	struct backend_view view;

	memset(out, 0, sizeof(*out));
	if (!workload)
		return;
	live_view(b, &view);
	const struct expect_case c = {
		.experiment = e,
		.params = e->params,
		.workers = e->threads,
		.victims = e->victims,
		.worker_cpus = view.worker_cpus,
		.mm_cpus = view.mm_cpus,
		.ceiling_pages = view.ceiling_pages,
	};
	workload->expect(&c, out);
}

static int live_event_fd(struct backend *b)
{
	return b->rig ? rig_event_fd(b->rig) : -1;
}

static int live_poke(struct backend *b, struct fault *fault)
{
	const char *poke = live_workload(&b->experiment)->poke;

	if (!poke)
		return fault_setf(fault, FAULT_INPUT, ENOTSUP, b->experiment.workload,
				  "open a preset of bystander",
				  "it has nothing to do at the press of a key");
	rig_turn_dial(b->rig, ++b->pokes);
	return 0;
}

static bool live_moment(struct backend *b, struct backend_moment *out)
{
	struct rig_moment m;

	if (!b->rig)
		return false;
	out->what = live_workload(&b->experiment)->poke;
	for (int i = 0; out->what && i < b->experiment.threads; i++) {
		if (!rig_next_moment(b->rig, i, &b->seats.seen[i].moments, &m))
			continue;
		out->begin_s = (double)(m.begin_ns - b->open_ns) * 1e-9;
		out->end_s = (double)(m.end_ns - b->open_ns) * 1e-9;
		return true;
	}
	return false;
}

const struct backend_ops backend_live = {
	.name = "live",
	.catalogue = workload_catalogue,
	.open = live_open,
	.close = live_close,
	.start = live_start,
	.stop = live_drop_rig,
	.set_ceiling = live_set_ceiling,
	.step = live_step,
	.now_s = live_now_s,
	.sample = live_sample,
	.worker = live_worker,
	.reset_max = live_reset_max,
	.view = live_view,
	.expect = live_expect,
	.event_fd = live_event_fd,
	.poke = live_poke,
	.moment = live_moment,
};
