/* SPDX-License-Identifier: MIT */
/* The answer in words: one sentence that can be defended. */
#include <math.h>

#include "tlblab/base/text.h"
#include "tlblab/lab/tune.h"

const char *tune_verdict_name(enum tune_verdict v)
{
	switch (v) {
	case TUNE_UNSETTLED: return "unsettled";
	case TUNE_CEILING: return "ceiling";
	case TUNE_KEEP: return "keep";
	case TUNE_NO_DIFFERENCE: return "no difference";
	case TUNE_FULL_WINS: return "full flushing wins";
	case TUNE_RANGED_WINS: return "page-by-page flushing wins";
	}
	return "";
}

static void put_interval(const struct tune_answer *a, char *buf, size_t bytes)
{
	if (a->ci95_high == INT64_MAX)
		text_append(buf, bytes, "95 %% interval from %lld up",
			    (long long)a->ci95_low);
	else
		text_append(buf, bytes, "95 %% interval %lld to %lld",
			    (long long)a->ci95_low, (long long)a->ci95_high);
}

static void put_now(const struct tune_answer *a, char *buf, size_t bytes)
{
	if (a->ceiling_now >= 0)
		text_append(buf, bytes, "yours is %lld", (long long)a->ceiling_now);
	else
		text_append(buf, bytes, "yours cannot be read, the default is 33");
}

/* Where the lines would cross if they went on as straight. */
static void put_extrapolated(const struct tune_answer *a, char *buf, size_t bytes)
{
	const struct stats_interval *c = &a->fit.crossover;

	if (!a->fit.agrees || !(c->ci95_low > 0))
		return;
	text_append(buf, bytes, " (by extrapolation the two cost the same at %.0f",
		    c->estimate);
	if (isfinite(c->ci95_high))
		text_append(buf, bytes, ", %.0f to %.0f)", c->ci95_low, c->ci95_high);
	else
		text_append(buf, bytes, ", %.0f at least)", c->ci95_low);
}

const char *tune_verdict_text(const struct tune_answer *a, char *buf, size_t buf_bytes)
{
	if (buf_bytes)
		buf[0] = '\0';
	switch (a->verdict) {
	case TUNE_UNSETTLED:
		text_append(buf, buf_bytes, "not settled: %d rounds are too few",
			    a->n_rounds);
		break;
	case TUNE_CEILING:
	case TUNE_KEEP:
		if (a->verdict == TUNE_KEEP && a->ci95_high == INT64_MAX)
			text_append(buf, buf_bytes, "no other ceiling is proven: ");
		else
			text_append(buf, buf_bytes, "the ceiling for this CPU is ");
		text_append(buf, buf_bytes, "%lld, ", (long long)a->recommended);
		put_interval(a, buf, buf_bytes);
		text_append(buf, buf_bytes, "; ");
		put_now(a, buf, buf_bytes);
		if (a->verdict == TUNE_KEEP)
			text_append(buf, buf_bytes, ": keep it");
		break;
	case TUNE_NO_DIFFERENCE:
		text_append(buf, buf_bytes, "no difference");
		if (a->recommended < 0) {
			text_append(buf, buf_bytes,
				    ": neither kind is proven to be cheaper at all "
				    "sizes, and no crossing is");
			break;
		}
		text_append(buf, buf_bytes, ": between %lld (",
			    (long long)a->recommended);
		put_interval(a, buf, buf_bytes);
		text_append(buf, buf_bytes,
			    ") and the present ceiling, %+.1f %% (%+.1f to %+.1f) is "
			    "not beyond the A/A noise of %.1f %%",
			    a->gain_pct.estimate, a->gain_pct.ci95_low,
			    a->gain_pct.ci95_high, a->aa_noise_pct);
		break;
	case TUNE_FULL_WINS:
		text_append(buf, buf_bytes,
			    "full flushing wins at every size here (a page-by-page "
			    "flush may drop the whole TLB in a nested guest): ceiling "
			    "0; ");
		put_now(a, buf, buf_bytes);
		break;
	case TUNE_RANGED_WINS:
		text_append(buf, buf_bytes,
			    "page-by-page flushing wins at every size measured, up to "
			    "%d pages; ",
			    a->pages[a->n_sizes - 1]);
		put_now(a, buf, buf_bytes);
		text_append(buf, buf_bytes, ": keep it");
		put_extrapolated(a, buf, buf_bytes);
		break;
	}
	if (a->verdict == TUNE_CEILING && a->extrapolated)
		text_append(buf, buf_bytes, " (beyond the sizes measured, %d to %d)",
			    a->pages[0], a->pages[a->n_sizes - 1]);
	return buf;
}
