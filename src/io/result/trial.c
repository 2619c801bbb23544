/* SPDX-License-Identifier: MIT */
/* A tuning for a program: the ceilings tried, and every round of it. What only a fit of
 * costs has is there, and empty. */
#include "io/result/text.h"

static void put_arm(struct json_writer *w, const struct result_trial *t, int i)
{
	const struct trial_arm *arm = &t->answer->arm[i];

	json_begin_line_object(w);
	json_put_int(w, "ceiling", arm->ceiling);
	json_put_number(w, "rate_mean", arm->rate.mean);
	json_put_number(w, "rate_median", arm->rate.median);
	json_put_number(w, "rate_stddev", arm->rate.stddev);
	json_put_number(w, "gain_pct", arm->gain_pct.estimate);
	json_put_number(w, "gain_ci95_low_pct", arm->gain_pct.ci95_low);
	json_put_number(w, "gain_ci95_high_pct", arm->gain_pct.ci95_high);
	json_put_bool(w, "behind", arm->behind);
	json_end_object(w);
}

/* The present ceiling first, the others in their order, the present one again. */
static void put_rounds(struct json_writer *w, const struct trial_data *d)
{
	json_key(w, "round_rates");
	json_begin_array(w);
	for (int r = 0; r < d->n_rounds; r++) {
		json_begin_line_array(w);
		for (int i = 0; i < d->n; i++)
			json_number(w, d->rounds[r].rate[i]);
		json_number(w, d->rounds[r].again);
		json_end_array(w);
	}
	json_end_array(w);
}

static void put_empty(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_begin_line_array(w);
	json_end_array(w);
}

void result_put_trial(struct json_writer *w, const struct result_tune *t)
{
	const struct result_trial *trial = t->trial;
	const struct trial_answer *a = trial->answer;
	char text[320];

	json_put_string(w, "verdict", trial_verdict_name(a->verdict));
	json_put_string(w, "verdict_text", trial_verdict_text(a, text, sizeof(text)));
	json_put_bool(w, "settled", trial_answer_settled(a));
	json_put_int(w, "rounds", a->n_rounds);
	json_put_number(w, "aa_noise_pct", a->aa_noise_pct);
	json_put_known(w, "ceiling_now", a->ceiling_now);
	json_put_known(w, "recommended", a->recommended);
	json_put_known(w, "ci95_low", a->ci95_low);
	json_put_known(w, "ci95_high", a->ci95_high);
	json_put_bool(w, "no_difference", a->verdict == TRIAL_NO_DIFFERENCE);
	if (trial->command)
		json_put_string(w, "command", trial->command);
	else
		json_put_int(w, "pid", trial->pid);
	json_put_string(w, "rate_unit", trial->unit);
	json_put_number(w, "window_s", trial->window_s);
	json_put_known(w, "runs_a_window",
		       trial->runs_a_window ? trial->runs_a_window : -1);
	json_put_int(w, "windows", t->windows);
	json_put_int(w, "rounds_lost", t->rounds_lost);
	json_put_number(w, "elapsed_s", t->elapsed_s);
	json_put_bool(w, "restored", t->restored);
	json_key(w, "ceilings");
	json_begin_array(w);
	for (int i = 0; i < a->n; i++)
		put_arm(w, trial, i);
	json_end_array(w);
	put_rounds(w, trial->data);
	put_empty(w, "cost_ranged_ns");
	put_empty(w, "cost_full_ns");
	put_empty(w, "refill");
	put_empty(w, "crossover");
}
