/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_TRIAL_H
#define TLBLAB_LAB_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/compare_stats.h"
#include "tlblab/base/stats.h"

/*
 * The right ceiling for one program, from its own throughput under each of a few
 * candidates. A round visits every candidate once, in random order, and the present
 * ceiling twice: what those two differ by is the A/A noise. Within a round throughputs
 * are held against each other as ratios, so that a program that speeds up or slows
 * down as a whole changes nothing; rounds are the independent observations.
 */
enum { TRIAL_MAX_CEILINGS = 12, TRIAL_MAX_ROUNDS = 4096 };

/* Throughputs, in whatever unit: more is better. All above 0. */
struct trial_round {
	double rate[TRIAL_MAX_CEILINGS];
	double again; /* ceiling[0] measured once more */
};

struct trial_data {
	int n; /* ceilings; the first is the present one */
	int64_t ceiling[TRIAL_MAX_CEILINGS];
	int n_rounds, room;
	struct trial_round *rounds; /* owned */
};

/* Sorts nothing; those that repeat another, or come after there is no room, are left
 * out. */
void trial_data_init(struct trial_data *d, int64_t ceiling_now,
		     const int64_t *candidates, int n);
void trial_data_fini(struct trial_data *d);
int trial_data_add(struct trial_data *d, const struct trial_round *r); /* 0 or -errno */

/* The windows of a round in random order: places of the ceilings, and n for the present
 * one's second. Every order is as likely. */
void trial_order(const struct trial_data *d, struct rng *rng,
		 int order[TRIAL_MAX_CEILINGS + 1]);

enum trial_verdict {
	TRIAL_UNSETTLED, /* too little was measured */
	TRIAL_BETTER,	 /* recommended is proven to be better than the present one */
	TRIAL_NO_DIFFERENCE,
};

/* One candidate. */
struct trial_arm {
	int64_t ceiling;
	struct stats rate;
	/* Throughput above that of the present ceiling, in percent. The interval holds
	 * for all candidates together (Bonferroni), 95 times in 100. */
	struct stats_interval gain_pct;
	bool behind; /* proven to be worse than the best one */
};

struct trial_answer {
	int n, n_rounds;
	struct trial_arm arm[TRIAL_MAX_CEILINGS]; /* as in the data */
	double aa_noise_pct;
	int64_t ceiling_now;
	int best;	     /* index; -1 unsettled */
	int64_t recommended; /* the present one unless another is better; -1 unsettled
			      */
	/* From the lowest to the highest candidate around it that is not proven to be
	 * worse than the best. */
	int64_t ci95_low, ci95_high;
	enum trial_verdict verdict;
};

enum { TRIAL_MIN_ROUNDS = 5 };

/* 0 or -ENOMEM; too little data is TRIAL_UNSETTLED. */
int trial_answer_make(const struct trial_data *d, struct trial_answer *out);
/* Whether more rounds would not change it: one is better and the rest of the intervals
 * are narrow, or all gains lie within one percent. */
bool trial_answer_settled(const struct trial_answer *a);
const char *trial_verdict_text(const struct trial_answer *a, char *buf,
			       size_t buf_bytes);
const char *trial_verdict_name(enum trial_verdict v);

#endif
