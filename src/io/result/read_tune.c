/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "io/result/read.h"

static int read_costs(struct json_doc *d, const struct json_at *at,
		      const char *mean_key, const char *interval_key, int n,
		      struct stats *out)
{
	struct json_at means, intervals;
	int i = 0;

	for (int s = 0; s < n; s++)
		out[s] = (struct stats){.mean = NAN, .ci95_low = NAN, .ci95_high = NAN};
	if (!json_get_container(d, at, mean_key, cJSON_Array, &means))
		return d->err;
	for (const cJSON *m = means.node->child; m && i < n; m = m->next, i++)
		out[i].mean = json_number_at(d, &(struct json_at){&means, m});
	if (!json_get_container(d, at, interval_key, cJSON_Array, &intervals))
		return d->err;
	i = 0;
	for (const cJSON *m = intervals.node->child; m && i < n; m = m->next, i++) {
		struct json_at pair = {&intervals, m};

		if (json_expect(d, &pair, cJSON_Array))
			return d->err;
		if (cJSON_GetArraySize(m) != 2)
			return json_fail(d, &pair, "[low, high] is expected",
					 "has not two values");
		out[i].ci95_low = json_number_at(d, &(struct json_at){&pair, m->child});
		out[i].ci95_high =
			json_number_at(d, &(struct json_at){&pair, m->child->next});
	}
	return d->err;
}

static int read_crossover(struct json_doc *d, const struct json_at *at,
			  struct stats_interval *out)
{
	struct json_at fit, x;

	*out = (struct stats_interval){NAN, NAN, NAN};
	if (!json_get_container(d, at, "fit", cJSON_Object, &fit) ||
	    !json_get_container(d, &fit, "crossover_pages", cJSON_Object, &x))
		return d->err;
	out->estimate = json_get_number(d, &x, "estimate");
	out->ci95_low = json_get_number(d, &x, "ci95_low");
	out->ci95_high = json_get_number(d, &x, "ci95_high");
	return d->err;
}

int result_read_tune(struct json_doc *d, const struct json_at *at,
		     struct result_data *r)
{
	struct json_at tune, pages;
	struct result_tune_data *t;
	int err;

	if (!json_get_container(d, at, "tune", cJSON_Object, &tune))
		return d->err;
	t = r->tune = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	json_get_text(d, &tune, "method", t->method, sizeof(t->method));
	json_get_text(d, &tune, "verdict_text", t->verdict, sizeof(t->verdict));
	t->ceiling_now = json_get_int(d, &tune, "ceiling_now", -1);
	t->recommended = json_get_int(d, &tune, "recommended", -1);
	t->ci95_low = json_get_int(d, &tune, "ci95_low", -1);
	t->ci95_high = json_get_int(d, &tune, "ci95_high", -1);
	t->aa_noise_pct = json_get_number(d, &tune, "aa_noise_pct");
	t->rounds = (int)json_get_int(d, &tune, "rounds", 0);
	t->restored = json_get_bool(d, &tune, "restored", false);
	if (json_get_container(d, &tune, "pages", cJSON_Array, &pages))
		for (const cJSON *m = pages.node->child;
		     m && t->n_sizes < TUNE_MAX_SIZES; m = m->next)
			t->pages[t->n_sizes++] =
				json_number_at(d, &(struct json_at){&pages, m});
	err = read_costs(d, &tune, "cost_ranged_ns", "cost_ranged_ci95_ns", t->n_sizes,
			 t->ranged);
	if (!err)
		err = read_costs(d, &tune, "cost_full_ns", "cost_full_ci95_ns",
				 t->n_sizes, t->full);
	return err ? err : read_crossover(d, &tune, &t->crossover);
}
