/* SPDX-License-Identifier: MIT */
/*
 * How flushes reach other CPUs, judged again at every sample: a kernel may change over
 * while a process runs, and a virtual machine may move to another host. Counts are
 * gathered until they tell something. One odd verdict decides nothing; two that agree
 * do, and the series is marked when they differ from what held before.
 */
#include <math.h>
#include <string.h>

#include "backends/session_priv.h"

/* Forced switches a second, of each worker and victim, up to which they ran freely. */
static const double switches_free_per_s = 10;
/* Interrupts expected, after which what told nothing is forgotten. */
static const double expected_stale = 2000;

static double value_or(const struct sample *sample, enum channel c, double absent)
{
	struct reading r = sample_get(sample, c);

	return reading_present(r) ? r.value : absent;
}

/* Time of all workers and victims in an interval, running or not. */
static double tasks_ns(const struct sample *sample)
{
	return value_or(sample, CH_WORKER_NS, 0) + value_or(sample, CH_VICTIM_NS, 0);
}

/* How long they really ran. NaN: not known, though they had to wait for a CPU. */
static double ran_ns(const struct sample *sample)
{
	double all_ns = tasks_ns(sample), ran = value_or(sample, CH_RAN_NS, NAN);
	double switches = value_or(sample, CH_INVOLUNTARY_SWITCHES, NAN);

	if (!isnan(ran))
		return fmin(ran, all_ns);
	if (sample->noise || !(switches <= switches_free_per_s * all_ns * 1e-9))
		return NAN;
	return all_ns;
}

static void add_traced(struct mechanism_seen *seen, const struct sample *sample)
{
	double ops = value_or(sample, CH_FLUSH_OPS, NAN);
	double local = value_or(sample, CH_FLUSH_LOCAL_SHOOTDOWN, 0) +
		       value_or(sample, CH_FLUSH_LOCAL_MM_SHOOTDOWN, NAN);
	double sent = value_or(sample, CH_FLUSH_REMOTE_IPI_SEND, NAN);
	double received = value_or(sample, CH_FLUSH_REMOTE_SHOOTDOWN, NAN);
	bool first = !(seen->traced_ops > 0);

	if (isnan(ops + local + sent + received))
		return;
	seen->traced_ops += ops;
	seen->local = (first ? 0 : seen->local) + local;
	seen->sent = (first ? 0 : seen->sent) + sent;
	seen->received = (first ? 0 : seen->received) + received;
}

static void forget(struct session_evidence *e)
{
	*e = (struct session_evidence){
		.seen = {.sent = NAN, .local = NAN, .received = NAN}};
}

static void gather(struct session *s, const struct sample *sample)
{
	struct session_evidence *e = &s->evidence;
	struct mechanism_seen *seen = &e->seen;

	if (seen->meant_per_op != s->expectation.shootdowns_per_op_low ||
	    seen->mm_cpus != s->view.mm_cpus)
		forget(e);
	seen->meant_per_op = s->expectation.shootdowns_per_op_low;
	seen->mm_cpus = s->view.mm_cpus;
	seen->ops += value_or(sample, CH_OPS, 0);
	seen->shootdowns += value_or(sample, CH_SHOOTDOWNS, NAN);
	seen->others += value_or(sample, CH_SHOOTDOWNS_BACKGROUND, 0);
	seen->preemptions += value_or(sample, CH_INVOLUNTARY_SWITCHES, NAN);
	e->ran_ns += ran_ns(sample);
	e->tasks_ns += tasks_ns(sample);
	e->steal_ns += value_or(sample, CH_STEAL_NS, 0);
	e->cpus_ns += value_or(sample, CH_CPUS_NS, 0);
	seen->ran_share = e->ran_ns / e->tasks_ns;
	seen->steal_share = e->steal_ns / e->cpus_ns;
	add_traced(seen, sample);
}

void session_mechanism_begin(struct session *s)
{
	forget(&s->evidence);
	s->mechanism_seen = MECHANISM_UNKNOWN;
	s->row_changed_s = NAN;
	/* What the hypervisor does it does for every run. */
	if (s->view.mechanism && s->mechanism.measured &&
	    s->mechanism.kind == MECHANISM_HYPERCALL)
		return;
	s->mechanism = (struct mechanism_verdict){.row_applies = true,
						  .evidence = "a simulated machine"};
	if (s->view.mechanism)
		mechanism_judge(s->view.mechanism, NULL, &s->mechanism);
}

static void take_verdict(struct session *s, const struct mechanism_verdict *v,
			 double t_s)
{
	bool another = v->kind != s->mechanism.kind;
	bool row_changes = v->row_applies != s->mechanism.row_applies;

	if ((s->mechanism.measured && another) || row_changes)
		session_mark(s, "mechanism", mechanism_name[s->mechanism.kind],
			     mechanism_name[v->kind]);
	if (row_changes)
		s->row_changed_s = t_s;
	/* What tracing told says more than a row that stays silent. */
	if (another || row_changes || !s->mechanism.measured || v->row_applies ||
	    s->evidence.seen.traced_ops > 0)
		s->mechanism = *v;
}

/* What the row does not count is missing, not zero. */
static void take_row_away(struct sample *sample)
{
	sample_put(sample, CH_SHOOTDOWNS, 0, QUALITY_ABSENT);
	sample_put(sample, CH_SHOOTDOWNS_BACKGROUND, 0, QUALITY_ABSENT);
	sample->cpu_shootdowns = NULL;
	sample->n_cpus = 0;
}

void session_mechanism_add(struct session *s, struct sample *sample)
{
	const struct mechanism_facts *facts = s->view.mechanism;
	struct mechanism_verdict v;

	if (!facts)
		return;
	gather(s, sample);
	mechanism_judge(facts, &s->evidence.seen, &v);
	if (v.measured && (v.kind == s->mechanism_seen || v.kind == s->mechanism.kind))
		take_verdict(s, &v, sample->t_s);
	if (v.measured)
		s->mechanism_seen = v.kind;
	if (v.measured || isnan(s->evidence.ran_ns) ||
	    isnan(s->evidence.seen.shootdowns) ||
	    mechanism_expected(facts, &s->evidence.seen) > expected_stale)
		forget(&s->evidence);
	if (!s->mechanism.row_applies)
		take_row_away(sample);
}

void session_mechanism_settle(struct session *s)
{
	if (s->row_changed_s > s->run_start_s)
		take_row_away(&s->window);
}
