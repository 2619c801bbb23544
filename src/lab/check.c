/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/metric.h"

/*
 * Each maker writes one check, or says that it has nothing to say here. A check reads
 * as a line of its own: `observed` is a short phrase that names its subject, `expected`
 * a value or a few words, `note` the sentence for whoever asks why. What cannot be
 * known is CHECK_UNKNOWN with the reason, never OK and never a zero.
 */
typedef bool check_maker(const struct check_facts *f, struct check *c);

/* Counts are machine-wide and some flushes are merged or skipped by the kernel. */
static const double tolerance_relative = 0.10;
static const double tolerance_per_op = 0.02;
/* Races between flushes turn a few page-by-page ones into full ones. */
static const double kind_share = 0.05;
static const double steal_warn_pct = 1;
static const double switches_warn_per_s = 25; /* of each worker or victim */
static const double balance_warn = 0.5;

static bool is_unpinned(const struct check_facts *f)
{
	return !strcmp(f->experiment->placement, "none");
}

static void check_unknown(struct check *c, const char *observed, const char *reason)
{
	c->state = CHECK_UNKNOWN;
	text_copy(c->observed, sizeof(c->observed), observed);
	text_copy(c->note, sizeof(c->note), reason ? reason : "");
}

/* "0", "1.00", "15.1": two decimals while they say something. */
static const char *number_text(double v, char *buf, size_t buf_bytes)
{
	snprintf(buf, buf_bytes, "%.*f", v == 0 || v >= 100 ? 0 : v >= 10 ? 1 : 2, v);
	return buf;
}

static void range_text(double low, double high, char *buf, size_t buf_bytes)
{
	char a[24], b[24];

	number_text(low, a, sizeof(a));
	number_text(high, b, sizeof(b));
	if (strcmp(a, b))
		snprintf(buf, buf_bytes, "%s to %s", a, b);
	else
		text_copy(buf, buf_bytes, a);
}

static bool within(double seen, double low, double high)
{
	return seen >= low * (1 - tolerance_relative) - tolerance_per_op &&
	       seen <= high * (1 + tolerance_relative) + tolerance_per_op;
}

static bool make_pinned(const struct check_facts *f, struct check *c)
{
	struct reading moves = sample_get(&f->total, CH_MIGRATIONS);
	bool moved = reading_present(moves) && moves.value > 0;

	c->terse = true;
	if (is_unpinned(f))
		text_append(c->observed, sizeof(c->observed), "not pinned, as asked");
	else
		text_append(c->observed, sizeof(c->observed), "%d of %d pinned",
			    f->pinned, f->workers_and_victims);
	if (reading_present(moves))
		text_append(c->observed, sizeof(c->observed), ", %.0f migration%s",
			    moves.value, moves.value == 1 ? "" : "s");
	if (is_unpinned(f))
		return true;
	snprintf(c->expected, sizeof(c->expected), "%d pinned, 0 migrations",
		 f->workers_and_victims);
	if (f->pinned == f->workers_and_victims && !moved)
		return true;
	c->state = CHECK_WARN;
	text_copy(c->note, sizeof(c->note),
		  moved ? "something moved them between CPUs; their caches, TLBs and "
			  "shootdowns are no longer those of one CPU"
			: "the scheduler may move what is not pinned; see what limits "
			  "the CPUs this process may use");
	return true;
}

static bool make_shootdowns(const struct check_facts *f, struct check *c)
{
	double low = f->expectation.shootdowns_per_op_low;
	double high = f->expectation.shootdowns_per_op_high;
	struct reading r = metric_of(METRIC_SHOOTDOWNS_PER_OP, &f->total);
	char seen[24];

	range_text(low, high, c->expected, sizeof(c->expected));
	if (!f->mechanism_ipi) {
		check_unknown(c, "shootdowns not countable", f->mechanism_note);
		return true;
	}
	if (!reading_present(r)) {
		check_unknown(c, "shootdowns not counted",
			      "no operation was counted, or the TLB row of "
			      "/proc/interrupts cannot be read");
		return true;
	}
	number_text(r.value < 0.005 ? 0 : r.value, seen, sizeof(seen));
	snprintf(c->observed, sizeof(c->observed), "%s shootdowns per op", seen);
	text_copy(c->note, sizeof(c->note), f->expectation.why);
	if (within(r.value, low, high))
		return true;
	c->state = CHECK_WARN;
	text_copy(c->note, sizeof(c->note),
		  r.value > high
			  ? "more than meant: the count is machine-wide, so look for "
			    "another busy program, or other threads of these processes"
			  : "fewer than meant: the CPUs meant to be interrupted were "
			    "idle, elsewhere or preempted by the hypervisor");
	return true;
}

struct flush_facts {
	double full, ranged; /* per operation */
	double low, high;    /* of both together */
};

/* Why the flushes are not what was meant, NULL when they are. */
static const char *flushes_complaint(const struct flush_facts *k, enum flush_kind kind)
{
	double all = k->full + k->ranged;
	double stray = all * kind_share + tolerance_per_op;

	if (kind == FLUSH_NONE)
		return all < tolerance_per_op ? NULL : "none was meant";
	if (kind == FLUSH_RANGED && k->full > stray)
		return "page-by-page flushes were meant: flushes that race, or that "
		       "free page tables, become wider or full";
	if (kind == FLUSH_FULL && k->ranged > stray)
		return "full flushes were meant: fewer pages than the ceiling were "
		       "really touched";
	if (!within(all, k->low, k->high))
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

	range_text(e->flushes_per_op_low, e->flushes_per_op_high, range, sizeof(range));
	text_append(buf, buf_bytes, " %s", range);
	if (e->kind == FLUSH_RANGED && e->pages > 0)
		text_append(buf, buf_bytes, ", %lld page%s", (long long)e->pages,
			    e->pages == 1 ? "" : "s");
}

static bool make_flushes(const struct check_facts *f, struct check *c)
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
		 number_text(k.full < 0.005 ? 0 : k.full, a, sizeof(a)),
		 number_text(k.ranged < 0.005 ? 0 : k.ranged, b, sizeof(b)));
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

static bool make_ceiling(const struct check_facts *f, struct check *c)
{
	int64_t wanted = f->experiment->ceiling_pages;
	long long before = f->ceiling_before, now = f->ceiling_now;
	bool keep = wanted == EXPERIMENT_CEILING_KEEP;

	c->terse = true;
	if (keep)
		text_copy(c->expected, sizeof(c->expected), "unchanged");
	else
		snprintf(c->expected, sizeof(c->expected), "%lld", (long long)wanted);
	if (!f->ceiling_known || now < 0) {
		check_unknown(c, "ceiling cannot be read", f->ceiling_reason);
		return true;
	}
	if (keep && (before < 0 || now == before)) {
		snprintf(c->observed, sizeof(c->observed), "ceiling %lld, unchanged",
			 now);
	} else if (!keep && now == wanted) {
		snprintf(c->observed, sizeof(c->observed), "ceiling %lld, as set", now);
	} else {
		c->state = CHECK_WARN;
		snprintf(c->observed, sizeof(c->observed), "ceiling %lld", now);
		text_copy(
			c->note, sizeof(c->note),
			keep ? "it changed while this ran: something else writes it"
			     : "it is not what was asked for: something else writes it");
	}
	return true;
}

static bool make_steal(const struct check_facts *f, struct check *c)
{
	struct reading stolen = sample_get(&f->total, CH_STEAL_NS);
	struct reading base = sample_get(&f->total, CH_CPUS_NS);

	c->terse = true;
	snprintf(c->expected, sizeof(c->expected), "at most %g %%", steal_warn_pct);
	if (!reading_present(stolen) || !reading_present(base) || base.value <= 0) {
		check_unknown(c, "steal not measured", "/proc/stat has no steal times");
		return true;
	}
	double pct = stolen.value / base.value * 100;

	snprintf(c->observed, sizeof(c->observed), "steal %.1f %%", pct);
	if (pct > steal_warn_pct) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "the hypervisor ran something else on these CPUs; times are "
			  "longer than they should be");
	}
	return true;
}

static bool make_oversubscribed(const struct check_facts *f, struct check *c)
{
	c->terse = true;
	if (is_unpinned(f))
		return false;
	text_copy(c->expected, sizeof(c->expected), "one worker or victim a CPU");
	if (!f->oversubscribed_cpus) {
		text_copy(c->observed, sizeof(c->observed), "no CPU shared");
		return true;
	}
	c->state = CHECK_WARN;
	snprintf(c->observed, sizeof(c->observed), "%d CPU%s shared",
		 f->oversubscribed_cpus, f->oversubscribed_cpus == 1 ? "" : "s");
	text_copy(c->note, sizeof(c->note),
		  "more workers and victims than CPUs: they wait for each other, and "
		  "who sleeps is not interrupted");
	return true;
}

static bool make_switches(const struct check_facts *f, struct check *c)
{
	struct reading r = sample_get(&f->total, CH_INVOLUNTARY_SWITCHES);
	int n = f->workers_and_victims > 0 ? f->workers_and_victims : 1;

	c->terse = true;
	snprintf(c->expected, sizeof(c->expected), "at most %g/s each",
		 switches_warn_per_s);
	if (!reading_present(r) || f->total.elapsed_s <= 0) {
		check_unknown(c, "switches not counted",
			      "the workers' /proc entries cannot be read");
		return true;
	}
	double per_s = r.value / f->total.elapsed_s / n;

	snprintf(c->observed, sizeof(c->observed), "%.1f forced switches/s", per_s);
	if (per_s > switches_warn_per_s) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "other programs take the CPU from each worker or victim this "
			  "often; close them or choose other CPUs");
	}
	return true;
}

static bool make_balance(const struct check_facts *f, struct check *c)
{
	struct reading low = sample_get(&f->total, CH_OPS_MIN);
	struct reading high = sample_get(&f->total, CH_OPS_MAX);

	c->terse = true;
	if (f->experiment->threads < 2 || !reading_present(low) ||
	    !reading_present(high) || high.value <= 0)
		return false;
	double share = low.value / high.value;

	snprintf(c->observed, sizeof(c->observed), "slowest at %.0f %% of fastest",
		 share * 100);
	snprintf(c->expected, sizeof(c->expected), "at least %.0f %%",
		 balance_warn * 100);
	if (share < balance_warn) {
		c->state = CHECK_WARN;
		text_copy(c->note, sizeof(c->note),
			  "the workers get on unequally, interval by interval; a mean "
			  "over them hides that");
	}
	return true;
}

static bool make_latency_sampling(const struct check_facts *f, struct check *c)
{
	c->terse = true;
	if (f->time_one_in < 1)
		return false;
	if (f->time_one_in == 1) {
		text_copy(c->observed, sizeof(c->observed), "every operation timed");
		return true;
	}
	snprintf(c->observed, sizeof(c->observed), "1 operation in %d timed",
		 f->time_one_in);
	text_copy(
		c->note, sizeof(c->note),
		"operations this short would be slowed by timing each; the longest of "
		"all may have gone by untimed");
	return true;
}

static const struct {
	const char *name;
	check_maker *make;
} makers[] = {
	{"pinned", make_pinned},
	{"shootdowns_per_op", make_shootdowns},
	{"flushes", make_flushes},
	{"ceiling", make_ceiling},
	{"steal", make_steal},
	{"oversubscribed", make_oversubscribed},
	{"involuntary_switches", make_switches},
	{"balance", make_balance},
	{"latency_sampling", make_latency_sampling},
};

_Static_assert(sizeof(makers) / sizeof(makers[0]) <= CHECKS_MAX, "checks fit");

int checks_make(const struct check_facts *f, struct check *out)
{
	int n = 0;

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		struct check *c = &out[n];

		memset(c, 0, sizeof(*c));
		text_copy(c->name, sizeof(c->name), makers[i].name);
		if (!makers[i].make(f, c))
			continue;
		if (!f->measuring)
			check_unknown(c, "warming up", "");
		n++;
	}
	return n;
}

const char *check_line(const struct check *c, char *buf, size_t buf_bytes)
{
	bool terse = c->terse && c->state == CHECK_OK;

	if (!buf_bytes)
		return buf;
	buf[0] = '\0';
	text_append(buf, buf_bytes, "%s", c->observed);
	if (*c->expected && !terse && c->state != CHECK_UNKNOWN)
		text_append(buf, buf_bytes, " (%s expected)", c->expected);
	return buf;
}
