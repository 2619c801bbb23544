/* SPDX-License-Identifier: MIT */
/*
 * The live backend: a rig of real workers, sensors beside it, and the kernel's own
 * ceiling behind the guardian.
 */
#include "backends/live_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/clock.h"
#include "tlblab/knobs/guardian.h"
#include "tlblab/sensors/flush_slots.h"
#include "tlblab/sensors/flushers.h"
#include "tlblab/sensors/refill.h"
#include "tlblab/workloads/workload.h"

static int live_open(struct backend **out, const struct session_options *options,
		     struct error *error)
{
	struct backend *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return error_set(error, ERROR_MACHINE, ENOMEM, "the lab",
				 "out of memory", "close other programs");
	b->machine = options->machine;
	b->guardian = options->guardian;
	b->open_ns = clock_now_ns();
	if (guardian_ceiling_get(b->guardian, &b->ceiling_pages))
		b->ceiling_pages = -1;
	const struct sensor_env env = {
		.machine = options->machine,
		.perf = guardian_perf_opener(options->guardian),
		.root = "",
		.trace_flushes = options->trace_flushes,
	};
	err = sensor_set_open(&b->sensors, &env);
	if (err) {
		free(b);
		return error_set(error, ERROR_MACHINE, -err, "the sensors",
				 strerror(-err), "close other programs");
	}
	b->trace_flushes = options->trace_flushes;
	mechanism_read_facts(options->machine, &b->mechanism);
	for (int i = 0; i < b->sensors.n; i++)
		b->sensor_words[i] = (struct session_sensor){
			.name = b->sensors.ops[i]->name,
			.summary = b->sensors.ops[i]->summary,
			.availability = &b->sensors.availability[i],
		};
	*out = b;
	return 0;
}

static void live_close(struct backend *b)
{
	live_drop_rig(b);
	sensor_set_close(&b->sensors);
	free(b);
}

static double live_now_s(struct backend *b)
{
	return (double)(clock_now_ns() - b->open_ns) * 1e-9;
}

/* Between samples, so that a guardian that is stopped stops nothing else. */
static void live_watch(struct backend *b)
{
	if (guardian_ceiling_watch(b->guardian, &b->ceiling_pages))
		b->ceiling_pages = -1;
}

static enum backend_phase live_step(struct backend *b, double until_s,
				    struct error *error)
{
	(void)until_s; /* the wall's clock goes on by itself */
	live_watch(b);
	return live_carry_on(b, error);
}

static void live_expect(struct backend *b, struct backend_view *view)
{
	const struct workload_ops *workload = workload_find(b->experiment.workload);
	const struct expect_case c =
		backend_expect_case(&b->experiment, view, b->ceiling_pages);

	if (workload)
		workload->expect(&c, &view->expectation);
}

static void live_view_of_rig(struct backend *b, struct backend_view *out)
{
	const struct experiment *e = &b->experiment;

	out->shown.n_workers = e->threads;
	out->shown.n_victims = e->victims;
	out->shown.cpus = b->slots.cpus;
	out->shown.program_cpus = live_program_cpus(&b->program);
	out->pinned = b->pinned;
	out->worker_cpus = b->worker_cpus;
	out->mm_cpus = e->mode == RUN_THREADS ? b->all_cpus : 1;
	out->oversubscribed_cpus = backend_shared_cpus(b->slots.n, b->all_cpus);
	out->program = live_workload(e)->program;
	out->gives_way = b->gives_way;
	out->event_fd = rig_event_fd(b->rig);
	live_expect(b, out);
}

static void live_view(struct backend *b, struct backend_view *out)
{
	const struct availability *row =
		sensor_set_availability(&b->sensors, "interrupts");

	*out = (struct backend_view){
		.shown = {.ns_per_tick = b->machine->tsc_ns_per_tick,
			  .ceiling_original = guardian_ceiling_original(b->guardian),
			  .ceiling_pages = b->ceiling_pages,
			  .ceiling = guardian_ceiling_availability(b->guardian),
			  .sensors = b->sensor_words,
			  .n_sensors = b->sensors.n,
			  .refill = refill_of_set(&b->sensors, 0),
			  .flush_slots = flush_slots_of_set(&b->sensors),
			  .flushers = flushers_of_set(&b->sensors)},
		.outlived = b->outlived,
		.watch_note = b->watch_note,
		.emulator = machine_emulator(b->machine),
		.self_test = b->self_test.ceiling_pages ? &b->self_test : NULL,
		.mechanism = &b->mechanism,
		.mechanism_ipi = row && row->available,
		.mechanism_note = row ? row->reason : "",
		.speed = 1,
		.event_fd = -1,
		.moments = b->moments,
		.n_moments = b->n_moments,
	};
	if (b->rig)
		live_view_of_rig(b, out);
}

const struct workload_desc *live_workload(const struct experiment *e)
{
	return catalogue_find(workload_catalogue(), e->workload);
}

static int live_trigger(struct backend *b, struct error *error)
{
	const char *trigger = live_workload(&b->experiment)->trigger;

	if (!trigger)
		return error_setf(error, ERROR_INPUT, ENOTSUP, b->experiment.workload,
				  "open a preset of bystander",
				  "this workload has no manual trigger");
	rig_set_trigger(b->rig, ++b->triggers);
	return 0;
}

static void live_window(struct backend *b, bool begins)
{
	sensor_set_window(&b->sensors, !begins);
	if (begins && b->rig)
		rig_reset_max(b->rig);
}

static int live_change(struct backend *b, enum backend_change what, int64_t to,
		       struct error *error)
{
	switch (what) {
	case BACKEND_CEILING: return live_set_ceiling(b, to, error);
	case BACKEND_SETTLE: return sensor_set_settle(&b->sensors);
	case BACKEND_WINDOW: live_window(b, to); return 0;
	case BACKEND_TRIGGER: return live_trigger(b, error);
	}
	return 0;
}

static int live_run(struct backend *b, const struct experiment *e, struct error *error)
{
	if (e)
		return live_start(b, e, error);
	live_drop_rig(b);
	return 0;
}

const struct backend_ops backend_live = {
	.open = live_open,
	.close = live_close,
	.run = live_run,
	.change = live_change,
	.step = live_step,
	.now_s = live_now_s,
	.sample = live_sample,
	.worker = live_worker,
	.view = live_view,
};
