/* SPDX-License-Identifier: MIT */
/* What `who` writes for other programs: JSON, CSV and folded stacks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/who/view.h"
#include "tlblab/base/version.h"
#include "tlblab/io/buffer.h"

static void put_availability(struct json_writer *w, const char *key,
			     const struct availability *a)
{
	json_key(w, key);
	json_begin_line_object(w);
	json_put_bool(w, "available", a->available);
	json_put_string(w, "reason", a->available ? NULL : a->reason);
	json_put_string(w, "source", a->available ? a->source : NULL);
	json_end_object(w);
}

static void put_counts(struct json_writer *w, const struct who_view *v,
		       const struct who_counts *c, double elapsed_s)
{
	struct who_rates r = who_rates(v->watch, c, elapsed_s);

	json_put_number(w, "flushes_per_s", r.flushes_per_s);
	json_put_number(w, "cpus_told_per_s", r.told_per_s);
	json_put_number(w, "full_pct", r.full_pct);
	json_put_number(w, "pages_per_ranged_flush", r.pages_per_flush);
	json_put_number(w, "flushing_pct_of_a_cpu", r.flushing_pct);
	json_put_number(w, "received_per_s", r.received_per_s);
	json_put_number(w, "disturbed_pct_of_a_cpu", r.disturbed_pct);
}

static const struct who_counts *part(const struct who_tally *t, bool last_interval)
{
	return last_interval ? &t->last : &t->all;
}

static bool counts_any(const struct who_counts *c)
{
	return c->sent + c->local + c->received > 0;
}

static void put_tasks(struct json_writer *w, const struct who_view *v, bool last,
		      double elapsed_s)
{
	const struct who *who = who_watch_who(v->watch);

	json_key(w, "tasks");
	json_begin_array(w);
	for (int i = 0; i < who_n_tasks(who); i++) {
		const struct who_task *t = who_task_at(who, i);
		const struct who_counts *c = part(&t->tally, last);

		if (!counts_any(c) || !who_wants(v, t))
			continue;
		json_begin_line_object(w);
		json_put_int(w, "pid", t->pid);
		json_put_int(w, "tid", t->tid);
		json_put_string(w, "comm", i ? t->comm : "(others)");
		put_counts(w, v, c, elapsed_s);
		json_key(w, "causes");
		json_begin_object(w);
		for (int k = 0; k < CAUSE_N; k++)
			if (who_flushes(&t->by_cause[k]) > 0)
				json_put_number(w, cause_table[k].name,
						who_flushes(&t->by_cause[k]));
		json_end_object(w);
		if (!last && who_task_durations(who, i))
			who_put_durations(w, who_task_durations(who, i));
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_causes(struct json_writer *w, const struct who_view *v, bool last,
		       double elapsed_s)
{
	const struct who *who = who_watch_who(v->watch);

	json_key(w, "causes");
	json_begin_array(w);
	for (int i = 0; i < CAUSE_N; i++) {
		const struct who_counts *c =
			part(&who_cause_at(who, (enum cause)i)->tally, last);

		if (!counts_any(c))
			continue;
		struct who_rates r = who_rates(v->watch, c, elapsed_s);

		json_begin_line_object(w);
		json_put_string(w, "cause", cause_table[i].name);
		json_put_number(w, "flushes_per_s", r.flushes_per_s);
		json_put_number(w, "cpus_told_per_s", r.told_per_s);
		json_put_string(w, "remedy", cause_table[i].remedy);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_cpus(struct json_writer *w, const struct who_view *v, bool last,
		     double elapsed_s)
{
	const struct who *who = who_watch_who(v->watch);

	json_key(w, "cpus");
	json_begin_array(w);
	for (int i = 0; i < who_n_cpus(who); i++) {
		const struct who_cpu *cpu = who_cpu_at(who, i);
		const struct who_counts *c = part(&cpu->tally, last);
		struct who_rates r = who_rates(v->watch, c, elapsed_s);

		if (!counts_any(c))
			continue;
		json_begin_line_object(w);
		json_put_int(w, "cpu", i);
		json_put_number(w, "received_per_s", r.received_per_s);
		json_put_number(w, "disturbed_pct", r.disturbed_pct);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_pairs(struct json_writer *w, const struct who_view *v)
{
	const struct who *who = who_watch_who(v->watch);

	json_key(w, "who_hits_whom");
	json_begin_array(w);
	for (int i = 0; i < who_n_pairs(who); i++) {
		const struct who_pair *p = who_pair_at(who, i);

		json_begin_line_object(w);
		json_put_int(w, "from_pid", p->from_pid);
		json_put_int(w, "to_pid", p->to_pid);
		json_put_number(w, "count", p->count);
		json_end_object(w);
	}
	json_end_array(w);
}

void who_put_json(struct json_writer *w, const struct who_view *v, bool last_interval)
{
	const struct who *who = who_watch_who(v->watch);
	const struct flush_source *source = who_watch_source(v->watch);
	struct flush_source_state s = flush_source_state(source);
	double elapsed_s = who_elapsed_s(who, last_interval);

	json_begin_object(w);
	json_put_string(w, "schema", "tlblab.who/1");
	json_put_string(w, "tool", "tlblab " TLBLAB_VERSION);
	json_put_string(w, "kernel", v->machine->kernel_release);
	json_put_int(w, "cpus_online", v->machine->topology.n_online);
	json_put_number(w, "elapsed_s", elapsed_s);
	json_put_number(w, "recorded_share", s.recorded_share);
	json_put_uint(w, "records_lost", s.lost);
	put_availability(w, "requests", flush_source_requests(source));
	put_availability(w, "durations", flush_source_durations(source));
	put_availability(w, "kernel_ranges", flush_source_kernel_ranges(source));
	json_key(w, "total");
	json_begin_line_object(w);
	put_counts(w, v, part(who_total(who), last_interval), elapsed_s);
	json_end_object(w);
	json_key(w, "kernel_range");
	json_begin_line_object(w);
	put_counts(w, v, part(who_kernel_ranges(who), last_interval), elapsed_s);
	json_end_object(w);
	put_tasks(w, v, last_interval, elapsed_s);
	put_causes(w, v, last_interval, elapsed_s);
	put_cpus(w, v, last_interval, elapsed_s);
	if (!last_interval) {
		who_put_all_durations(w, who_durations(who));
		put_pairs(w, v);
	}
	json_end_object(w);
}

/* The program's text of a growing buffer, for its caller to free. */
static char *text_of(FILE *f, char **text)
{
	if (fclose(f)) {
		free(*text);
		return NULL;
	}
	return *text;
}

/* Empty where it is not known. */
static void put_cell(FILE *f, double value)
{
	fprintf(f, isnan(value) ? "," : ",%.6g", value);
}

static void csv_row(FILE *f, const struct who_view *v, int task, enum cause cause)
{
	const struct who_task *t = who_task_at(who_watch_who(v->watch), task);
	const struct who_counts *c = &t->by_cause[cause];
	struct who_rates r =
		who_rates(v->watch, c, who_elapsed_s(who_watch_who(v->watch), false));

	fprintf(f, "%d,%d,\"", t->pid, t->tid);
	for (const char *p = task ? t->comm : "(others)"; *p; p++)
		fprintf(f, *p == '"' ? "\"\"" : "%c", *p);
	fprintf(f, "\",%s", cause_table[cause].name);
	put_cell(f, r.flushes_per_s);
	put_cell(f, r.told_per_s);
	put_cell(f, c->full);
	put_cell(f, c->pages);
	put_cell(f, isnan(r.flushing_pct) ? NAN : c->flush_ns);
	putc('\n', f);
}

char *who_csv(const struct who_view *v, size_t *bytes)
{
	const struct who *who = who_watch_who(v->watch);
	char *text = NULL;
	FILE *f = open_memstream(&text, bytes);

	if (!f)
		return NULL;
	fprintf(f, "pid,tid,comm,cause,flushes_per_s,cpus_told_per_s,full,pages,"
		   "flush_ns\n");
	for (int i = 0; i < who_n_tasks(who); i++) {
		const struct who_task *t = who_task_at(who, i);

		for (int k = 0; k < CAUSE_N && who_wants(v, t); k++)
			if (who_flushes(&t->by_cause[k]) > 0)
				csv_row(f, v, i, (enum cause)k);
	}
	return text_of(f, &text);
}

char *who_folded(const struct who_view *v, size_t *bytes)
{
	const struct who *who = who_watch_who(v->watch);
	const struct stack_table *stacks =
		flush_source_stacks(who_watch_source(v->watch));
	const struct kernel_symbols *symbols = who_watch_symbols(v->watch);
	char *text = NULL;
	FILE *f = open_memstream(&text, bytes);

	if (!f)
		return NULL;
	for (int i = 0; i < stack_table_count(stacks); i++) {
		const struct stack *s = stack_table_at(stacks, i);

		fprintf(f, "%s", cause_table[s->cause].name);
		for (uint32_t k = s->n_kernel; k-- > 0;) {
			const char *name = kernel_symbols_name(
				symbols, s->frame[k] - (k > 0), NULL);

			if (name)
				fprintf(f, ";%s", name);
			else
				fprintf(f, ";0x%llx", (unsigned long long)s->frame[k]);
		}
		fprintf(f, " %.0f\n", who_stack_count(who, i));
	}
	return text_of(f, &text);
}
