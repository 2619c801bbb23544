/* SPDX-License-Identifier: MIT */
/*
 * How flushes reach other CPUs, judged anew at every sample: a kernel may change over
 * while a process runs. One odd interval decides nothing; two that agree do, and the
 * series is marked when what was measured before is another.
 */
#include <math.h>

#include "backends/session_priv.h"

static void judge_sample(struct session *s, const struct sample *sample,
			 struct mechanism_verdict *out)
{
	struct reading ops = sample_get(sample, CH_OPS);
	struct reading row = sample_get(sample, CH_SHOOTDOWNS);
	const struct mechanism_seen seen = {
		.ops = reading_present(ops) ? ops.value : 0,
		.shootdowns = reading_present(row) ? row.value : NAN,
		.meant_per_op = s->expectation.shootdowns_per_op_low,
		.mm_cpus = s->view.mm_cpus,
	};

	mechanism_judge(s->view.mechanism, &seen, out);
}

void session_mechanism_begin(struct session *s)
{
	s->mechanism_seen = MECHANISM_UNKNOWN;
	s->mechanism = (struct mechanism_verdict){.row_applies = true,
						  .evidence = "a simulated machine"};
	if (s->view.mechanism)
		mechanism_judge(s->view.mechanism, NULL, &s->mechanism);
}

void session_mechanism_add(struct session *s, struct sample *sample)
{
	struct mechanism_verdict v;

	if (!s->view.mechanism)
		return;
	judge_sample(s, sample, &v);
	if (v.measured &&
	    (v.kind == s->mechanism_seen || v.kind == s->mechanism.kind)) {
		if (s->mechanism.measured && v.kind != s->mechanism.kind)
			session_mark(s, "mechanism", mechanism_name[s->mechanism.kind],
				     mechanism_name[v.kind]);
		s->mechanism = v;
	}
	if (v.measured)
		s->mechanism_seen = v.kind;
	/* What the row does not count is missing, not zero. */
	if (!s->mechanism.row_applies)
		sample_put(sample, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
}
