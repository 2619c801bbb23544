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

static void live_window(struct backend *b, bool ends)
{
	sensor_set_window(&b->sensors, ends);
}

static void live_reset_max(struct backend *b)
{
	if (b->rig)
		rig_reset_max(b->rig);
}

/* Between samples, so that a guardian that is stopped stops nothing else. */
static void live_watch(struct backend *b)
{
	if (guardian_ceiling_watch(b->guardian, &b->ceiling_pages))
		b->ceiling_pages = -1;
}

static void live_view(struct backend *b, struct backend_view *out)
{
	const struct experiment *e = &b->experiment;

	memset(out, 0, sizeof(*out));
	if (b->rig) {
		out->n_workers = e->threads;
		out->n_victims = e->victims;
		out->cpus = b->slots.cpus;
		out->pinned = b->pinned;
		out->worker_cpus = b->worker_cpus;
		out->mm_cpus = e->mode == RUN_THREADS ? b->all_cpus : 1;
		out->oversubscribed_cpus = backend_shared_cpus(b->slots.n, b->all_cpus);
		out->program = live_workload(e)->program;
		out->gives_way = b->gives_way;
		out->program_cpus = live_program_cpus(&b->program);
	}
	out->outlived = b->outlived;
	out->watch_note = b->watch_note;
	out->emulator = machine_emulator(b->machine);
	out->ns_per_tick = b->machine->tsc_ns_per_tick;
	out->ceiling_original = guardian_ceiling_original(b->guardian);
	out->ceiling_pages = b->ceiling_pages;
	out->ceiling = guardian_ceiling_availability(b->guardian);
	out->sensors = b->sensor_words;
	out->n_sensors = b->sensors.n;
	out->refill = refill_of_set(&b->sensors, 0);
	out->flush_slots = flush_slots_of_set(&b->sensors);
	const struct availability *row =
		sensor_set_availability(&b->sensors, "interrupts");

	out->self_test = b->self_test.ceiling_pages ? &b->self_test : NULL;
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
				  "it has nothing to do at the press of a key");
	rig_set_trigger(b->rig, ++b->triggers);
	return 0;
}

const struct backend_ops backend_live = {
	.name = "live",
	.catalogue = workload_catalogue,
	.open = live_open,
	.close = live_close,
	.start = live_start,
	.stop = live_drop_rig,
	.set_ceiling = live_set_ceiling,
	.watch = live_watch,
	.step = live_step,
	.now_s = live_now_s,
	.window = live_window,
	.sample = live_sample,
	.worker = live_worker,
	.reset_max = live_reset_max,
	.view = live_view,
	.expect = live_expect,
	.event_fd = live_event_fd,
	.trigger = live_trigger,
	.moment = live_moment,
};
