/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_TUNE_H
#define TLBLAB_LAB_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlblab/base/compare_stats.h"
#include "tlblab/base/error.h"

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
 * what the same CPUs do without any flush; the medians of single operations that
 * alternate. NaN where nothing undisturbed was seen, or the size was added later. */
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
/* One more size in its place; rounds made so far have no value there. Returns its
 * index, also where it was there before; -ENOSPC when there is no room. */
int tune_data_add_size(struct tune_data *d, int pages);

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
int tune_mix_parse(struct tune_mix *m, const char *text, struct error *error);

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
	/* The same from the pairs alone: where the difference, piecewise straight
	 * between the sizes measured, is not proven to favour either kind. Infinite
	 * where the first or last size does not prove it. */
	struct stats_interval direct, direct_repeatable;
	/* The line against the pairs: the largest deviation of a mean, and whether all
	 * are explained by chance (95 %, Bonferroni). */
	double worst_residual_ns;
	int worst_pages;
	bool agrees;
};

/* What one size says by itself. */
enum tune_side {
	TUNE_OPEN,   /* nothing yet */
	TUNE_SAME,   /* both cost the same, to within a margin that does not matter */
	TUNE_RANGED, /* page by page is proven cheaper */
	TUNE_FULL,   /* all at once is */
};

/* Why there is no answer. */
enum tune_doubt {
	TUNE_NO_DOUBT,
	TUNE_FEW,     /* too few batches */
	TUNE_CONTROL, /* the same flush measured twice differs too much */
	TUNE_SPREAD,  /* sizes do not say which is cheaper */
	TUNE_GAIN,    /* what it would gain is not proven */
};

enum tune_verdict {
	TUNE_UNSETTLED, /* too little was measured */
	TUNE_CEILING,	/* recommended is better than the present one */
	TUNE_KEEP,	/* the present ceiling is inside the interval */
	TUNE_NO_DIFFERENCE,
	TUNE_FULL_WINS,	  /* at every size: ceiling 0 where 1 was measured */
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
	enum tune_side side[TUNE_MAX_SIZES];
	bool fitted,
		from_pairs;  /* from_pairs: the line did not fit, the pairs decide */
	double aa_noise_pct; /* half the interval of A minus A, and its offset */
	bool aa_differs;     /* the same flush is proven to differ from itself */
	int64_t ceiling_now; /* -1 unknown */
	int64_t recommended; /* -1 none; else a size measured, or the one below the
			      * first
			      */
	int64_t ci95_low, ci95_high; /* of another tuning; high INT64_MAX: no end */
	/* What the mix would cost less with recommended; negative: more. */
	struct stats_interval gain_pct;
	enum tune_verdict verdict;
	enum tune_doubt doubt; /* of TUNE_UNSETTLED */
};

/* ceiling_now -1: unknown, then the default of 33 is what gains are measured from.
 * 0 or -ENOMEM; too little data is TUNE_UNSETTLED. */
int tune_answer_make(const struct tune_data *d, const struct tune_mix *mix,
		     int64_t ceiling_now, struct tune_answer *out);
/* How many batches it takes at least to settle, or, once so many are made, to say that
 * there is no difference. */
int tune_answer_batches_needed(const struct tune_answer *a);
/* Whether there is an answer: what is not settled recommends nothing. */
bool tune_answer_settled(const struct tune_answer *a);
/* Whether more rounds would not change it: its interval is within 2 pages or 20 % of
 * the value, or no size is left to be measured, or the verdict needs no value. */
bool tune_answer_precise(const struct tune_answer *a);
/* A size worth measuring: between the last that does not favour full flushing and the
 * first that does. 0: none. */
int tune_answer_next_size(const struct tune_answer *a);
bool tune_no_difference(const struct tune_answer *a);
/* "the ceiling for this CPU is 8, 95 % interval 6 to 11; yours is 33". */
const char *tune_verdict_text(const struct tune_answer *a, char *buf, size_t buf_bytes);
const char *tune_verdict_name(enum tune_verdict v);
/* "so far: page by page costs less at 2 pages, all at once at 8 to 33"; "" when no size
 * says anything. */
const char *tune_sides_text(const struct tune_answer *a, char *buf, size_t buf_bytes);
/* Where answers for several working sets contradict each other, a sentence that says
 * so; else "". The first answer is the one that counts. */
const char *tune_sets_text(const struct tune_answer *answers, int n, char *buf,
			   size_t buf_bytes);
/* Why page by page costs what it does, by the mechanism that was measured ("ipi",
 * "hypercall", …); "" where it was not. */
const char *tune_mechanism_text(const char *mechanism);

#endif
