/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/extra.h"

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
