/* SPDX-License-Identifier: MIT */

/* Closing a run: what the session holds becomes a record that outlives it. */
#include "backends/session_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/trace_cost.h"
#include "tlblab/sensors/flush_slots.h"

/* Of the last slice; the same thread, and for a victim its CPU. */
static void record_flushes(const struct session *s, int i, int cpu,
			   struct worker_flushes *out)
{
	const struct flush_slots *slots = s->view.shown.flush_slots;
	bool victim = i >= s->n_workers;
	int id = victim ? i - s->n_workers : i;
	double seconds = slots ? slots->elapsed_s : 0;

	for (int k = 0; slots && k < slots->n && seconds > 0; k++) {
		const struct flush_slot *slot = &slots->slot[k];

		if (slot->victim != victim || slot->index != id)
			continue;
		*out = (struct worker_flushes){
			.counted_s = seconds,
			.full = victim ? NAN : slot->full / seconds,
			.ranged = victim ? NAN : slot->ranged / seconds,
			.received = slot->received / seconds,
			.cpu_received_full = NAN,
			.cpu_received_ranged = NAN,
		};
	}
	for (int k = 0; victim && out->counted_s > 0 && k < slots->n_cpus; k++)
		if (slots->cpu[k].cpu == cpu) {
			out->cpu_received_full = slots->cpu[k].full / seconds;
			out->cpu_received_ranged = slots->cpu[k].ranged / seconds;
		}
}

static void record_worker(struct session *s, int i, struct worker_record *out)
{
	const struct session_worker *mine = &s->workers[i];
	const struct rig_reading w = mine->now;
	double tick = s->view.shown.ns_per_tick;

	*out = (struct worker_record){
		.id = i < s->n_workers ? i : i - s->n_workers,
		.cpu = w.cpu,
		.node = w.node,
		.tid = w.tid,
		.ops = w.ops - mine->before.ops,
		.elapsed_s = w.elapsed_s - mine->before.elapsed_s,
		.quiet_ops_per_s = w.quiet_per_s > 0 ? w.quiet_per_s : NAN,
		.latency = mine->window,
		.max_ns = w.max_ticks && tick > 0 ? (double)w.max_ticks * tick : NAN,
		.sampled_one_in = w.time_one_in,
	};
	if (i >= s->n_workers)
		out->elapsed_s = s->window.elapsed_s;
	record_flushes(s, i, w.cpu, &out->flushes);
	/* A worker's last operation may have long been over, or be under way. */
	double done_s =
		i < s->n_workers ? w.done_s - mine->before.done_s : out->elapsed_s;

	out->ns_per_op = out->ops ? done_s * 1e9 / (double)out->ops : NAN;
}

static void record_noise(const struct session *s, struct noise *out)
{
	const struct sample *w = &s->window;
	struct reading steal = sample_get(w, CH_STEAL_NS);
	struct reading cpus = sample_get(w, CH_CPUS_NS);

	out->steal_pct = READING_ABSENT;
	if (reading_present(steal) && reading_present(cpus) && cpus.value > 0)
		out->steal_pct =
			(struct reading){100 * steal.value / cpus.value, steal.quality};
	out->migrations = sample_get(w, CH_MIGRATIONS);
	out->involuntary_switches = sample_get(w, CH_INVOLUNTARY_SWITCHES);
	out->frequency_hz = sample_get(w, CH_FREQUENCY_HZ);
	out->throttles = sample_get(w, CH_THROTTLES);
}

static void record_fact(struct run_record *r, const char *key, double pct,
			const char *source)
{
	struct fact *f = &r->instruments[r->n_instruments];

	if (r->n_instruments == (int)(sizeof(r->instruments) / sizeof(*r->instruments)))
		return;
	r->n_instruments++;
	text_copy(f->key, sizeof(f->key), key);
	snprintf(f->value, sizeof(f->value), "%.3f", pct);
	text_copy(f->source, sizeof(f->source), source);
}

/* What counting flushes took from this very run, in percent of an operation's time. */
static void record_trace_cost(const struct session *s, struct run_record *r)
{
	struct trace_cost cost;
	char source[96];

	if (!trace_cost_of(s->series, s->run_start_s, &cost))
		return;
	snprintf(source, sizeof(source),
		 "%d counted interval%s against those beside %s", cost.n,
		 cost.n == 1 ? "" : "s", cost.n == 1 ? "it" : "them");
	record_fact(r, "flush_trace_cost_while_on_pct", cost.while_on_pct, source);
	snprintf(source, sizeof(source), "the same, on for %.2g %% of the run",
		 cost.on_share * 100);
	record_fact(r, "flush_trace_cost_pct", cost.pct, source);
}

/* What was switched on while it ran: every sensor that could be used. */
static void record_instruments(const struct session *s, struct run_record *r)
{
	int room = (int)(sizeof(r->instruments) / sizeof(*r->instruments));

	for (int i = 0; i < s->view.shown.n_sensors && r->n_instruments < room; i++) {
		const struct session_sensor *sensor = &s->view.shown.sensors[i];
		struct fact *f = &r->instruments[r->n_instruments++];

		text_copy(f->key, sizeof(f->key), sensor->name);
		text_copy(f->value, sizeof(f->value),
			  sensor->availability->available ? "on" : "absent");
		text_copy(f->source, sizeof(f->source), sensor->availability->source);
	}
}

static void record_text(struct run_record *r, const char *key, const char *value,
			const char *source)
{
	struct fact *f = &r->instruments[r->n_instruments];

	if (r->n_instruments == (int)(sizeof(r->instruments) / sizeof(*r->instruments)))
		return;
	r->n_instruments++;
	text_copy(f->key, sizeof(f->key), key);
	text_copy(f->value, sizeof(f->value), value);
	text_copy(f->source, sizeof(f->source), source);
}

/* What this kernel does, as the test before the first run found. */
static void record_self_test(const struct session *s, struct run_record *r)
{
	static const char source[] = "madvise of touched pages, tlb:tlb_flush";
	const struct flush_self_test *t = s->view.self_test;
	char text[96];

	if (!t)
		return;
	snprintf(text, sizeof(text), "%lld pages: %s", (long long)t->ceiling_pages,
		 flush_seen_name[t->at]);
	record_text(r, "self_test_at_ceiling", text, *t->reason ? t->reason : source);
	snprintf(text, sizeof(text), "%lld pages: %s", (long long)t->ceiling_pages + 1,
		 flush_seen_name[t->past]);
	record_text(r, "self_test_past_ceiling", text, *t->reason ? t->reason : source);
	if (*flush_self_test_told(t, text, sizeof(text)))
		record_text(r, "self_test_told", text,
			    "the same of one page, a thread spinning on another CPU");
}

static struct check *record_check(struct run_record *r, const char *name,
				  enum check_state state)
{
	struct check *c = &r->checks[r->n_checks];

	if (r->n_checks == RUN_MAX_CHECKS)
		return NULL;
	r->n_checks++;
	*c = (struct check){.state = state};
	text_copy(c->name, sizeof(c->name), name);
	return c;
}

/* What is known of somebody's program only when it is over. */
static void record_program(const struct session *s, struct run_record *r)
{
	struct check *c;

	if (s->view.watch_note && (c = record_check(r, "watched", CHECK_UNKNOWN))) {
		text_copy(c->observed, sizeof(c->observed), "not all of it is seen");
		text_copy(c->note, sizeof(c->note), s->view.watch_note);
	}
	if (!s->view.outlived || !(c = record_check(r, "outlived", CHECK_WARN)))
		return;
	text_copy(c->expected, sizeof(c->expected), "none");
	snprintf(c->observed, sizeof(c->observed), "%d process%s outlived the command",
		 s->view.outlived, s->view.outlived == 1 ? "" : "es");
	text_copy(c->note, sizeof(c->note),
		  "they had left its process group, and were ended with the run");
}

struct run_record *session_record(struct session *s)
{
	struct run_record *r;

	if (!s->window_begun || !s->workers || !(s->window.elapsed_s > 0))
		return NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	s->ops->view(s->backend, &s->view);
	r->config = s->experiment;
	text_copy(r->started_utc, sizeof(r->started_utc), s->started_utc);
	r->warmup_s = s->run_start_s - s->gate_s;
	r->elapsed_s = s->window.elapsed_s;
	r->ns_per_tick = s->view.shown.ns_per_tick;
	r->ceiling_pages = s->view.shown.ceiling_pages;
	r->expectation = s->expectation;
	text_copy(r->failure, sizeof(r->failure), s->failure);
	r->n_workers = s->n_workers;
	r->n_victims = s->n_victims;
	r->workers = calloc((size_t)s->n_workers + 1, sizeof(*r->workers));
	r->victims = calloc((size_t)s->n_victims + 1, sizeof(*r->victims));
	r->series = series_copy(s->series);
	if (!r->workers || !r->victims || !r->series) {
		run_record_free(r);
		return NULL;
	}
	for (int i = 0; i < s->n_workers; i++)
		record_worker(s, i, &r->workers[i]);
	for (int i = 0; i < s->n_victims; i++)
		record_worker(s, s->n_workers + i, &r->victims[i]);
	r->n_checks = s->n_checks;
	for (int i = 0; i < s->n_checks; i++)
		r->checks[i] = s->checks[i];
	record_program(s, r);
	if (s->view.shown.flushers)
		r->flushers = *s->view.shown.flushers;
	record_noise(s, &r->noise);
	record_instruments(s, r);
	record_self_test(s, r);
	record_trace_cost(s, r);
	run_record_summarise(r, s->run_start_s);
	return r;
}
