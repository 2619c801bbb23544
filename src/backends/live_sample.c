/* SPDX-License-Identifier: MIT */
/*
 * An interval of a live run: what workers and victims counted in shared memory since
 * the last one, and what the sensors read. The elapsed time is measured around them.
 */
#include "backends/live_priv.h"

#include <math.h>
#include <string.h>

#include "tlblab/base/clock.h"

/* Operations and running time of the workers in the interval that ends at now_ns. */
static void live_sample_workers(struct backend *b, struct sample *out, uint64_t now_ns)
{
	struct work work;

	work_begin(&work, b->last_ns, now_ns);
	for (int i = 0; i < b->experiment.threads; i++) {
		struct rig_worker_reading w;

		rig_read_worker(b->rig, i, &w);
		work_add(&work, &b->slots.seen[i].work, &w);
	}
	work_put(&work, out);
}

/* What the workload alone can tell of itself, all workers together. */
static void live_sample_extras(struct backend *b, struct sample *out)
{
	const struct workload_desc *desc = live_workload(&b->experiment);

	for (int k = 0; k < desc->n_extras; k++) {
		bool gauge = desc->extras[k].gauge;
		double sum = 0;
		bool known = false;

		for (int i = 0; i < b->experiment.threads; i++) {
			uint64_t *seen = &b->slots.seen[i].extra[k];
			struct rig_worker_reading w;

			rig_read_worker(b->rig, i, &w);
			if (w.extra[k] == EXTRA_UNKNOWN)
				continue;
			known = true;
			sum += (double)(gauge ? w.extra[k] : w.extra[k] - *seen);
			*seen = w.extra[k];
		}
		if (known)
			extras_put(&out->extras, k, sum, gauge);
	}
}

static void live_sample_victims(struct backend *b, struct sample *out)
{
	const struct experiment *e = &b->experiment;
	double loops = 0, quiet_per_s = 0, stalls = 0, lost_ticks = 0;
	double quiet_stalls_per_s = 0;
	bool watch = !live_workload(e)->victims_work;
	bool all_quiet = true;

	if (!e->victims)
		return;
	for (int i = 0; i < e->victims; i++) {
		struct live_seen *seen = &b->slots.seen[e->threads + i];
		struct rig_victim_reading v;

		rig_read_victim(b->rig, i, &v);
		loops += (double)(v.loops - seen->loops);
		stalls += (double)(v.stalls - seen->stalls);
		lost_ticks += (double)(v.stall_ticks - seen->stall_ticks);
		quiet_per_s += v.quiet_loops_per_s;
		quiet_stalls_per_s += v.quiet_stalls_per_s;
		all_quiet = all_quiet && v.quiet_loops_per_s > 0;
		*seen = (struct live_seen){.loops = v.loops,
					   .stalls = v.stalls,
					   .stall_ticks = v.stall_ticks};
	}
	sample_put(out, CH_VICTIM_LOOPS, loops, QUALITY_EXACT);
	sample_put(out, CH_VICTIM_NS, out->elapsed_s * 1e9 * e->victims, QUALITY_EXACT);
	if (watch)
		sample_put(out, CH_VICTIM_STALLS, stalls, QUALITY_EXACT);
	if (watch && !isnan(quiet_stalls_per_s))
		sample_put(out, CH_VICTIM_QUIET_STALLS,
			   quiet_stalls_per_s * out->elapsed_s, QUALITY_EXACT);
	if (watch && b->machine->tsc_ns_per_tick > 0)
		sample_put(out, CH_VICTIM_LOST_NS,
			   lost_ticks * b->machine->tsc_ns_per_tick, QUALITY_EXACT);
	if (all_quiet)
		sample_put(out, CH_VICTIM_QUIET_LOOPS, quiet_per_s * out->elapsed_s,
			   QUALITY_EXACT);
}

void live_sample(struct backend *b, struct sample *out)
{
	uint64_t now_ns = clock_now_ns();

	memset(out, 0, sizeof(*out));
	out->t_s = (double)(now_ns - b->open_ns) * 1e-9;
	out->elapsed_s = (double)(now_ns - b->last_ns) * 1e-9;
	live_sample_workers(b, out, now_ns);
	live_sample_extras(b, out);
	live_sample_victims(b, out);
	sensor_set_read(&b->sensors, out);
	/* What a watched process did before is no background of what it does now. */
	if (!b->watched)
		live_background_put(&b->background, out);
	live_program_put(&b->program, b->watched ? 0 : sample_get(out, CH_OPS).value,
			 out);
	b->last_ns = now_ns;
}

void live_worker(struct backend *b, int i, struct backend_worker *out)
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
		out->done_s = out->elapsed_s;
		if (w.start_ns && (w.ended_ns || !w.ops))
			out->done_s =
				w.ops ? (double)(w.ended_ns - w.start_ns) * 1e-9 : 0;
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

bool live_moment(struct backend *b, struct backend_moment *out)
{
	struct rig_moment m;

	if (!b->rig)
		return false;
	out->what = live_workload(&b->experiment)->trigger;
	for (int i = 0; out->what && i < b->experiment.threads; i++) {
		if (!rig_next_moment(b->rig, i, &b->slots.seen[i].moments, &m))
			continue;
		out->begin_s = (double)(m.begin_ns - b->open_ns) * 1e-9;
		out->end_s = (double)(m.end_ns - b->open_ns) * 1e-9;
		return true;
	}
	return false;
}
