/* SPDX-License-Identifier: MIT */
/* The answer in words: one sentence that can be defended. */
#include <math.h>
#include <string.h>

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

/* Beyond so many times the largest size measured no number is told: a small bend of
 * the line, which no check would see, moves it by as much. */
enum { FAR_TIMES = 4 };

/* Where the lines would cross if they went on as straight, as another tuning would find
 * it. */
static void put_extrapolated(const struct tune_answer *a, char *buf, size_t bytes)
{
	const struct stats_interval *c = &a->fit.repeatable;
	int largest = a->pages[a->n_sizes - 1];

	if (!a->fitted || !a->fit.agrees || !(c->ci95_low > largest))
		return;
	if (!(c->ci95_high <= FAR_TIMES * largest)) {
		text_append(buf, bytes, " (extrapolated, equal cost far beyond)");
		return;
	}
	text_append(buf, bytes,
		    " (extrapolated, equal cost at %.0f pages, %.0f to %.0f)",
		    c->estimate, c->ci95_low, c->ci95_high);
}

static void put_doubt(const struct tune_answer *a, char *buf, size_t bytes)
{
	char sides[160];

	text_append(buf, bytes, "not settled: ");
	switch (a->doubt) {
	case TUNE_NO_DOUBT: break;
	case TUNE_FEW:
		text_append(buf, bytes, "%d of at least %d batches measured",
			    a->n_batches, tune_answer_batches_needed(a));
		break;
	case TUNE_CONTROL:
		text_append(buf, bytes,
			    "the same flush measured twice differs by up to %.0f %%",
			    a->aa_noise_pct);
		break;
	case TUNE_SPREAD:
		text_append(buf, bytes, "the sizes do not all say which costs less");
		break;
	case TUNE_GAIN:
		text_append(buf, bytes,
			    "no gain over the present ceiling is proven, nor that "
			    "there is none");
		break;
	}
	if (*tune_sides_text(a, sides, sizeof(sides)))
		text_append(buf, bytes, "; %s", sides);
}

static void put_full_wins(const struct tune_answer *a, char *buf, size_t bytes)
{
	text_append(buf, bytes,
		    "full flushing wins at every size measured, %d to %d "
		    "pages: ",
		    a->pages[0], a->pages[a->n_sizes - 1]);
	if (a->recommended >= 0)
		text_append(buf, bytes, "the ceiling for this CPU is %lld; ",
			    (long long)a->recommended);
	else
		text_append(
			buf, bytes,
			"the ceiling for this CPU is below %d, and no smaller flush "
			"was measured (--method knob can); ",
			a->pages[0]);
	put_now(a, buf, bytes);
}

const char *tune_verdict_text(const struct tune_answer *a, char *buf, size_t buf_bytes)
{
	if (buf_bytes)
		buf[0] = '\0';
	switch (a->verdict) {
	case TUNE_UNSETTLED: put_doubt(a, buf, buf_bytes); break;
	case TUNE_CEILING:
	case TUNE_KEEP:
		text_append(buf, buf_bytes, "the ceiling for this CPU is %lld, ",
			    (long long)a->recommended);
		put_interval(a, buf, buf_bytes);
		text_append(buf, buf_bytes, "; ");
		put_now(a, buf, buf_bytes);
		if (a->verdict == TUNE_KEEP)
			text_append(buf, buf_bytes, ": keep it");
		break;
	case TUNE_NO_DIFFERENCE:
		text_append(buf, buf_bytes, "no difference: ");
		if (isnan(a->gain_pct.estimate) || a->gain_pct.estimate == 0)
			text_append(buf, buf_bytes,
				    "both kinds cost the same at every size measured");
		else
			text_append(buf, buf_bytes,
				    "the best ceiling gains %+.1f %% (%+.1f to %+.1f) "
				    "on the mix",
				    a->gain_pct.estimate, a->gain_pct.ci95_low,
				    a->gain_pct.ci95_high);
		text_append(buf, buf_bytes, "; A/A noise %.1f %%", a->aa_noise_pct);
		break;
	case TUNE_FULL_WINS: put_full_wins(a, buf, buf_bytes); break;
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
	return buf;
}

static bool no_difference(const struct tune_answer *a)
{
	return a->verdict == TUNE_NO_DIFFERENCE;
}

/* Whether two settled answers cannot both be followed: intervals that do not meet, or a
 * ceiling that matters in one of them alone. */
static bool contradict(const struct tune_answer *a, const struct tune_answer *b)
{
	if (!tune_answer_settled(a) || !tune_answer_settled(b))
		return false;
	if (no_difference(a) || no_difference(b))
		return no_difference(a) != no_difference(b);
	return a->ci95_low >= 0 && b->ci95_low >= 0 &&
	       (a->ci95_low > b->ci95_high || b->ci95_low > a->ci95_high);
}

static void put_set(const struct tune_answer *a, char *buf, size_t bytes)
{
	if (no_difference(a))
		text_append(buf, bytes, "no difference");
	else if (a->recommended >= 0)
		text_append(buf, bytes, "%lld", (long long)a->recommended);
	else
		text_append(buf, bytes, "below %d", a->pages[0]);
	text_append(buf, bytes, " at %lld pages", (long long)a->working_set_pages);
}

const char *tune_sets_text(const struct tune_answer *answers, int n, char *buf,
			   size_t buf_bytes)
{
	if (buf_bytes)
		buf[0] = '\0';
	for (int i = 1; i < n; i++) {
		if (!contradict(&answers[0], &answers[i]))
			continue;
		if (!*buf) {
			text_append(buf, buf_bytes,
				    "The best ceiling depends on the working set: ");
			put_set(&answers[0], buf, buf_bytes);
		}
		text_append(buf, buf_bytes, ", ");
		put_set(&answers[i], buf, buf_bytes);
	}
	if (*buf)
		text_append(buf, buf_bytes,
			    "; tune with your program's own "
			    "(--set working_set_pages=N)");
	return buf;
}

const char *tune_mechanism_text(const char *mechanism)
{
	static const struct {
		const char *name, *text;
	} texts[] = {
		{"ipi",
		 "Each receiver is interrupted once and then invalidates page by "
		 "page, or everything and loads it again."},
		{"paravirt", "The hypervisor flushes virtual CPUs that do not run; "
			     "those that run are interrupted once, and invalidate page "
			     "by page or everything."},
		{"hypercall",
		 "The hypervisor makes the flushes here: each page flushed "
		 "by itself adds work to the call, a full flush does not."},
		{"broadcast", "The hardware broadcasts each invalidation: no CPU is "
			      "interrupted, and pages take more broadcasts than a full "
			      "flush."},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (mechanism && !strcmp(mechanism, texts[i].name))
			return texts[i].text;
	return "";
}
