/* SPDX-License-Identifier: MIT */
/* By whom and why a run's CPUs were told to flush: written and read. */
#include <math.h>

#include "io/result/read.h"
#include "io/result/text.h"

static const struct {
	const char *key;
	size_t at;
} durations[] = {
	{"count", offsetof(struct flushers, count)},
	{"mean", offsetof(struct flushers, mean_ns)},
	{"p50", offsetof(struct flushers, p50_ns)},
	{"p99", offsetof(struct flushers, p99_ns)},
	{"mean_send", offsetof(struct flushers, send_ns)},
	{"mean_wait", offsetof(struct flushers, wait_ns)},
	{"mean_answer", offsetof(struct flushers, answer_ns)},
};

enum { DURATIONS = sizeof(durations) / sizeof(durations[0]) };

static void put_rates(struct json_writer *w, const struct flusher_rates *r)
{
	json_put_number(w, "flushes_per_s", r->flushes_per_s);
	json_put_number(w, "asked_per_s", r->asked_per_s);
	json_put_number(w, "cpus_told_per_s", r->cpus_told_per_s);
}

static void put_sum(struct json_writer *w, const char *key,
		    const struct flusher_rates *r)
{
	json_key(w, key);
	json_begin_line_object(w);
	put_rates(w, r);
	json_end_object(w);
}

static void put_rows(struct json_writer *w, const struct flushers *f)
{
	json_key(w, "by");
	json_begin_array(w);
	for (int i = 0; i < f->n; i++) {
		json_begin_line_object(w);
		json_put_int(w, "pid", f->row[i].pid);
		json_put_int(w, "tid", f->row[i].tid);
		json_put_string(w, "comm", f->row[i].comm);
		json_put_bool(w, "worker", f->row[i].worker);
		json_put_string(w, "cause", f->row[i].cause);
		put_rates(w, &f->row[i].rates);
		json_end_object(w);
	}
	json_end_array(w);
	json_key(w, "causes");
	json_begin_array(w);
	for (int i = 0; i < f->n_causes; i++) {
		json_begin_line_object(w);
		json_put_string(w, "cause", f->cause[i].cause);
		put_rates(w, &f->cause[i].rates);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_durations(struct json_writer *w, const struct flushers *f)
{
	json_key(w, "flush_ns");
	json_begin_object(w);
	json_put_string(w, "reason", *f->no_durations ? f->no_durations : NULL);
	for (int i = 0; i < DURATIONS; i++)
		json_put_number(w, durations[i].key,
				*(const double *)((const char *)f + durations[i].at));
	json_key(w, "by_cpus_told");
	json_begin_array(w);
	for (int i = 0; i < f->n_told; i++) {
		json_begin_line_object(w);
		json_put_int(w, "least", f->told[i].least);
		json_put_known(w, "most", f->told[i].most ? f->told[i].most : -1);
		json_put_number(w, "count", f->told[i].count);
		json_put_number(w, "mean", f->told[i].mean_ns);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

void result_put_flushers(struct json_writer *w, const struct flushers *f)
{
	json_key(w, "flushed_by");
	if (!(f->elapsed_s > 0) && !*f->reason) {
		json_null(w);
		return;
	}
	json_begin_object(w);
	json_put_string(w, "reason", *f->reason ? f->reason : NULL);
	if (f->elapsed_s > 0) {
		json_put_number(w, "warmup_s", f->elapsed_s);
		json_put_number(w, "recorded_pct", f->recorded_pct);
		json_put_number(w, "records_lost", f->lost);
		put_sum(w, "all", &f->all);
		put_sum(w, "workers", &f->workers);
		json_put_number(w, "workers_time_pct", f->workers_pct);
		json_put_number(w, "cpus_time_pct", f->cpus_pct);
		put_rows(w, f);
		put_durations(w, f);
	}
	json_end_object(w);
}

static void read_rates(struct json_doc *d, const struct json_at *at,
		       struct flusher_rates *r)
{
	r->flushes_per_s = json_get_number(d, at, "flushes_per_s");
	r->asked_per_s = json_get_number(d, at, "asked_per_s");
	r->cpus_told_per_s = json_get_number(d, at, "cpus_told_per_s");
}

static void read_sum(struct json_doc *d, const struct json_at *at, const char *key,
		     struct flusher_rates *r)
{
	struct json_at in;

	*r = (struct flusher_rates){NAN, NAN, NAN};
	if (json_get_container(d, at, key, cJSON_Object, &in))
		read_rates(d, &in, r);
}

static void read_rows(struct json_doc *d, const struct json_at *at, struct flushers *f)
{
	struct json_at list;
	const cJSON *n = NULL;

	if (json_get_container(d, at, "by", cJSON_Array, &list))
		n = list.node->child;
	for (; n && f->n < FLUSHERS_MAX; n = n->next) {
		struct flusher *row = &f->row[f->n++];
		struct json_at in = {&list, n};

		row->pid = (int)json_get_int(d, &in, "pid", 0);
		row->tid = (int)json_get_int(d, &in, "tid", 0);
		row->worker = json_get_bool(d, &in, "worker", false);
		json_get_text(d, &in, "comm", row->comm, sizeof(row->comm));
		json_get_text(d, &in, "cause", row->cause, sizeof(row->cause));
		read_rates(d, &in, &row->rates);
	}
	n = NULL;
	if (json_get_container(d, at, "causes", cJSON_Array, &list))
		n = list.node->child;
	for (; n && f->n_causes < FLUSHERS_CAUSES_MAX; n = n->next) {
		struct flushers_cause *cause = &f->cause[f->n_causes++];
		struct json_at in = {&list, n};

		json_get_text(d, &in, "cause", cause->cause, sizeof(cause->cause));
		read_rates(d, &in, &cause->rates);
	}
}

static void read_durations(struct json_doc *d, const struct json_at *at,
			   struct flushers *f)
{
	struct json_at in = {NULL, NULL}, list;
	const cJSON *n = NULL;

	if (!json_get_container(d, at, "flush_ns", cJSON_Object, &in))
		return;
	json_get_text(d, &in, "reason", f->no_durations, sizeof(f->no_durations));
	for (int i = 0; i < DURATIONS; i++)
		*(double *)((char *)f + durations[i].at) =
			json_get_number(d, &in, durations[i].key);
	if (json_get_container(d, &in, "by_cpus_told", cJSON_Array, &list))
		n = list.node->child;
	for (; n && f->n_told < FLUSHERS_TOLD_MAX; n = n->next) {
		struct flushers_told *told = &f->told[f->n_told++];
		struct json_at one = {&list, n};

		told->least = (int)json_get_int(d, &one, "least", 0);
		told->most = (int)json_get_int(d, &one, "most", 0);
		told->count = json_get_number(d, &one, "count");
		told->mean_ns = json_get_number(d, &one, "mean");
	}
}

int result_read_flushers(struct json_doc *d, const struct json_at *at,
			 struct flushers *f)
{
	struct json_at in;

	*f = (struct flushers){.n = 0};
	if (!json_get_container(d, at, "flushed_by", cJSON_Object, &in))
		return d->err;
	json_get_text(d, &in, "reason", f->reason, sizeof(f->reason));
	f->elapsed_s = json_get_number(d, &in, "warmup_s");
	if (!(f->elapsed_s > 0)) {
		f->elapsed_s = 0;
		return d->err;
	}
	f->recorded_pct = json_get_number(d, &in, "recorded_pct");
	f->lost = json_get_number(d, &in, "records_lost");
	read_sum(d, &in, "all", &f->all);
	read_sum(d, &in, "workers", &f->workers);
	f->workers_pct = json_get_number(d, &in, "workers_time_pct");
	f->cpus_pct = json_get_number(d, &in, "cpus_time_pct");
	read_rows(d, &in, f);
	read_durations(d, &in, f);
	return d->err;
}
