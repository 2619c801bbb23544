/* SPDX-License-Identifier: MIT */
#include "backends/work.h"

void work_begin(struct work *work, uint64_t from_ns, uint64_t to_ns)
{
	*work = (struct work){.from_ns = from_ns, .to_ns = to_ns, .least = UINT64_MAX};
}

/* When the last operation ended. A short one has no stamp: it ended as good as now,
 * unless it is one that was seen before and a long one has begun since. */
static uint64_t last_end_ns(const struct work_seen *seen, const struct rig_reading *now,
			    uint64_t to_ns)
{
	if (now->ops == seen->ops)
		return seen->ended_ns;
	return now->ended_ns && now->ended_ns < to_ns ? now->ended_ns : to_ns;
}

void work_add(struct work *work, struct work_seen *seen, const struct rig_reading *now)
{
	uint64_t done = now->ops - seen->ops;
	uint64_t from = now->start_ns > work->from_ns ? now->start_ns : work->from_ns;
	uint64_t to =
		now->end_ns && now->end_ns < work->to_ns ? now->end_ns : work->to_ns;

	work->ops += done;
	work->least = done < work->least ? done : work->least;
	work->most = done > work->most ? done : work->most;
	if (!now->start_ns)
		return;
	if (!seen->ended_ns)
		seen->ended_ns = now->start_ns;
	if (to > from)
		work->worker_ns += (double)(to - from);
	uint64_t ended = last_end_ns(seen, now, to);

	if (ended > seen->ended_ns)
		work->took_ns += (double)(ended - seen->ended_ns);
	if (!now->end_ns && to > ended) {
		work->running++;
		work->running_ns += (double)(to - ended);
	}
	*seen = (struct work_seen){.ops = now->ops, .ended_ns = ended};
}

void work_put(const struct work *work, struct sample *out)
{
	sample_put(out, CH_OPS, (double)work->ops, QUALITY_EXACT);
	sample_put(out, CH_OPS_MIN, (double)work->least, QUALITY_EXACT);
	sample_put(out, CH_OPS_MAX, (double)work->most, QUALITY_EXACT);
	sample_put(out, CH_OPS_NS, work->took_ns, QUALITY_EXACT);
	sample_put(out, CH_WORKER_NS, work->worker_ns, QUALITY_EXACT);
	sample_put(out, CH_RUNNING_OPS, work->running, QUALITY_EXACT);
	sample_put(out, CH_RUNNING_NS, work->running_ns, QUALITY_EXACT);
}
