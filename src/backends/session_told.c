/* SPDX-License-Identifier: MIT */
/*
 * Other CPUs told to flush, added to every sample by the best source that moves here
 * (told.h). The series is marked when it is another one than before, since two sources
 * do not measure the same.
 */
#include <string.h>

#include "backends/session_priv.h"
#include "tlblab/base/cpumask.h"

/* NULL where it measures, or is not among the backend's. */
static const char *reason_of(const struct session *s, const char *sensor)
{
	for (int i = 0; i < s->view.shown.n_sensors; i++)
		if (!strcmp(s->view.shown.sensors[i].name, sensor))
			return s->view.shown.sensors[i].availability->available
				       ? NULL
				       : s->view.shown.sensors[i].availability->reason;
	return "it is not measured here";
}

/* Where threads are not pinned they are on as many CPUs as they can be. */
int session_told_cpus(const struct session *s)
{
	const struct backend_view *v = &s->view;
	int members = v->shown.n_workers + v->shown.n_victims;

	if (v->shown.program_cpus)
		return cpumask_count(v->shown.program_cpus);
	if (v->mm_cpus > 0 || s->experiment.mode != RUN_THREADS)
		return v->mm_cpus;
	return members < s->n_cpus ? members : s->n_cpus;
}

static void told_facts_of(const struct session *s, struct told_facts *f)
{
	const struct backend_view *v = &s->view;

	*f = (struct told_facts){
		.row_reason = reason_of(s, "interrupts"),
		.trace_reason = reason_of(s, "flush_trace"),
		.hypervisor_reason = reason_of(s, "hypervisor_flushes"),
		.mm_cpus = session_told_cpus(s),
		.mm_sure = !v->shown.program_cpus &&
			   v->pinned == v->shown.n_workers + v->shown.n_victims,
		.victims = v->shown.n_victims,
		.told_per_op = s->expectation.shootdowns_per_op_low,
		.flushes_per_op = s->expectation.flushes_per_op_low,
	};
	if (!s->mechanism.row_applies && !f->row_reason)
		f->row_reason = s->mechanism.evidence;
}

void session_told_begin(struct session *s)
{
	s->told = (struct told){.traced_ops = 0};
	s->told_source = TOLD_ABSENT;
	s->told_reason[0] = '\0';
}

void session_told_add(struct session *s, struct sample *sample)
{
	struct told_facts facts;

	s->told_reason[0] = '\0';
	/* A simulated machine knows whom it told. */
	if (s->view.mechanism) {
		told_facts_of(s, &facts);
		told_put(&s->told, &facts, sample);
		if (!sample->told_source && !s->told_source)
			told_reason(&s->told, &facts, s->told_reason,
				    sizeof(s->told_reason));
	}
	if (!sample->told_source || sample->told_source == s->told_source)
		return;
	if (s->told_source)
		session_mark(s, "CPUs told by", told_source_name[s->told_source],
			     told_source_name[sample->told_source]);
	s->told_source = (enum told_source)sample->told_source;
}
