/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_TUNE_H
#define TLBLAB_LAB_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/compare_stats.h"
#include "tlblab/base/fault.h"

/*
 * The right ceiling from measured costs. Flushing k pages costs all CPUs together
 *
 *   page by page   ranged(k) = fixed_ranged + (free + flush) * k
 *   all at once    full(k)   = fixed_full + refill + free * k
 *
 * where `free`, touching and giving back a page, is the same in both. Their difference
 * is a straight line in k; where it crosses zero lies the ceiling: up to there page by
 * page is cheaper. A round measures both kinds at every size, one after the other, so
 * that drift falls on both alike. Rounds come in batches, each in a rig of its own; the
 * middle of a batch is one independent observation.
 */
enum { TUNE_MAX_SIZES = 16, TUNE_MAX_PARTS = 32, TUNE_MAX_ROUNDS = 4096 };

/* One visit of every size in both kinds: ns per operation, summed over all CPUs, beyond
 * what the same CPUs do without any flush. */
struct tune_round {
	double ranged_ns[TUNE_MAX_SIZES], full_ns[TUNE_MAX_SIZES];
	double aa_ns[2];      /* one and the same flush, measured twice */
	double membarrier_ns; /* the interrupt alone; NaN when not measured */
	int batch;	      /* rounds that follow one another in the same batch */
};

struct tune_data {
	int64_t working_set_pages;
	int n_sizes, pages[TUNE_MAX_SIZES]; /* ascending */
	int n_rounds, room;
	struct tune_round *rounds; /* owned */
};

/* sizes ascending; at most TUNE_MAX_SIZES. */
void tune_data_init(struct tune_data *d, int64_t working_set_pages, const int *pages,
		    int n_sizes);
void tune_data_fini(struct tune_data *d);
int tune_data_add(struct tune_data *d, const struct tune_round *r); /* 0 or -errno */

/* How often flushes of each size happen; weights, with `whole`, sum to 1. */
struct tune_mix {
	double whole; /* all at once whatever the ceiling, of unknown size */
	int n;
	struct {
		int pages;
		double share;
	} part[TUNE_MAX_PARTS];
};

/* What the kernel's authors counted when they chose 33: 59 % of the flushes at most one
 * page, 98.57 % at most 33; between, evenly over the powers of two. */
void tune_mix_default(struct tune_mix *m);
#define TUNE_MIX_DEFAULT_SOURCE                                                        \
	"the default: counted in a kernel build by those who set the ceiling to 33"
/* "1:59,8:20,33:19,full:2": pages and weights of any sum. */
int tune_mix_parse(struct tune_mix *m, const char *text, struct fault *fault);

/* From counts of flushes of pages[i] pages each; false when there were none. */
bool tune_mix_of_counts(struct tune_mix *m, const int *pages, const uint64_t *counts,
			int n, uint64_t whole);

/* The straight lines. Covariances are those of the means over the batches. */
struct tune_fit {
	double fixed_ranged_ns, per_page_ranged_ns;
	double fixed_full_ns, per_page_full_ns;
	double offset_ns, flush_ns_per_page; /* ranged - full = offset + flush * k */
	double var_offset, covariance, var_flush;
	double degrees_of_freedom;
	/* Pages at which both cost the same; Fieller's interval. It has no end when the
	 * cost of one page's flush is not proven to be above 0, and no beginning either
	 * when nothing is. */
	struct stats_interval crossover;
	bool bounded;
	/* Where another tuning of the same length will find it, 95 times in 100: that
	 * other one scatters as well. */
	struct stats_interval repeatable;
	/* The same from the pairs alone, between neighbouring sizes of which one
	 * favours each kind; bootstrap over the batches. NaN when no pair of sizes
	 * does.
	 */
	struct stats_interval direct;
	/* The line against the pairs: the largest deviation of a mean, and whether all
	 * are explained by chance (95 %, Bonferroni). */
	double worst_residual_ns;
	int worst_pages;
	bool agrees;
};

enum tune_verdict {
	TUNE_UNSETTLED, /* too little was measured */
	TUNE_CEILING,	/* recommended is better than the present one */
	TUNE_KEEP,	/* the present ceiling is inside the interval */
	TUNE_NO_DIFFERENCE,
	TUNE_FULL_WINS,	  /* at every size: ceiling 0 */
	TUNE_RANGED_WINS, /* at every size measured */
};

struct tune_answer {
	int64_t working_set_pages;
	int n_sizes, pages[TUNE_MAX_SIZES], n_rounds, n_batches;
	int outliers, pairs; /* pairs far outside the others, of so many */
	struct stats ranged[TUNE_MAX_SIZES], full[TUNE_MAX_SIZES];
	struct stats pair[TUNE_MAX_SIZES]; /* ranged - full of the same round */
	struct stats membarrier;
	struct tune_fit fit;
	bool fitted,
		from_pairs;  /* from_pairs: the line did not fit, the pairs decide */
	double aa_noise_pct; /* half the interval of A minus A, and its offset */
	int64_t ceiling_now; /* -1 unknown */
	int64_t recommended; /* -1 none */
	int64_t ci95_low, ci95_high; /* of another tuning; high INT64_MAX: no end */
	bool extrapolated;	     /* recommended lies outside the sizes measured */
	/* What the mix would cost less with recommended; negative: more. */
	struct stats_interval gain_pct;
	enum tune_verdict verdict;
};

/* ceiling_now -1: unknown, then the default of 33 is what gains are measured from.
 * 0 or -ENOMEM; too little data is TUNE_UNSETTLED. */
int tune_answer_make(const struct tune_data *d, const struct tune_mix *mix,
		     int64_t ceiling_now, struct tune_answer *out);
/* Whether more rounds would not change the answer: the interval is within 2 pages or
 * 20 % of the value, or the verdict is clear whatever the value. */
bool tune_answer_settled(const struct tune_answer *a);
bool tune_no_difference(const struct tune_answer *a);
/* "the ceiling for this CPU is 8, 95 % interval 6 to 11; yours is 33". */
const char *tune_verdict_text(const struct tune_answer *a, char *buf, size_t buf_bytes);
const char *tune_verdict_name(enum tune_verdict v);

#endif
