/* SPDX-License-Identifier: MIT */
/* A tuning's answer: the costs it rests on, what follows from them, and in words. */
#include "io/result/text.h"

static void put_sizes(struct json_writer *w, const struct tune_answer *a)
{
	json_key(w, "pages");
	json_begin_line_array(w);
	for (int s = 0; s < a->n_sizes; s++)
		json_int(w, a->pages[s]);
	json_end_array(w);
}

/* The means in one list, their intervals in another. */
static void put_costs(struct json_writer *w, const struct tune_answer *a,
		      const struct stats *costs, const char *mean_key,
		      const char *interval_key)
{
	json_key(w, mean_key);
	json_begin_line_array(w);
	for (int s = 0; s < a->n_sizes; s++)
		json_number(w, costs[s].mean);
	json_end_array(w);
	json_key(w, interval_key);
	json_begin_line_array(w);
	for (int s = 0; s < a->n_sizes; s++) {
		json_begin_line_array(w);
		json_number(w, costs[s].ci95_low);
		json_number(w, costs[s].ci95_high);
		json_end_array(w);
	}
	json_end_array(w);
}

static void put_interval(struct json_writer *w, const struct stats_interval *i)
{
	json_begin_line_object(w);
	json_put_number(w, "estimate", i->estimate);
	json_put_number(w, "ci95_low", i->ci95_low);
	json_put_number(w, "ci95_high", i->ci95_high);
	json_end_object(w);
}

/* Members of the open object: the lines and where they cross. */
static void put_fit(struct json_writer *w, const struct tune_answer *a)
{
	const struct tune_fit *f = &a->fit;

	json_key(w, "fit");
	if (!a->fitted) {
		json_null(w);
		return;
	}
	json_begin_object(w);
	json_put_number(w, "fixed_ranged_ns", f->fixed_ranged_ns);
	json_put_number(w, "per_page_ranged_ns", f->per_page_ranged_ns);
	json_put_number(w, "fixed_full_ns", f->fixed_full_ns);
	json_put_number(w, "per_page_full_ns", f->per_page_full_ns);
	json_put_number(w, "flush_ns_per_page", f->flush_ns_per_page);
	json_put_bool(w, "agrees_with_pairs", f->agrees);
	json_put_number(w, "worst_residual_ns", f->worst_residual_ns);
	json_put_int(w, "worst_residual_pages", f->worst_pages);
	json_key(w, "crossover_pages");
	put_interval(w, &f->crossover);
	json_key(w, "crossover_repeated_pages");
	put_interval(w, &f->repeatable);
	json_key(w, "crossover_of_pairs_pages");
	put_interval(w, &f->direct);
	json_end_object(w);
}

/* Bounds that are open are null. */
static void put_bound(struct json_writer *w, const char *key, int64_t pages)
{
	json_put_known(w, key, pages == INT64_MAX ? -1 : pages);
}

/* What each size says by itself, as sizes are listed. */
static void put_sides(struct json_writer *w, const struct tune_answer *a)
{
	static const char *const names[] = {"open", "same", "ranged", "full"};

	json_key(w, "cheaper");
	json_begin_line_array(w);
	for (int s = 0; s < a->n_sizes; s++)
		json_string(w, names[a->side[s]]);
	json_end_array(w);
}

static void put_answer(struct json_writer *w, const struct tune_answer *a)
{
	char text[320];

	json_put_int(w, "working_set_pages", a->working_set_pages);
	json_put_string(w, "verdict", tune_verdict_name(a->verdict));
	json_put_string(w, "verdict_text", tune_verdict_text(a, text, sizeof(text)));
	json_put_bool(w, "settled", tune_answer_settled(a));
	json_put_int(w, "rounds", a->n_rounds);
	json_put_int(w, "batches", a->n_batches);
	json_put_int(w, "pairs", a->pairs);
	json_put_int(w, "pairs_far_out", a->outliers);
	json_put_number(w, "aa_noise_pct", a->aa_noise_pct);
	json_put_known(w, "ceiling_now", a->ceiling_now);
	json_put_known(w, "recommended", a->recommended);
	put_bound(w, "ci95_low", a->ci95_low);
	put_bound(w, "ci95_high", a->ci95_high);
	json_put_bool(w, "no_difference", tune_no_difference(a));
	json_put_bool(w, "from_pairs", a->from_pairs);
	json_key(w, "gain_pct");
	put_interval(w, &a->gain_pct);
	put_sizes(w, a);
	put_sides(w, a);
	put_costs(w, a, a->ranged, "cost_ranged_ns", "cost_ranged_ci95_ns");
	put_costs(w, a, a->full, "cost_full_ns", "cost_full_ci95_ns");
	put_costs(w, a, a->pair, "ranged_minus_full_ns", "ranged_minus_full_ci95_ns");
	json_put_number(w, "membarrier_ns", a->membarrier.mean);
	put_fit(w, a);
}

static void put_round(struct json_writer *w, const double *costs, int n)
{
	json_begin_line_array(w);
	for (int i = 0; i < n; i++)
		json_number(w, costs[i]);
	json_end_array(w);
}

/* Every round as it was measured, so that another can fit them in another way. */
static void put_rounds(struct json_writer *w, const struct tune_data *d)
{
	json_key(w, "round_ranged_ns");
	json_begin_array(w);
	for (int r = 0; r < d->n_rounds; r++)
		put_round(w, d->rounds[r].ranged_ns, d->n_sizes);
	json_end_array(w);
	json_key(w, "round_full_ns");
	json_begin_array(w);
	for (int r = 0; r < d->n_rounds; r++)
		put_round(w, d->rounds[r].full_ns, d->n_sizes);
	json_end_array(w);
	json_key(w, "round_batch");
	json_begin_line_array(w);
	for (int r = 0; r < d->n_rounds; r++)
		json_int(w, d->rounds[r].batch);
	json_end_array(w);
	json_key(w, "round_aa_ns");
	json_begin_array(w);
	for (int r = 0; r < d->n_rounds; r++)
		put_round(w, d->rounds[r].aa_ns, 2);
	json_end_array(w);
}

/* What a full flush costs beyond a page-by-page one of no page, by working set: known
 * where the costs lie on a line. */
static void put_refill(struct json_writer *w, const struct result_tune *t)
{
	json_key(w, "refill");
	json_begin_array(w);
	for (int i = 0; i < t->n_answers; i++) {
		const struct tune_answer *a = &t->answers[i];

		if (!a->fitted || !a->fit.agrees)
			continue;
		json_begin_line_object(w);
		json_put_int(w, "working_set_pages", a->working_set_pages);
		json_put_number(w, "full_minus_ranged_ns", -a->fit.offset_ns);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_crossover(struct json_writer *w, const struct result_tune *t)
{
	json_key(w, "crossover");
	json_begin_array(w);
	for (int i = 0; i < t->n_answers; i++) {
		const struct tune_answer *a = &t->answers[i];

		const struct stats_interval *c =
			a->from_pairs ? &a->fit.direct : &a->fit.crossover;

		if (!a->n_batches)
			continue;
		json_begin_line_object(w);
		json_put_int(w, "working_set_pages", a->working_set_pages);
		json_put_number(w, "pages", c->estimate);
		json_put_number(w, "ci95_low", c->ci95_low);
		json_put_number(w, "ci95_high", c->ci95_high);
		json_end_object(w);
	}
	json_end_array(w);
}

static void put_mix(struct json_writer *w, const struct result_tune *t)
{
	json_key(w, "mix");
	json_begin_object(w);
	json_put_string(w, "source", t->mix_source);
	json_put_number(w, "full_share", t->mix->whole);
	json_key(w, "parts");
	json_begin_array(w);
	for (int i = 0; i < t->mix->n; i++) {
		json_begin_line_object(w);
		json_put_int(w, "pages", t->mix->part[i].pages);
		json_put_number(w, "share", t->mix->part[i].share);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}

void result_put_tune(struct json_writer *w, const struct result_tune *t)
{
	json_begin_object(w);
	json_put_string(w, "method", t->method);
	if (t->trial) {
		result_put_trial(w, t);
		json_end_object(w);
		return;
	}
	put_answer(w, &t->answers[0]);
	if (t->mix)
		put_mix(w, t);
	put_refill(w, t);
	put_crossover(w, t);
	json_put_int(w, "victims", t->victims);
	json_put_int(w, "windows", t->windows);
	json_put_int(w, "windows_disturbed", t->disturbed);
	json_put_int(w, "rounds_lost", t->rounds_lost);
	json_put_number(w, "elapsed_s", t->elapsed_s);
	json_put_bool(w, "restored", t->restored);
	char text[320];

	json_put_string(w, "working_sets_text",
			tune_sets_text(t->answers, t->n_answers, text, sizeof(text)));
	json_key(w, "working_sets");
	json_begin_array(w);
	for (int i = 0; i < t->n_answers; i++) {
		json_begin_object(w);
		put_answer(w, &t->answers[i]);
		if (t->data)
			put_rounds(w, &t->data[i]);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
}
