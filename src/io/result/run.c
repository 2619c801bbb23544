/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "io/preset/text.h"
#include "io/result/text.h"
#include "tlblab/lab/latency.h"
#include "tlblab/lab/steady.h"
#include "tlblab/lab/told.h"

const char *flush_kind_name(enum flush_kind kind)
{
	switch (kind) {
	case FLUSH_NONE: return "none";
	case FLUSH_RANGED: return "ranged";
	case FLUSH_FULL: return "full";
	case FLUSH_EITHER: return "either";
	}
	return NULL;
}

static void put_buckets(struct json_writer *w, const struct hist_view *ticks,
			double ns_per_tick)
{
	json_key(w, "buckets");
	json_begin_array(w);
	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		uint64_t low, high;

		if (!ticks->count[i])
			continue;
		hist_bucket_range(i, &low, &high);
		json_begin_array(w);
		json_number(w, (double)low * ns_per_tick);
		json_number(w, (double)high * ns_per_tick);
		json_uint(w, ticks->count[i]);
		json_end_array(w);
	}
	json_end_array(w);
}

static void put_latency(struct json_writer *w, const struct worker_record *worker,
			double ns_per_tick)
{
	struct latency_summary l;

	json_key(w, "latency_ns");
	if (!(ns_per_tick > 0)) { /* ticks of unknown length are no times */
		json_null(w);
		return;
	}
	latency_summarise(&worker->latency, ns_per_tick, worker->max_ns, &l);
	json_begin_object(w);
	json_put_uint(w, "count", l.count);
	json_put_number(w, "p50", l.p50_ns);
	json_put_number(w, "p90", l.p90_ns);
	json_put_number(w, "p99", l.p99_ns);
	json_put_number(w, "p999", l.p999_ns);
	json_put_number(w, "max", l.max_ns);
	json_put_known(w, "sampled_one_in",
		       worker->sampled_one_in > 0 ? worker->sampled_one_in : -1);
	put_buckets(w, &worker->latency, ns_per_tick);
	json_end_object(w);
}

static void put_flushes(struct json_writer *w, const struct worker_flushes *f)
{
	if (!(f->counted_s > 0))
		return;
	json_key(w, "flushes_per_s");
	json_begin_line_object(w);
	json_put_number(w, "counted_s", f->counted_s);
	json_put_number(w, "full", f->full);
	json_put_number(w, "ranged", f->ranged);
	json_put_number(w, "received", f->received);
	json_put_number(w, "cpu_received_full", f->cpu_received_full);
	json_put_number(w, "cpu_received_ranged", f->cpu_received_ranged);
	json_end_object(w);
}

static void put_victim_rates(struct json_writer *w, const struct worker_record *v)
{
	double rate = v->elapsed_s > 0 ? (double)v->ops / v->elapsed_s : NAN;

	json_put_number(w, "quiet_ops_per_s", v->quiet_ops_per_s);
	json_put_number(w, "slowdown", v->quiet_ops_per_s / rate);
}

static void put_crew(struct json_writer *w, const char *key,
		     const struct worker_record *crew, int n, bool victims,
		     double ns_per_tick)
{
	json_key(w, key);
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		json_begin_line_object(w);
		json_put_int(w, "id", crew[i].id);
		json_put_known(w, "cpu", crew[i].cpu);
		json_put_known(w, "node", crew[i].node);
		json_put_known(w, "tid", crew[i].tid > 0 ? crew[i].tid : -1);
		json_put_uint(w, "ops", crew[i].ops);
		json_put_number(w, "elapsed_s", crew[i].elapsed_s);
		json_put_number(w, "ns_per_op", crew[i].ns_per_op);
		if (victims)
			put_victim_rates(w, &crew[i]);
		put_flushes(w, &crew[i].flushes);
		put_latency(w, &crew[i], ns_per_tick);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_expectation(struct json_writer *w, const struct expectation *e)
{
	json_key(w, "expectation");
	json_begin_object(w);
	json_put_string(w, "kind", flush_kind_name(e->kind));
	json_put_number(w, "flushes_per_op_low", e->flushes_per_op_low);
	json_put_number(w, "flushes_per_op_high", e->flushes_per_op_high);
	json_put_int(w, "pages", e->pages);
	json_put_number(w, "shootdowns_per_op_low", e->shootdowns_per_op_low);
	json_put_number(w, "shootdowns_per_op_high", e->shootdowns_per_op_high);
	json_put_string(w, "why", e->why);
	json_end_object(w);
}

/* Whether the time of an operation stood still while it was measured. */
static void put_steadiness(struct json_writer *w, const struct run_record *run)
{
	struct steadiness s;

	json_key(w, "steadiness");
	if (run_judge_steady(run, METRIC_NS_PER_OP, &s) || s.n < STEADY_MIN_VALUES) {
		json_null(w);
		return;
	}
	json_begin_line_object(w);
	json_put_string(w, "metric", metric_table[METRIC_NS_PER_OP].name);
	json_put_int(w, "values", s.n);
	json_put_int(w, "warming", s.warming);
	json_put_number(w, "warming_s", s.warming_s);
	json_put_bool(w, "drifts", s.drifts);
	json_put_number(w, "drift_pct", s.drift_pct);
	json_put_int(w, "outliers", s.outliers);
	json_put_number(w, "worst", s.worst);
	json_end_object(w);
}

static void put_summary(struct json_writer *w, const struct run_record *run)
{
	json_key(w, "summary");
	json_begin_object(w);
	for (int m = 0; m < METRIC_N; m++) {
		const struct stats *s = &run->summary[m];

		json_key(w, metric_table[m].name);
		if (!s->n) {
			json_null(w);
			continue;
		}
		json_begin_line_object(w);
		json_put_number(w, "mean", s->mean);
		json_put_number(w, "median", s->median);
		json_put_number(w, "stddev", s->stddev);
		json_put_number(w, "min", s->min);
		json_put_number(w, "max", s->max);
		json_put_number(w, "ci95_low", s->ci95_low);
		json_put_number(w, "ci95_high", s->ci95_high);
		json_put_uint(w, "n", s->n);
		json_end_object(w);
	}
	json_put_string(w, "cpus_told_source",
			run->told_source ? told_source_name[run->told_source] : NULL);
	json_end_object(w);
}

static void put_markers(struct json_writer *w, const struct series *series)
{
	json_key(w, "markers");
	json_begin_array(w);
	for (int i = 0; series && i < series_n_markers(series); i++) {
		const struct marker *m = series_marker(series, i);

		json_begin_line_object(w);
		json_put_number(w, "t_s", m->t_s);
		json_put_string(w, "what", m->what);
		json_put_string(w, "from", m->from);
		json_put_string(w, "to", m->to);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_checks(struct json_writer *w, const struct run_record *run)
{
	json_key(w, "checks");
	json_begin_array(w);
	for (int i = 0; i < run->n_checks; i++) {
		const struct check *c = &run->checks[i];

		json_begin_line_object(w);
		json_put_string(w, "name", c->name);
		if (c->state == CHECK_UNKNOWN)
			json_put_null(w, "ok");
		else
			json_put_bool(w, "ok", c->state == CHECK_OK);
		json_put_string(w, "expected", c->expected);
		json_put_string(w, "observed", c->observed);
		json_put_string(w, "note", c->note);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_reading(struct json_writer *w, const char *key, struct reading r)
{
	json_put_number(w, key, reading_present(r) ? r.value : NAN);
}

static void put_noise(struct json_writer *w, const struct noise *noise)
{
	json_key(w, "noise");
	json_begin_line_object(w);
	put_reading(w, "steal_pct", noise->steal_pct);
	put_reading(w, "involuntary_switches", noise->involuntary_switches);
	put_reading(w, "migrations", noise->migrations);
	put_reading(w, "frequency_hz", noise->frequency_hz);
	put_reading(w, "throttles", noise->throttles);
	json_end_object(w);
}

static void put_instruments(struct json_writer *w, const struct run_record *run)
{
	json_key(w, "instruments");
	json_begin_object(w);
	for (int i = 0; i < run->n_instruments; i++) {
		json_key(w, run->instruments[i].key);
		json_begin_line_object(w);
		json_put_string(w, "value", run->instruments[i].value);
		json_put_string(w, "source",
				*run->instruments[i].source ? run->instruments[i].source
							    : NULL);
		json_end_object(w);
	}
	json_end_object(w);
}

/* Of the whole measured window. */
static void put_extras(struct json_writer *w, const struct workload_desc *workload,
		       const struct sample *total)
{
	if (!workload || !workload->n_extras)
		return;
	json_key(w, "extras");
	json_begin_object(w);
	for (int i = 0; i < workload->n_extras; i++) {
		const struct extra_desc *e = &workload->extras[i];
		double value =
			extras_have(&total->extras, i) ? total->extras.value[i] : NAN;

		json_key(w, e->name);
		json_begin_line_object(w);
		json_put_number(w, "value", value);
		json_put_string(w, "unit", e->unit);
		json_put_bool(w, "gauge", e->gauge);
		json_put_number(w, "per_op", extra_per_op(e, total, i));
		json_end_object(w);
	}
	json_end_object(w);
}

static void put_intervals(struct json_writer *w, const struct series *series,
			  const struct workload_desc *workload)
{
	json_key(w, "intervals");
	json_begin_array(w);
	for (int i = 0; series && i < series_count(series); i++) {
		json_begin_line_object(w);
		result_put_interval(w, series_at(series, i), workload);
		json_end_object(w);
	}
	json_end_array(w);
}

void result_put_run(struct json_writer *w, const struct result *r,
		    const struct run_record *run, bool with_intervals)
{
	const struct workload_desc *workload =
		experiment_workload(&run->config, r->catalogue);

	json_put_int(w, "point", run->point);
	json_put_int(w, "repeat", run->repeat);
	json_key(w, "config");
	experiment_put_json(w, &run->config, r->catalogue);
	json_put_string(w, "started_utc", *run->started_utc ? run->started_utc : NULL);
	json_put_number(w, "warmup_s", run->warmup_s);
	json_put_number(w, "elapsed_s", run->elapsed_s);
	json_put_number(w, "ns_per_tick",
			run->ns_per_tick > 0 ? run->ns_per_tick : NAN);
	json_put_bool(w, "interrupted", run->interrupted);
	json_put_string(w, "failure", *run->failure ? run->failure : NULL);
	json_put_known(w, "ceiling_pages", run->ceiling_pages);
	json_put_string(w, "layout", workload ? workload->layout : NULL);
	put_expectation(w, &run->expectation);
	put_crew(w, "workers", run->workers, run->n_workers, false, run->ns_per_tick);
	put_crew(w, "victims", run->victims, run->n_victims, true, run->ns_per_tick);
	if (with_intervals)
		put_intervals(w, run->series, workload);
	put_summary(w, run);
	put_steadiness(w, run);
	put_extras(w, workload, &run->total);
	put_markers(w, run->series);
	put_checks(w, run);
	put_noise(w, &run->noise);
	result_put_flushers(w, &run->flushers);
	put_instruments(w, run);
}
