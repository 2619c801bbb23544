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

	sample_put(sample, CH_FLUSH_OPS, slice_ops * (p->ops_of_all ? 1 : per_worker),
		   p->ops_of_all ? QUALITY_EXACT : quality);
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
