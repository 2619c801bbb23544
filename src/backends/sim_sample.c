/* SPDX-License-Identifier: MIT */
#include "backends/sim_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	SIM_FIRST_NS = 1, /* of the gate: 0 says never */
	SIM_LONG_PS = 200 * 1000 * 1000,
};

int sim_samples_init(struct sim_samples *o, const struct sim *s,
		     const struct experiment *e)
{
	size_t n = (size_t)(e->threads + e->victims);
	size_t cpus = (size_t)sim_n_cpus(s);

	*o = (struct sim_samples){
		.n_cpus = sim_n_cpus(s),
		.n_workers = e->threads,
		.n_victims = e->victims,
		.slots = calloc(n, sizeof(*o->slots)),
		.work = calloc(n, sizeof(*o->work)),
		.cpu_totals = calloc(cpus, sizeof(*o->cpu_totals)),
		.cpu_row = calloc(cpus, sizeof(*o->cpu_row)),
	};
	if (o->slots && o->work && o->cpu_totals && o->cpu_row)
		return 0;
	sim_samples_fini(o);
	return -ENOMEM;
}

void sim_samples_fini(struct sim_samples *o)
{
	free(o->slots);
	free(o->work);
	free(o->cpu_totals);
	free(o->cpu_row);
	memset(o, 0, sizeof(*o));
}

void sim_samples_begin(struct sim_samples *o, const struct sim *s)
{
	for (int i = 0; i < o->n_workers + o->n_victims; i++)
		sim_slot(s, i, &o->slots[i]);
	o->counts = *sim_counts(s);
	o->gate_ps = o->last_ps = sim_now_ps(s);
	o->last_ns = SIM_FIRST_NS;
}

static void put(struct sample *out, enum channel c, double value)
{
	sample_put(out, c, value, QUALITY_EXACT);
}

/* Of operations that are long beside an interval, as of a live worker's. */
static uint64_t ended_ns(const struct sim_slot *slot)
{
	return slot->last_op_ps >= SIM_LONG_PS
		       ? SIM_FIRST_NS + slot->op_start_ps / SIM_PS_PER_NS
		       : 0;
}

/* Flushes are counted in every interval, those of an operation that has not ended too:
 * by the mean time of the ones before it, it has come so far. */
static double flush_ops(struct sim_samples *o, const struct sample *sample)
{
	struct reading each = sample_ns_per_op(sample);
	double ops = sample_ops(sample).value, waiting_ns = o->waiting_ns;

	if (reading_present(each))
		o->ns_per_op = each.value;
	o->waiting_ns = 0;
	if (reading_present(each))
		return ops + waiting_ns / each.value;
	if (o->ns_per_op > 0)
		return sample_get(sample, CH_WORKER_NS).value / o->ns_per_op;
	o->waiting_ns = waiting_ns + sample_get(sample, CH_WORKER_NS).value;
	return 0;
}

static void sample_workers(struct sim_samples *o, const struct sim *s,
			   struct sample *out)
{
	uint64_t now_ns = SIM_FIRST_NS + (sim_now_ps(s) - o->gate_ps) / SIM_PS_PER_NS;
	struct work work;

	work_begin(&work, o->last_ns, now_ns);
	for (int i = 0; i < o->n_workers; i++) {
		struct sim_slot now;

		sim_slot(s, i, &now);
		const struct rig_reading reading = {
			.ops = now.ops,
			.start_ns = SIM_FIRST_NS,
			.ended_ns = ended_ns(&now),
			.end_ns = now.done ? SIM_FIRST_NS + now.busy_ps / SIM_PS_PER_NS
					   : 0,
		};

		work_add(&work, &o->work[i], &reading);
	}
	work_put(&work, out);
	put(out, CH_FLUSH_OPS, flush_ops(o, out));
	put(out, CH_FLUSH_NS, out->elapsed_s * 1e9);
	put(out, CH_CYCLES, work.worker_ns * sim_cpu_ghz(s));
	o->last_ns = now_ns;
}

static void sample_victims(struct sim_samples *o, const struct sim *s,
			   struct sample *out)
{
	double loops = 0, quiet_per_s = 0, stalls = 0, lost_ns = 0;

	if (!o->n_victims)
		return;
	for (int i = o->n_workers; i < o->n_workers + o->n_victims; i++) {
		struct sim_slot now;

		sim_slot(s, i, &now);
		loops += (double)(now.ops - o->slots[i].ops);
		stalls += (double)(now.stalls - o->slots[i].stalls);
		lost_ns +=
			(double)(now.stall_ps - o->slots[i].stall_ps) / SIM_PS_PER_NS;
		quiet_per_s += now.quiet_per_s;
		o->slots[i] = now;
	}
	put(out, CH_VICTIM_LOOPS, loops);
	put(out, CH_VICTIM_QUIET_LOOPS, quiet_per_s * out->elapsed_s);
	put(out, CH_VICTIM_NS, out->elapsed_s * 1e9 * o->n_victims);
	put(out, CH_VICTIM_STALLS, stalls);
	put(out, CH_VICTIM_LOST_NS, lost_ns);
}

static void sample_flushes(const struct sim_counts *now,
			   const struct sim_counts *before, struct sample *out)
{
	double ranged = 0, all = 0;

	for (int i = 0; i < 6; i++) {
		double n = (double)(now->reason[i] - before->reason[i]);

		put(out, (enum channel)(CH_FLUSH_TASK_SWITCH + i), n);
		/* Sending is not flushing, nor is a request that met no one. */
		if (CH_FLUSH_TASK_SWITCH + i != CH_FLUSH_REMOTE_IPI_SEND &&
		    CH_FLUSH_TASK_SWITCH + i != CH_FLUSH_REMOTE_WRONG_CPU)
			all += n;
	}
	for (int i = 0; i < 4; i++) {
		double n = (double)(now->size[i] - before->size[i]);

		put(out, (enum channel)(CH_FLUSH_PAGES_1 + i), n);
		ranged += n;
	}
	put(out, CH_FLUSH_RANGED, ranged);
	put(out, CH_FLUSH_FULL, (double)(now->size[4] - before->size[4]));
	put(out, CH_STLB_FLUSH, all);
	put(out, CH_SHOOTDOWNS, (double)(now->shootdowns - before->shootdowns));
}

/* Where hardware carries the message nothing is sent and no row moves: the model counts
 * the CPUs it reaches. */
static void sample_told(const struct sim_counts *now, const struct sim_counts *before,
			struct sample *out)
{
	put(out, CH_TOLD, (double)(now->told - before->told));
	put(out, CH_TOLD_NS, out->elapsed_s * 1e9);
	out->told_source = now->told_by_hardware ? TOLD_MODELLED : TOLD_ROW;
}

static void sample_walks(const struct sim *s, const struct sim_counts *now,
			 const struct sim_counts *before, struct sample *out)
{
	double loads = (double)(now->walks_load - before->walks_load);
	double stores = (double)(now->walks_store - before->walks_store);

	put(out, CH_DTLB_LOAD_WALKS, loads);
	put(out, CH_DTLB_STORE_WALKS, stores);
	put(out, CH_DTLB_LOAD_WALK_CYCLES, loads * sim_walk_cycles(s));
	put(out, CH_DTLB_STORE_WALK_CYCLES, stores * sim_walk_cycles(s));
	put(out, CH_REFILL_NS_PER_PAGE, sim_walk_cycles(s) / sim_cpu_ghz(s));
}

void sim_samples_take(struct sim_samples *o, const struct sim *s, struct sample *out)
{
	const struct sim_counts *now = sim_counts(s);
	const uint64_t *totals = sim_cpu_shootdowns(s);

	memset(out, 0, sizeof(*out));
	out->elapsed_s = (double)(sim_now_ps(s) - o->last_ps) * 1e-12;
	sample_workers(o, s, out);
	sample_victims(o, s, out);
	sample_flushes(now, &o->counts, out);
	sample_told(now, &o->counts, out);
	sample_walks(s, now, &o->counts, out);
	put(out, CH_INVOLUNTARY_SWITCHES,
	    (double)(now->preemptions - o->counts.preemptions));
	put(out, CH_MIGRATIONS, 0);
	put(out, CH_STEAL_NS, 0);
	put(out, CH_CPUS_NS, out->elapsed_s * 1e9 * o->n_cpus);
	for (int i = 0; i < o->n_cpus; i++) {
		o->cpu_row[i] = (uint32_t)(totals[i] - o->cpu_totals[i]);
		o->cpu_totals[i] = totals[i];
	}
	out->cpu_shootdowns = o->cpu_row;
	out->n_cpus = o->n_cpus;
	o->counts = *now;
	o->last_ps = sim_now_ps(s);
}
