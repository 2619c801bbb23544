/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/preset/text.h"
#include "io/result/read.h"
#include "io/result/text.h"
#include "tlblab/base/text.h"
#include "tlblab/lab/told.h"

int result_read_facts(struct json_doc *d, const struct json_at *at, const char *key,
		      struct fact *facts, int max, int *n)
{
	struct json_at list;

	*n = 0;
	if (!json_get_container(d, at, key, cJSON_Object, &list))
		return d->err;
	for (const cJSON *m = list.node->child; m && *n < max; m = m->next) {
		struct json_at member = {&list, m};
		struct fact *f = &facts[*n];

		if (json_expect(d, &member, cJSON_Object))
			return d->err;
		text_copy(f->key, sizeof(f->key), m->string);
		json_get_text(d, &member, "value", f->value, sizeof(f->value));
		json_get_text(d, &member, "source", f->source, sizeof(f->source));
		(*n)++;
	}
	return d->err;
}

static uint64_t get_count(struct json_doc *d, const struct json_at *at, const char *key)
{
	int64_t n = json_get_int(d, at, key, 0);

	if (n >= 0)
		return (uint64_t)n;
	json_fail(d, at, "a count is 0 or more", "%s is negative", key);
	return 0;
}

/* Sets what the lab knows; a parameter or value of another version is passed over. */
static void config_put(const struct json_at *at, const char *key,
		       const struct catalogue *c, struct experiment *e)
{
	const struct param_desc *desc = experiment_describe(e, c, key);
	struct json_doc quiet = {.text = "", .first_line = 1};
	struct param_value v;

	/* An error of this doc is nobody's: it may not look for the line either. */
	if (desc &&
	    !preset_read_value(&quiet, &(struct json_at){NULL, at->node}, desc, &v))
		experiment_put(e, c, key, &v, NULL);
}

static int read_config(struct json_doc *d, const struct json_at *at,
		       const struct catalogue *c, struct experiment *e)
{
	struct json_at config, params;
	char backend[sizeof(e->backend)], workload[sizeof(e->workload)], key[64];
	bool known;

	if (!json_get_container(d, at, "config", cJSON_Object, &config))
		return d->err ? d->err
			      : json_fail(d, at, "every run has one",
					  "\"config\" is missing");
	json_get_text(d, &config, "backend", backend, sizeof(backend));
	json_get_text(d, &config, "workload", workload, sizeof(workload));
	if (d->err)
		return d->err;
	const struct catalogue *offered = catalogue_of(c, backend);

	known = offered && catalogue_find(offered, workload);
	if (experiment_init(e, known ? offered : c, known ? workload : NULL, d->error))
		return -EINVAL;
	for (const cJSON *m = config.node->child; m; m = m->next)
		if (strcmp(m->string, "workload") && strcmp(m->string, "params"))
			config_put(&(struct json_at){&config, m}, m->string, c, e);
	json_get_container(d, &config, "params", cJSON_Object, &params);
	for (const cJSON *m = params.node ? params.node->child : NULL; m && known;
	     m = m->next) {
		snprintf(key, sizeof(key), "params.%s", m->string);
		config_put(&(struct json_at){&params, m}, key, c, e);
	}
	if (!known) {
		text_copy(e->backend, sizeof(e->backend), backend);
		text_copy(e->workload, sizeof(e->workload), workload);
		memset(e->params, 0, sizeof(e->params));
	}
	return d->err;
}

static int read_buckets(struct json_doc *d, const struct json_at *at,
			double ns_per_tick, struct hist_view *out)
{
	struct json_at list;

	if (!json_get_container(d, at, "buckets", cJSON_Array, &list))
		return d->err;
	for (const cJSON *n = list.node->child; n; n = n->next) {
		struct json_at bucket = {&list, n};
		double ticks, count;

		if (json_expect(d, &bucket, cJSON_Array))
			return d->err;
		if (cJSON_GetArraySize(n) != 3)
			return json_fail(d, &bucket,
					 "[low_ns, high_ns, count] is expected",
					 "has not three numbers");
		ticks = json_number_at(d, &(struct json_at){&bucket, n->child}) /
			ns_per_tick;
		count = json_number_at(
			d, &(struct json_at){&bucket, n->child->next->next});
		if (d->err)
			return d->err;
		if (!(ticks >= 0) || !(count >= 0 && count < 9.2e18))
			return json_fail(d, &bucket, "neither may be negative",
					 "a time or count out of range");
		ticks = fmin(round(ticks), (double)(UINT64_C(1) << HIST_MAX_BITS));
		out->count[hist_bucket((uint64_t)ticks)] += (uint64_t)count;
		out->total += (uint64_t)count;
	}
	return d->err;
}

static int read_flushes(struct json_doc *d, const struct json_at *at,
			struct worker_flushes *f)
{
	struct json_at in;

	if (!json_get_container(d, at, "flushes_per_s", cJSON_Object, &in))
		return d->err;
	f->counted_s = json_get_number(d, &in, "counted_s");
	f->full = json_get_number(d, &in, "full");
	f->ranged = json_get_number(d, &in, "ranged");
	f->received = json_get_number(d, &in, "received");
	f->cpu_received_full = json_get_number(d, &in, "cpu_received_full");
	f->cpu_received_ranged = json_get_number(d, &in, "cpu_received_ranged");
	return d->err;
}

static int read_member_of_crew(struct json_doc *d, const struct json_at *at,
			       double ns_per_tick, struct worker_record *w)
{
	struct json_at latency;

	if (json_expect(d, at, cJSON_Object))
		return d->err;
	w->id = (int)json_get_int(d, at, "id", 0);
	w->cpu = (int)json_get_int(d, at, "cpu", -1);
	w->node = (int)json_get_int(d, at, "node", -1);
	w->tid = (int)json_get_int(d, at, "tid", 0);
	w->ops = get_count(d, at, "ops");
	w->elapsed_s = json_get_number(d, at, "elapsed_s");
	w->ns_per_op = json_get_number(d, at, "ns_per_op");
	w->quiet_ops_per_s = json_get_number(d, at, "quiet_ops_per_s");
	w->max_ns = NAN;
	if (read_flushes(d, at, &w->flushes))
		return d->err;
	if (!json_get_container(d, at, "latency_ns", cJSON_Object, &latency))
		return d->err;
	w->max_ns = json_get_number(d, &latency, "max");
	w->sampled_one_in = (int)json_get_int(d, &latency, "sampled_one_in", 0);
	return read_buckets(d, &latency, ns_per_tick, &w->latency);
}

static int read_crew(struct json_doc *d, const struct json_at *at, const char *key,
		     double ns_per_tick, struct worker_record **crew, int *n)
{
	struct json_at list;
	int count;

	if (!json_get_container(d, at, key, cJSON_Array, &list))
		return d->err;
	count = cJSON_GetArraySize(list.node);
	if (count > EXPERIMENT_MAX_WORKERS)
		return json_fail(d, &list, "", "more than %d", EXPERIMENT_MAX_WORKERS);
	free(*crew);
	*n = 0;
	*crew = calloc((size_t)count + 1, sizeof(**crew));
	if (!*crew)
		return -ENOMEM;
	for (const cJSON *m = list.node->child; m && !d->err; m = m->next) {
		read_member_of_crew(d, &(struct json_at){&list, m}, ns_per_tick,
				    &(*crew)[*n]);
		(*n)++;
	}
	return d->err;
}

static void read_expectation(struct json_doc *d, const struct json_at *at,
			     struct expectation *e)
{
	struct json_at x;
	char kind[16];

	if (!json_get_container(d, at, "expectation", cJSON_Object, &x))
		return;
	json_get_text(d, &x, "kind", kind, sizeof(kind));
	for (enum flush_kind k = FLUSH_NONE; k <= FLUSH_EITHER; k++)
		if (!strcmp(kind, flush_kind_name(k)))
			e->kind = k;
	e->flushes_per_op_low = json_get_number(d, &x, "flushes_per_op_low");
	e->flushes_per_op_high = json_get_number(d, &x, "flushes_per_op_high");
	e->pages = json_get_int(d, &x, "pages", 0);
	e->shootdowns_per_op_low = json_get_number(d, &x, "shootdowns_per_op_low");
	e->shootdowns_per_op_high = json_get_number(d, &x, "shootdowns_per_op_high");
	json_get_text(d, &x, "why", e->why, sizeof(e->why));
}

static void read_summary(struct json_doc *d, const struct json_at *at,
			 struct run_record *run)
{
	struct json_at all, one;
	char source[16];

	if (!json_get_container(d, at, "summary", cJSON_Object, &all))
		return;
	json_get_text(d, &all, "cpus_told_source", source, sizeof(source));
	run->told_source = told_source_find(source);
	for (int m = 0; m < METRIC_N; m++) {
		struct stats *s = &run->summary[m];

		if (!json_get_container(d, &all, metric_table[m].name, cJSON_Object,
					&one))
			continue;
		s->n = (size_t)get_count(d, &one, "n");
		s->mean = json_get_number(d, &one, "mean");
		s->median = json_get_number(d, &one, "median");
		s->stddev = json_get_number(d, &one, "stddev");
		s->min = json_get_number(d, &one, "min");
		s->max = json_get_number(d, &one, "max");
		s->ci95_low = json_get_number(d, &one, "ci95_low");
		s->ci95_high = json_get_number(d, &one, "ci95_high");
	}
}

static int read_markers(struct json_doc *d, const struct json_at *at,
			struct series **series)
{
	struct json_at list;

	if (!json_get_container(d, at, "markers", cJSON_Array, &list) ||
	    !list.node->child)
		return d->err;
	if (!*series)
		*series = series_new(0);
	if (!*series)
		return -ENOMEM;
	for (const cJSON *n = list.node->child; n && !d->err; n = n->next) {
		struct json_at marker = {&list, n};
		struct marker m = {.t_s = json_get_number(d, &marker, "t_s")};

		json_get_text(d, &marker, "what", m.what, sizeof(m.what));
		json_get_text(d, &marker, "from", m.from, sizeof(m.from));
		json_get_text(d, &marker, "to", m.to, sizeof(m.to));
		if (!isnan(m.t_s))
			series_mark(*series, &m);
	}
	return d->err;
}

static void read_checks(struct json_doc *d, const struct json_at *at,
			struct run_record *run)
{
	struct json_at list;

	run->n_checks = 0;
	if (!json_get_container(d, at, "checks", cJSON_Array, &list))
		return;
	for (const cJSON *n = list.node->child; n && run->n_checks < RUN_MAX_CHECKS;
	     n = n->next) {
		struct json_at at_check = {&list, n};
		struct check *c = &run->checks[run->n_checks++];
		const cJSON *ok = cJSON_GetObjectItemCaseSensitive(n, "ok");

		c->state = !cJSON_IsBool(ok)  ? CHECK_UNKNOWN
			   : cJSON_IsTrue(ok) ? CHECK_OK
					      : CHECK_WARN;
		json_get_text(d, &at_check, "name", c->name, sizeof(c->name));
		json_get_text(d, &at_check, "expected", c->expected,
			      sizeof(c->expected));
		json_get_text(d, &at_check, "observed", c->observed,
			      sizeof(c->observed));
		json_get_text(d, &at_check, "note", c->note, sizeof(c->note));
	}
}

static void read_noise(struct json_doc *d, const struct json_at *at,
		       struct noise *noise)
{
	struct json_at x;
	struct {
		const char *key;
		struct reading *reading;
	} rows[] = {{"steal_pct", &noise->steal_pct},
		    {"involuntary_switches", &noise->involuntary_switches},
		    {"migrations", &noise->migrations},
		    {"frequency_hz", &noise->frequency_hz},
		    {"throttles", &noise->throttles}};

	if (!json_get_container(d, at, "noise", cJSON_Object, &x))
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double value = json_get_number(d, &x, rows[i].key);

		*rows[i].reading = isnan(value)
					   ? READING_ABSENT
					   : (struct reading){value, QUALITY_EXACT};
	}
}

static int read_intervals(struct json_doc *d, const struct json_at *at,
			  const struct catalogue *c, struct run_record *run)
{
	struct json_at list;
	int n_cpus = 0, err = 0;

	if (!json_get_container(d, at, "intervals", cJSON_Array, &list))
		return d->err;
	for (const cJSON *n = list.node->child; n; n = n->next) {
		int cpus = result_interval_cpus(&(struct json_at){&list, n});

		n_cpus = cpus > n_cpus ? cpus : n_cpus;
	}
	for (const cJSON *n = list.node->child; n && !err; n = n->next)
		err = result_read_interval(d, &(struct json_at){&list, n}, c, n_cpus,
					   run);
	return err;
}

int result_read_run(struct json_doc *d, const struct json_at *at,
		    const struct catalogue *c, struct run_record *run)
{
	double tick;
	int err = json_expect(d, at, cJSON_Object);

	if (!err)
		err = read_config(d, at, c, &run->config);
	if (err)
		return err;
	run->point = (int)json_get_int(d, at, "point", 0);
	run->repeat = (int)json_get_int(d, at, "repeat", 0);
	json_get_text(d, at, "started_utc", run->started_utc, sizeof(run->started_utc));
	run->warmup_s = json_get_number(d, at, "warmup_s");
	run->elapsed_s = json_get_number(d, at, "elapsed_s");
	/* Without it the buckets' nanoseconds are taken as the ticks. */
	tick = json_get_number(d, at, "ns_per_tick");
	run->ns_per_tick = tick > 0 ? tick : 1;
	run->interrupted = json_get_bool(d, at, "interrupted", false);
	json_get_text(d, at, "failure", run->failure, sizeof(run->failure));
	run->ceiling_pages = json_get_int(d, at, "ceiling_pages", -1);
	read_expectation(d, at, &run->expectation);
	read_summary(d, at, run);
	read_checks(d, at, run);
	read_noise(d, at, &run->noise);
	result_read_flushers(d, at, &run->flushers);
	result_read_facts(d, at, "instruments", run->instruments,
			  (int)(sizeof(run->instruments) / sizeof(run->instruments[0])),
			  &run->n_instruments);
	err = read_crew(d, at, "workers", run->ns_per_tick, &run->workers,
			&run->n_workers);
	if (!err)
		err = read_crew(d, at, "victims", run->ns_per_tick, &run->victims,
				&run->n_victims);
	if (!err)
		err = read_intervals(d, at, c, run);
	if (!err)
		err = read_markers(d, at, &run->series);
	return err ? err : d->err;
}
