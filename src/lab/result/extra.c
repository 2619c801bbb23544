/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/extra.h"

#include <math.h>

#include "tlblab/lab/channel.h"

double extra_per_op(const struct extra_desc *desc, const struct sample *s, int i)
{
	struct reading ops = desc->meanwhile ? sample_ops(s) : sample_get(s, CH_OPS);

	if (desc->gauge || !extras_have(&s->extras, i) || !reading_present(ops) ||
	    !(ops.value > 0))
		return NAN;
	return s->extras.value[i] / ops.value;
}

void extras_merge(struct extras *into, const struct extras *next)
{
	for (int i = 0; i < WORKLOAD_MAX_EXTRAS; i++) {
		bool gauge = next->gauges >> i & 1;

		if (!extras_have(next, i))
			continue;
		extras_put(into, i,
			   extras_have(into, i) && !gauge
				   ? into->value[i] + next->value[i]
				   : next->value[i],
			   gauge);
	}
}
