/* SPDX-License-Identifier: MIT */
#include "sensors/flush_counts.h"

void flush_counts_add(struct flush_counts *c, const uint64_t *count, bool worker)
{
	double *reason = worker ? c->worker_reason : c->victim_reason;

	for (int i = 0; i < FLUSH_REASONS; i++)
		reason[i] += (double)count[FLUSH_REASON + i];
	if (!worker)
		return;
	enum flush_column view = flush_better_view(count);

	for (int i = 0; i < FLUSH_SIZES; i++)
		c->size[i] += (double)count[view + i];
}

void flush_work_add(struct flush_work *w, const struct sample *sample)
{
	w->ops += sample->value[CH_OPS];
	w->ops_ns += sample->value[CH_OPS_NS];
	w->worker_ns += sample->value[CH_WORKER_NS];
}

double flush_work_ops(const struct flush_work *slice, struct flush_work *before)
{
	before->ops += slice->ops;
	before->ops_ns += slice->ops_ns;
	before->worker_ns += slice->worker_ns;
	if (slice->ops > 0)
		return slice->ops_ns > 0 && slice->ops_ns != slice->worker_ns
			       ? slice->ops / slice->ops_ns * slice->worker_ns
			       : slice->ops;
	return before->ops_ns > 0 ? before->ops / before->ops_ns * slice->worker_ns : 0;
}

void flush_counts_put(const struct flush_counts *c, const struct flush_population *p,
		      double slice_ops, struct sample *sample)
{
	double per_worker = (double)p->n_workers / p->n_traced_workers;
	double per_victim =
		p->n_traced_victims ? (double)p->n_victims / p->n_traced_victims : 0;
	bool all = p->n_traced_workers == p->n_workers &&
		   p->n_traced_victims == p->n_victims;
	enum quality quality = all ? QUALITY_EXACT : QUALITY_SCALED;
	double ranged = 0;

	sample_put(sample, CH_FLUSH_OPS, slice_ops,
		   (enum quality)sample->quality[CH_OPS]);
	for (int r = 0; r < FLUSH_REASONS; r++)
		sample_put(sample, (enum channel)(CH_FLUSH_TASK_SWITCH + r),
			   c->worker_reason[r] * per_worker +
				   c->victim_reason[r] * per_victim,
			   quality);
	for (int i = 0; i < FLUSH_SIZES; i++) {
		sample_put(sample, flush_size_channel[i], c->size[i] * per_worker,
			   quality);
		if (flush_size_channel[i] != CH_FLUSH_FULL)
			ranged += c->size[i] * per_worker;
	}
	sample_put(sample, CH_FLUSH_RANGED, ranged, quality);
}
