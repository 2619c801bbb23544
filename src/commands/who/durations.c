/* SPDX-License-Identifier: MIT */
/* How long flushes take, for people and in JSON: of all, and of one initiator. */
#include <math.h>

#include "commands/cells.h"
#include "commands/who/view.h"
#include "tlblab/base/text.h"

enum { CELL = 32 };

static double part(double sum, double n)
{
	return n > 0 ? sum / n : NAN;
}

static void put_quantiles(struct json_writer *w, const struct hist_view *h)
{
	json_put_uint(w, "count", h->total);
	json_put_number(w, "p50", hist_view_quantile(h, 0.5));
	json_put_number(w, "p90", hist_view_quantile(h, 0.9));
	json_put_number(w, "p99", hist_view_quantile(h, 0.99));
	json_put_number(w, "max", hist_view_max(h));
}

static void put_range(struct json_writer *w, int told_class)
{
	int least, most;

	who_told_range(told_class, &least, &most);
	json_put_int(w, "cpus_told_least", least);
	json_put_number(w, "cpus_told_most", most ? (double)most : (double)NAN);
}

static void put_path(struct json_writer *w, const struct who_path *p)
{
	json_key(w, "mean_path_ns");
	json_begin_object(w);
	json_put_number(w, "send", part(p->send_ns, p->n));
	json_put_number(w, "wait", part(p->wait_ns, p->n));
	json_put_number(w, "answer", part(p->answer_ns, p->n));
	json_end_object(w);
}

void who_put_durations(struct json_writer *w, const struct who_durations *d)
{
	const struct who_mean mean = who_mean_of(d);

	json_key(w, "flush_ns");
	json_begin_object(w);
	json_put_number(w, "mean", who_mean_ns(&mean));
	put_quantiles(w, &d->all);
	put_path(w, &d->path);
	json_key(w, "by_cpus_told");
	json_begin_array(w);
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		if (!(d->by_told[i].n > 0))
			continue;
		json_begin_object(w);
		put_range(w, i);
		json_put_number(w, "count", d->by_told[i].n);
		json_put_number(w, "mean", who_mean_ns(&d->by_told[i]));
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

static void put_published(struct json_writer *w)
{
	json_key(w, "published");
	json_begin_line_object(w);
	json_put_string(w, "source", who_published_source);
	json_key(w, "mean_ns");
	json_begin_array(w);
	for (int i = 0; i < WHO_PUBLISHED; i++) {
		json_begin_object(w);
		json_put_int(w, "threads", who_published[i].threads);
		json_put_int(w, "cpus_told", who_published[i].told);
		json_put_number(w, "mean", who_published[i].mean_ns);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

void who_put_all_durations(struct json_writer *w, const struct who_all_durations *d)
{
	const struct who_mean mean = who_mean_of(&d->sum);

	json_key(w, "flush_ns");
	json_begin_object(w);
	json_put_number(w, "mean", who_mean_ns(&mean));
	put_quantiles(w, &d->sum.all);
	json_put_number(w, "mean_until_received", part(d->deliver_ns, d->n_requests));
	json_put_number(w, "mean_on_receiver", part(d->receive_ns, d->n_requests));
	put_path(w, &d->sum.path);
	json_key(w, "by_cpus_told");
	json_begin_array(w);
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		if (!d->by_told[i].total)
			continue;
		json_begin_line_object(w);
		put_range(w, i);
		json_put_number(w, "mean", who_mean_ns(&d->sum.by_told[i]));
		put_quantiles(w, &d->by_told[i]);
		json_end_object(w);
	}
	json_end_array(w);
	put_published(w);
	json_end_object(w);
}

static void print_path(FILE *out, const struct who_view *v)
{
	const struct who_path *p = &who_durations(who_watch_who(v->watch))->sum.path;
	bool requests = flush_source_requests(who_watch_source(v->watch))->available;
	char send[CELL], wait[CELL], answer[CELL];

	if (!(p->n > 0))
		return;
	fprintf(out,
		requests ? "on average: %s to send, %s until the last CPU begins, %s "
			   "until it is done\n"
			 : "on average: %s until sent, %s until the last answer, %s to "
			   "return\n",
		text_quantity(send, CELL, p->send_ns / p->n, "ns"),
		text_quantity(wait, CELL, p->wait_ns / p->n, "ns"),
		text_quantity(answer, CELL, p->answer_ns / p->n, "ns"));
}

static void put_length(FILE *out, double ns)
{
	char cell[CELL];

	cell_right(out, text_quantity(cell, CELL, ns, "ns"), 11);
}

void who_print_durations(FILE *out, const struct who_view *v)
{
	const struct availability *a =
		flush_source_durations(who_watch_source(v->watch));
	const struct who_all_durations *d = who_durations(who_watch_who(v->watch));

	if (!a->available) {
		fprintf(out, "\nhow long a flush takes is not known: %s\n", a->reason);
		return;
	}
	if (!d->sum.all.total)
		return;
	fprintf(out,
		"\n%-18s %10s %10s %10s %10s  (from the request to the last "
		"answer)\n",
		"FLUSH TELLS", "FLUSHES", "MEAN", "p50", "p99");
	for (int i = 0; i < WHO_TOLD_CLASSES; i++) {
		const struct hist_view *h = &d->by_told[i];
		char label[CELL] = "", cell[CELL];
		int least, most;

		if (!h->total)
			continue;
		who_told_range(i, &least, &most);
		text_append(label, sizeof(label),
			    most == least ? "%d CPU"
			    : most	  ? "%d to %d CPUs"
					  : "%d CPUs or more",
			    least, most);
		cell_left(out, label, 18);
		cell_right(out, text_quantity(cell, CELL, (double)h->total, ""), 11);
		put_length(out, who_mean_ns(&d->sum.by_told[i]));
		put_length(out, hist_view_quantile(h, 0.5));
		put_length(out, hist_view_quantile(h, 0.99));
		fprintf(out, "\n");
	}
	print_path(out, v);
	fprintf(out,
		"published means: %.0f, %.0f and %.0f ns to %d, %d and %d CPUs "
		"(%s)\n",
		who_published[0].mean_ns, who_published[1].mean_ns,
		who_published[2].mean_ns, who_published[0].told, who_published[1].told,
		who_published[2].told, who_published_source);
}
