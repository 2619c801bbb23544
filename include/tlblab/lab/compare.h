/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_LAB_COMPARE_H
#define TLBLAB_LAB_COMPARE_H

#include "tlblab/base/compare_stats.h"
#include "tlblab/lab/summary.h"

/*
 * Two results against each other, point by point and metric by metric. First whether
 * they may be compared at all: the machine's facts and every key of the experiment are
 * held against each other, and what differs is named. Then, for each point both have,
 * the runs of each side are two samples, and the difference of their means gets an
 * interval; 0 inside it means that no difference is proven.
 */
struct compare_side {
	const char *name; /* of the file, for people */
	const struct catalogue *catalogue;
	const struct preset *preset;
	struct run_record *const *runs;
	int n_runs;
	/* What has to be the same for numbers to be comparable: CPU, kernel,
	 * mitigations. A fact that one side lacks differs. */
	const struct fact *facts;
	int n_facts;
};

struct compare_mismatch {
	char key[64]; /* "kernel", "params.pages" … */
	char before[160], after[160];
};

enum { COMPARE_MAX_MISMATCHES = 32 };

/* Fills at most COMPARE_MAX_MISMATCHES of out; returns how many there are. The seed,
 * the number of repeats and the length of the intervals may differ. */
int compare_mismatches(const struct compare_side *before,
		       const struct compare_side *after, struct compare_mismatch *out);

enum compare_verdict {
	COMPARE_TOO_FEW, /* fewer than two runs on a side: no interval */
	COMPARE_ONCE,	 /* measured once on a side, however many runs carry it */
	COMPARE_SOURCES, /* the sides counted CPUs told by different sources */
	COMPARE_UNPROVEN,
	COMPARE_BETTER,
	COMPARE_WORSE,
	COMPARE_DIFFERENT, /* of a metric that is neither better high nor low */
};

/* What is odd about the runs of one side; all of it is in the figures. */
struct compare_oddities {
	int runs, warming,
		drifting; /* runs whose intervals began or went on unsteadily */
	int outliers;	  /* intervals far outside the others of their run */
	int failed;	  /* runs that count in nothing */
};

struct compare_row {
	int point; /* of before */
	char point_text[96];
	enum metric metric;
	struct stats before, after;
	struct stats_difference difference; /* Welch's */
	struct compare_oddities before_odd, after_odd;
	/* Of cpus_told_*: by which sources the runs counted, 1 << enum told_source; 0
	 * for every other metric. */
	unsigned int before_told, after_told;
	enum compare_verdict verdict; /* by the interval that compare_row_text prints */
};

struct comparison {
	struct compare_row *rows; /* owned; by point, then metric */
	int n_rows;
	int n_unmatched; /* points of before that after does not have */
};

enum compare_verdict compare_judge(enum metric m, const struct stats *before,
				   const struct stats *after,
				   const struct stats_difference *d);

/*
 * only: METRIC_N for all that both sides measured. Points belong together when they
 * have the same text; by_position pairs those left over in their order, for results of
 * different sweeps. 0 or -ENOMEM, -ERANGE (a run of no point).
 */
int compare_make(struct comparison *out, const struct compare_side *before,
		 const struct compare_side *after, enum metric only, bool by_position);
void compare_fini(struct comparison *c);

/* Whether the row is proven to be worse, and by more than pct percent. Infinitely more
 * where before is 0. */
bool compare_row_fails(const struct compare_row *row, double pct);
/* Whether it should have been held against a limit and could not be: too few runs, or,
 * where it alone was asked for, a value measured once or by different sources. */
bool compare_row_is_open(const struct compare_row *row, bool asked_for);
/* "+252.0 % ± 1.1 %, better" or "no difference proven: -0.4 % ± 1.2 %". */
const char *compare_row_text(const struct compare_row *row, char *buf,
			     size_t buf_bytes);
/* "2 of 5 runs drift; 3 intervals lie far out"; "" when nothing is odd. */
const char *compare_oddities_text(const struct compare_oddities *o, char *buf,
				  size_t buf_bytes);
/* "row", or "row, sent" where runs differ; "none". */
const char *compare_sources_text(unsigned int told, char *buf, size_t buf_bytes);
const char *compare_verdict_name(enum compare_verdict v); /* "better", "unproven" … */

#endif
