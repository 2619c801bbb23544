/* SPDX-License-Identifier: MIT */
/*
 * By whom, why and for how long: the kernel's flush events recorded with their stacks,
 * on all CPUs, from the moment the workers are let go until the measured part begins.
 * Then every event is closed, so that what is measured costs nothing more. Each reading
 * takes a slice of 2 ms; what it says of the run is older than the intervals, and
 * marked so.
 */
#include "tlblab/sensors/flushers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/sensors.h"
#include "tlblab/base/text.h"
#include "tlblab/trace/who_rates.h"

struct sensor {
	const struct perf_opener *perf;
	const struct machine *machine;
	const char *root;
	bool wanted;
	struct who_watch *watch; /* NULL: not recording */
	pid_t *tids;		 /* the workers' */
	int n_workers;
	struct flushers found;
};

static void refuse(struct sensor *s, struct availability *a, const char *reason)
{
	a->available = false;
	text_copy(a->reason, sizeof(a->reason), reason);
	text_copy(s->found.reason, sizeof(s->found.reason), reason);
}

static void refuse_for(struct sensor *s, struct availability *a, const struct error *e)
{
	char reason[192] = "";

	text_append(reason, sizeof(reason), "%s: %s", e->why, e->todo);
	refuse(s, a, reason);
}

static int flushers_open(struct sensor **out, const struct sensor_env *env,
			 struct availability *a)
{
	struct sensor *s = calloc(1, sizeof(*s));
	struct error error = {.code = ERROR_NONE};

	if (!s)
		return -ENOMEM;
	*out = s;
	s->perf = env->perf ? env->perf : &perf_opener_direct;
	s->machine = env->machine;
	s->root = env->root ? env->root : "";
	if (!env->trace_flushes) {
		refuse(s, a,
		       "switched off for this run: recording flushes costs the "
		       "recorded");
		return 0;
	}
	if (*s->root) {
		refuse(s, a, "not tried: this is a captured tree");
		return 0;
	}
	if (flush_source_check(s->root, s->perf, &error)) {
		refuse_for(s, a, &error);
		return 0;
	}
	s->wanted = true;
	a->available = true;
	text_copy(a->source, sizeof(a->source),
		  "flush events with kernel stacks, in slices of 2 ms of the warm-up");
	return 0;
}

static void stop(struct sensor *s)
{
	who_watch_close(s->watch);
	s->watch = NULL;
	free(s->tids);
	s->tids = NULL;
	s->n_workers = 0;
}

static int keep_tids(struct sensor *s, const struct sensor_target *target)
{
	size_t n = (size_t)target->n_workers;

	s->tids = calloc(n ? n : 1, sizeof(*s->tids));
	if (!s->tids)
		return -ENOMEM;
	memcpy(s->tids, target->tids, n * sizeof(*s->tids));
	s->n_workers = target->n_workers;
	return 0;
}

static void flushers_attach(struct sensor *s, const struct sensor_target *target,
			    struct availability *a)
{
	const struct topology *t = &s->machine->topology;
	struct cpumask online;
	const struct who_watch_options options = {
		.root = s->root,
		.perf = s->perf,
		.n_cpus = t->max_cpu_id + 1,
		.cpus = &online,
	};
	struct error error = {.code = ERROR_NONE};
	int err;

	cpumask_clear(&online);
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].online)
			cpumask_set(&online, t->cpus[i].id);
	stop(s);
	if (!s->wanted)
		return;
	memset(&s->found, 0, sizeof(s->found));
	a->available = true;
	if (!target->warms_up) {
		refuse(s, a,
		       "it is recorded during the warm-up, and this run has none: set "
		       "warmup_s");
		return;
	}
	text_copy(s->found.reason, sizeof(s->found.reason),
		  "the warm-up is not over yet");
	err = who_watch_open(&s->watch, &options, &error);
	if (err == -EPERM || err == -EACCES) {
		refuse(s, a,
		       "recording the whole machine needs root itself (sudo -s, then "
		       "tlblab) or CAP_PERFMON");
	} else if (err) {
		refuse_for(s, a, &error);
	} else if (keep_tids(s, target)) {
		stop(s);
		refuse(s, a, "out of memory");
	}
}

static struct flusher_rates kept(const struct who_rates *r)
{
	return (struct flusher_rates){
		.flushes_per_s = r->flushes_per_s,
		.asked_per_s = r->asked_per_s,
		.cpus_told_per_s = r->told_per_s,
	};
}

static struct flusher_rates rates_of(const struct sensor *s, const struct who_counts *c)
{
	struct who_rates r = who_rates(s->watch, c, s->found.elapsed_s);

	return kept(&r);
}

static bool is_worker(const struct sensor *s, int tid)
{
	for (int i = 0; i < s->n_workers; i++)
		if (s->tids[i] == tid)
			return true;
	return false;
}

/* By those that asked others, then by all. */
static bool is_more(const struct flusher_rates *a, const struct flusher_rates *b)
{
	return a->asked_per_s != b->asked_per_s ? a->asked_per_s > b->asked_per_s
						: a->flushes_per_s > b->flushes_per_s;
}

static void row_insert(struct flushers *f, const struct flusher *row)
{
	int at = f->n;

	while (at > 0 && is_more(&row->rates, &f->row[at - 1].rates))
		at--;
	if (at == FLUSHERS_MAX)
		return;
	if (f->n < FLUSHERS_MAX)
		f->n++;
	memmove(&f->row[at + 1], &f->row[at],
		(size_t)(f->n - at - 1) * sizeof(f->row[0]));
	f->row[at] = *row;
}

static void sum_task(struct sensor *s, const struct who_task *t)
{
	struct flushers *f = &s->found;
	struct flusher row = {.pid = t->pid, .tid = t->tid};

	text_copy(row.comm, sizeof(row.comm), t->comm);
	row.worker = is_worker(s, t->tid);
	if (row.worker) {
		struct who_rates r = who_rates(s->watch, &t->tally.all, f->elapsed_s);

		f->workers.flushes_per_s += r.flushes_per_s;
		f->workers.asked_per_s += r.asked_per_s;
		f->workers.cpus_told_per_s += r.told_per_s;
		f->workers_pct += r.flushing_pct / s->n_workers;
	}
	for (int k = 0; k < CAUSE_N; k++) {
		row.rates = rates_of(s, &t->by_cause[k]);
		text_copy(row.cause, sizeof(row.cause), cause_table[k].name);
		if (row.rates.flushes_per_s > 0)
			row_insert(f, &row);
	}
}

static void sum_causes(struct sensor *s, const struct who *who)
{
	struct flushers *f = &s->found;

	for (int k = 0; k < CAUSE_N && f->n_causes < FLUSHERS_CAUSES_MAX; k++) {
		const struct who_counts *c =
			&who_cause_at(who, (enum cause)k)->tally.all;
		struct flushers_cause *cause = &f->cause[f->n_causes];

		if (!(who_flushes(c) > 0))
			continue;
		text_copy(cause->cause, sizeof(cause->cause), cause_table[k].name);
		cause->rates = rates_of(s, c);
		f->n_causes++;
	}
}

static void sum_durations(struct sensor *s, const struct who *who)
{
	const struct who_all_durations *d = who_durations(who);
	const struct who_path *p = &d->sum.path;
	const struct who_mean mean = who_mean_of(&d->sum);
	struct flushers *f = &s->found;

	f->count = mean.n;
	f->mean_ns = who_mean_ns(&mean);
	f->p50_ns = hist_view_quantile(&d->sum.all, 0.5);
	f->p99_ns = hist_view_quantile(&d->sum.all, 0.99);
	f->send_ns = p->n > 0 ? p->send_ns / p->n : NAN;
	f->wait_ns = p->n > 0 ? p->wait_ns / p->n : NAN;
	f->answer_ns = p->n > 0 ? p->answer_ns / p->n : NAN;
	for (int i = 0; i < WHO_TOLD_CLASSES && f->n_told < FLUSHERS_TOLD_MAX; i++) {
		struct flushers_told *told = &f->told[f->n_told];

		if (!(d->sum.by_told[i].n > 0))
			continue;
		who_told_range(i, &told->least, &told->most);
		told->count = d->sum.by_told[i].n;
		told->mean_ns = who_mean_ns(&d->sum.by_told[i]);
		f->n_told++;
	}
}

static void sum_time(struct sensor *s, const struct who *who)
{
	const struct availability *durations =
		flush_source_durations(who_watch_source(s->watch));
	struct flushers *f = &s->found;
	struct who_rates r = who_rates(s->watch, &who_total(who)->all, f->elapsed_s);
	const char *reason = "";

	if (!s->n_workers)
		f->workers_pct = NAN;
	f->cpus_pct =
		(r.flushing_pct + r.disturbed_pct) / s->machine->topology.n_online;
	if (!durations->available)
		reason = durations->reason;
	else if (isnan(r.told_per_s))
		reason = "flushes asked other CPUs, but no request to a CPU was seen: "
			 "the hypervisor or the hardware delivers them";
	else if (!(f->count > 0))
		reason = "no flush of other CPUs was seen from beginning to end";
	text_copy(f->no_durations, sizeof(f->no_durations), reason);
}

static void sum_up(struct sensor *s)
{
	const struct who *who = who_watch_who(s->watch);
	struct flush_source_state state =
		flush_source_state(who_watch_source(s->watch));
	struct flushers *f = &s->found;

	memset(f, 0, sizeof(*f));
	f->elapsed_s = who_elapsed_s(who, false);
	f->recorded_pct = state.recorded_share * 100;
	f->lost = (double)state.lost;
	f->all = rates_of(s, &who_total(who)->all);
	for (int i = 0; i < who_n_tasks(who); i++)
		sum_task(s, who_task_at(who, i));
	sum_causes(s, who);
	sum_durations(s, who);
	sum_time(s, who);
}

static bool flushers_settle(struct sensor *s)
{
	if (!s->watch)
		return false;
	who_watch_slice(s->watch);
	who_watch_interval(s->watch);
	sum_up(s);
	stop(s);
	return true;
}

static void put(struct sample *sample, enum channel c, double value)
{
	if (!isnan(value))
		sample_put(sample, c, value, QUALITY_STALE);
}

static void flushers_read(struct sensor *s, struct sample *sample)
{
	const struct flushers *f = &s->found;

	if (s->watch)
		who_watch_slice(s->watch);
	if (!(f->elapsed_s > 0))
		return;
	put(sample, CH_FLUSHING_WORKERS_PCT, f->workers_pct);
	put(sample, CH_FLUSHING_CPUS_PCT, f->cpus_pct);
	put(sample, CH_KERNEL_FLUSH_MEAN_NS, f->mean_ns);
	put(sample, CH_KERNEL_FLUSH_P50_NS, f->p50_ns);
	put(sample, CH_KERNEL_FLUSH_P99_NS, f->p99_ns);
}

static void flushers_close(struct sensor *s)
{
	if (!s)
		return;
	stop(s);
	free(s);
}

const struct flushers *flushers_of_set(const struct sensor_set *set)
{
	for (int i = 0; i < set->n; i++)
		if (set->ops[i] == &flushers_ops)
			return &set->sensor[i]->found;
	return NULL;
}

const struct sensor_ops flushers_ops = {
	.name = "flushers",
	.summary = "who flushes, why and for how long (kernel stacks, in the warm-up)",
	.open = flushers_open,
	.attach = flushers_attach,
	.settle = flushers_settle,
	.read = flushers_read,
	.close = flushers_close,
};
