/* SPDX-License-Identifier: MIT */
/* Did an operation flush what its workload says, as often and as wide? */
#include "lab/check/kind.h"

#include <stdio.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/metric.h"

/* Races between flushes turn a few page-by-page ones into full ones. */
static const double kind_share = 0.05;

struct flush_facts {
	double full, ranged; /* per operation */
	double low, high;    /* of both together */
};

/* Why the flushes are not what was meant, NULL when they are. */
static const char *flushes_complaint(const struct flush_facts *k, enum flush_kind kind)
{
	double all = k->full + k->ranged;
	double stray = all * kind_share + check_tolerance_per_op;

	if (kind == FLUSH_NONE)
		return all < check_tolerance_per_op ? NULL : "none was meant";
	if (kind == FLUSH_RANGED && k->full > stray)
		return "page-by-page flushes were meant: flushes that race, or that "
		       "free page tables, become wider or full";
	if (kind == FLUSH_FULL && k->ranged > stray)
		return "full flushes were meant: fewer pages than the ceiling were "
		       "really touched";
	if (!check_is_within(all, k->low, k->high))
		return all > k->high ? "more flushes than meant"
				     : "fewer flushes than meant";
	return NULL;
}

static enum channel pages_bucket(int64_t pages)
{
	if (pages <= 1)
		return CH_FLUSH_PAGES_1;
	if (pages <= 8)
		return CH_FLUSH_PAGES_2_8;
	return pages <= 33 ? CH_FLUSH_PAGES_9_33 : CH_FLUSH_PAGES_34_UP;
}

/* Are the page-by-page flushes of the size that was meant? True when not counted. */
static bool pages_as_meant(const struct check_facts *f)
{
	double all = 0;
	struct reading meant =
		sample_get(&f->total, pages_bucket(f->expectation.pages));

	if (f->expectation.pages <= 0 || !reading_present(meant))
		return true;
	for (int ch = CH_FLUSH_PAGES_1; ch <= CH_FLUSH_PAGES_34_UP; ch++)
		all += sample_get(&f->total, (enum channel)ch).value;
	return all <= 0 || meant.value >= all * (1 - 2 * kind_share);
}

static void flushes_expected(const struct expectation *e, char *buf, size_t buf_bytes)
{
	static const char *const kinds[] = {"none", "ranged", "full", "either"};

	text_append(buf, buf_bytes, "%s", kinds[e->kind]);
	if (e->kind == FLUSH_NONE)
		return;
	char range[56];

	check_range_text(e->flushes_per_op_low, e->flushes_per_op_high, range,
			 sizeof(range));
	text_append(buf, buf_bytes, " %s", range);
	if (e->kind == FLUSH_RANGED && e->pages > 0)
		text_append(buf, buf_bytes, ", %lld page%s", (long long)e->pages,
			    e->pages == 1 ? "" : "s");
}

static bool flushes_make(const struct check_facts *f, struct check *c)
{
	struct reading full = metric_of(METRIC_FULL_FLUSHES_PER_OP, &f->total);
	struct reading ranged = metric_of(METRIC_RANGED_FLUSHES_PER_OP, &f->total);
	struct flush_facts k = {full.value, ranged.value,
				f->expectation.flushes_per_op_low,
				f->expectation.flushes_per_op_high};
	char a[16], b[16];
	const char *complaint;

	flushes_expected(&f->expectation, c->expected, sizeof(c->expected));
	if (!reading_present(full) || !reading_present(ranged)) {
		check_unknown(c, "flushes not counted",
			      "the tlb_flush tracepoint is switched off or cannot be "
			      "used here; tlblab doctor says which");
		return true;
	}
	snprintf(c->observed, sizeof(c->observed), "full %s, ranged %s per op",
		 check_number_text(k.full < 0.005 ? 0 : k.full, a, sizeof(a)),
		 check_number_text(k.ranged < 0.005 ? 0 : k.ranged, b, sizeof(b)));
	text_copy(c->note, sizeof(c->note), f->expectation.why);
	complaint = flushes_complaint(&k, f->expectation.kind);
	if (!complaint && f->expectation.kind == FLUSH_RANGED && !pages_as_meant(f))
		complaint =
			"page-by-page flushes of other sizes: neighbouring pages or "
			"freed page tables widen the range";
	if (complaint) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note), complaint);
	}
	return true;
}

const struct check_kind check_flushes = {
	.name = "flushes", .reach = CHECK_VOIDS, .make = flushes_make};
