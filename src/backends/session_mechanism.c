/* SPDX-License-Identifier: MIT */
/*
 * How flushes reach other CPUs, judged anew at every sample: a kernel may change over
 * while a process runs. One odd interval decides nothing; two that agree do, and the
 * series is marked when what was measured before is another.
 */
#include <math.h>

#include "backends/session_priv.h"

/* Forced switches a second, of each worker and victim, up to which they ran freely. */
static const double switches_free_per_s = 10;

static bool is_starved(const struct sample *sample)
{
	struct reading switches = sample_get(sample, CH_INVOLUNTARY_SWITCHES);
	struct reading workers = sample_get(sample, CH_WORKER_NS);
	struct reading victims = sample_get(sample, CH_VICTIM_NS);
	double tasks_s = (reading_present(workers) ? workers.value * 1e-9 : 0) +
			 (reading_present(victims) ? victims.value * 1e-9 : 0);

	return sample->noise || !reading_present(switches) ||
	       switches.value > switches_free_per_s * tasks_s;
}

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
		.starved = is_starved(sample),
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
	if (!s->mechanism.row_applies) {
		sample_put(sample, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
		sample_put(sample, CH_SHOOTDOWNS_BACKGROUND, 0, QUALITY_ABSENT);
	}
}
