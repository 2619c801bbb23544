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
		struct rig_reading w;

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
			struct rig_reading w;

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
		struct rig_reading v;

		rig_read_victim(b->rig, i, &v);
		loops += (double)(v.ops - seen->loops);
		stalls += (double)(v.stalls - seen->stalls);
		lost_ticks += (double)(v.stall_ticks - seen->stall_ticks);
		quiet_per_s += v.quiet_per_s;
		quiet_stalls_per_s += v.quiet_stalls_per_s;
		all_quiet = all_quiet && v.quiet_per_s > 0;
		*seen = (struct live_seen){.loops = v.ops,
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

/* What the workers noted since the last sample, as far as there is room. */
static void live_sample_moments(struct backend *b)
{
	const char *what = live_workload(&b->experiment)->trigger;
	struct rig_moment m;

	b->n_moments = 0;
	for (int i = 0; what && i < b->experiment.threads; i++)
		while (b->n_moments < LIVE_MOMENTS &&
		       rig_next_moment(b->rig, i, &b->slots.seen[i].moments, &m))
			b->moments[b->n_moments++] = (struct backend_moment){
				.what = what,
				.begin_s = (double)(m.begin_ns - b->open_ns) * 1e-9,
				.end_s = (double)(m.end_ns - b->open_ns) * 1e-9,
			};
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
	live_sample_moments(b);
	b->last_ns = now_ns;
}

void live_worker(struct backend *b, int i, struct rig_reading *out)
{
	int threads = b->experiment.threads;
	const struct cpu *cpu;

	if (i < threads)
		rig_read_worker(b->rig, i, out);
	else
		rig_read_victim(b->rig, i - threads, out);
	cpu = topology_cpu(&b->machine->topology, out->cpu);
	out->node = cpu ? cpu->node : -1;
}
