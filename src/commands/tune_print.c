/* SPDX-License-Identifier: MIT */
#include "commands/tune_print.h"

#include <math.h>

#include "tlblab/base/text.h"

enum { BUSY_ONE_IN = 5 }; /* windows broken into */

void tune_print_progress(FILE *out, const struct tuner_view *v)
{
	const struct tune_answer *a =
		v->current >= 0 ? &v->answers[v->current] : &v->answers[0];

	fprintf(out,
		"\r\033[Ktune by %s  %.0f of at most %.0f s  %lld pages of working set",
		tuner_method_name(v->method), v->elapsed_s, v->budget_s,
		(long long)a->working_set_pages);
	if (a->fitted && a->recommended >= 0 && a->ci95_high != INT64_MAX)
		fprintf(out, "  ceiling %lld (%lld to %lld)", (long long)a->recommended,
			(long long)a->ci95_low, (long long)a->ci95_high);
	fprintf(out, "  round %d: %s", a->n_rounds + 1, v->doing);
	fflush(out);
}

/* "14.9 µs ±0.3 µs", padded by characters. */
static void print_cost(FILE *out, const struct stats *s)
{
	char cell[64] = "", value[32];
	int shown = 0;

	text_append(cell, sizeof(cell), "%s",
		    text_quantity(value, sizeof(value), s->mean, "ns"));
	text_append(cell, sizeof(cell), " ±%s",
		    text_quantity(value, sizeof(value), s->ci95_high - s->mean, "ns"));
	for (const char *c = cell; *c; c++)
		shown += (*c & 0xC0) != 0x80;
	fprintf(out, "%*s%s", shown < 22 ? 22 - shown : 0, "", cell);
}

static void print_costs(FILE *out, const struct tune_answer *a)
{
	fprintf(out, "\n%6s%22s%22s%22s\n", "pages", "page by page", "all at once",
		"difference");
	for (int s = 0; s < a->n_sizes; s++) {
		fprintf(out, "%6d", a->pages[s]);
		print_cost(out, &a->ranged[s]);
		print_cost(out, &a->full[s]);
		print_cost(out, &a->pair[s]);
		fprintf(out, "\n");
	}
	if (a->membarrier.n) {
		fprintf(out, "%6s", "none");
		print_cost(out, &a->membarrier);
		fprintf(out, "  (membarrier: an interrupt that flushes nothing)\n");
	}
}

/* "8.2 pages (6.1 to 11.0)"; where nothing is proven, that. */
static const char *crossing_text(const struct stats_interval *c, char *buf,
				 size_t buf_bytes)
{
	if (isfinite(c->ci95_high))
		snprintf(buf, buf_bytes, "%.1f pages (%.1f to %.1f)", c->estimate,
			 c->ci95_low, c->ci95_high);
	else if (isfinite(c->ci95_low))
		snprintf(buf, buf_bytes, "%.1f pages (from %.1f up, no end proven)",
			 c->estimate, c->ci95_low);
	else
		snprintf(buf, buf_bytes, "no size that is proven");
	return buf;
}

static void print_fit(FILE *out, const struct tune_answer *a)
{
	const struct tune_fit *f = &a->fit;
	char per_page[32], refill[32], residual[32], crossing[80];

	if (!a->fitted)
		return;
	fprintf(out,
		"\nA page flushed by itself costs %s, all at once %s more to begin "
		"with;\nthe lines cross at %s",
		text_quantity(per_page, sizeof(per_page), f->flush_ns_per_page, "ns"),
		text_quantity(refill, sizeof(refill), -f->offset_ns, "ns"),
		crossing_text(&f->crossover, crossing, sizeof(crossing)));
	if (!isnan(f->direct.estimate))
		fprintf(out, ", the pairs at %.1f (%.1f to %.1f)", f->direct.estimate,
			f->direct.ci95_low, f->direct.ci95_high);
	if (!f->agrees)
		fprintf(out, ".\nThe pairs do not lie on a line (%s off at %d pages)%s",
			text_quantity(residual, sizeof(residual), f->worst_residual_ns,
				      "ns"),
			f->worst_pages, a->from_pairs ? ": they decide" : "");
	fprintf(out, ".\n");
	if (!isnan(a->gain_pct.estimate))
		fprintf(out,
			"On the mix of flush sizes: %+.2f %% (%+.2f to %+.2f); A/A "
			"noise %.2f %%.\n",
			a->gain_pct.estimate, a->gain_pct.ci95_low,
			a->gain_pct.ci95_high, a->aa_noise_pct);
}

void tune_print_answer(FILE *out, const struct tuner_view *v)
{
	const struct tune_answer *a = &v->answers[0];
	char text[320];

	fprintf(out, "%s\n", tune_verdict_text(a, text, sizeof(text)));
	if (v->disturbed * BUSY_ONE_IN > v->windows || v->rounds_lost)
		fprintf(out,
			"! this machine is busy: other programs broke into %d of %d "
			"windows, and %d rounds were lost; tune it while it is quiet\n",
			v->disturbed, v->windows, v->rounds_lost);
	fprintf(out,
		"\nby %s, %d %s, %lld pages of working set: cost to all CPUs\n"
		"%d rounds in %d batches, all in %.0f s; %d of %d windows measured "
		"again; %d of %d pairs lie far out (a batch counts by its middle half)\n",
		tuner_method_name(v->method), v->victims,
		v->victims == 1 ? "victim" : "victims", (long long)a->working_set_pages,
		a->n_rounds, a->n_batches, v->elapsed_s, v->disturbed, v->windows,
		a->outliers, a->pairs);
	if (a->n_batches > 1)
		print_costs(out, a);
	print_fit(out, a);
	for (int i = 1; i < v->n_answers; i++)
		fprintf(out, "%s%6lld pages of working set: %s\n", i == 1 ? "\n" : "",
			(long long)v->answers[i].working_set_pages,
			tune_verdict_text(&v->answers[i], text, sizeof(text)));
	fflush(out);
}

void tune_print_mix(FILE *out, const struct tune_mix *mix, const char *source)
{
	fprintf(out, "\nThe mix, %s:\n", source);
	for (int i = 0; i < mix->n; i++)
		fprintf(out, "%s%d %s %.2g %%", i ? ", " : "  ", mix->part[i].pages,
			mix->part[i].pages == 1 ? "page" : "pages",
			mix->part[i].share * 100);
	if (mix->whole > 0)
		fprintf(out,
			"%sall at once %.2g %% (of how many pages the kernel does not "
			"say: they count\n  as all at once under any ceiling)",
			mix->n ? ", " : "  ", mix->whole * 100);
	fprintf(out, "\n");
	fflush(out);
}

void tune_print_trial_progress(FILE *out, const struct program_trial_view *v)
{
	fprintf(out, "\r\033[Ktrying ceilings  %.0f of at most %.0f s  round %d",
		v->elapsed_s, v->budget_s, v->answer->n_rounds + 1);
	if (*v->doing)
		fprintf(out, ": %s", v->doing);
	fflush(out);
}

static void print_arm(FILE *out, const struct trial_answer *a, int i, const char *unit)
{
	const struct trial_arm *arm = &a->arm[i];
	char rate[40];

	text_quantity(rate, sizeof(rate), arm->rate.mean, "");
	fprintf(out, "%8lld%14s %s", (long long)arm->ceiling, rate, unit);
	if (!i)
		fprintf(out, "   the present one\n");
	else if (isnan(arm->gain_pct.ci95_low))
		fprintf(out, "   %+.1f %%\n", arm->gain_pct.estimate);
	else
		fprintf(out, "   %+.1f %% (%+.1f to %+.1f)%s\n", arm->gain_pct.estimate,
			arm->gain_pct.ci95_low, arm->gain_pct.ci95_high,
			i == a->best  ? "  best"
			: arm->behind ? "  behind the best"
				      : "");
}

void tune_print_trial(FILE *out, const struct program_trial_view *v)
{
	const struct trial_answer *a = v->answer;
	char text[320];

	fprintf(out, "%s\n\n%d rounds of %d windows in %.0f s",
		trial_verdict_text(a, text, sizeof(text)), a->n_rounds, a->n + 1,
		v->elapsed_s);
	if (v->runs_a_window)
		fprintf(out, ", a window is %d %s of the command", v->runs_a_window,
			v->runs_a_window == 1 ? "run" : "runs");
	if (v->rounds_lost)
		fprintf(out, "; %d rounds without any progress were lost",
			v->rounds_lost);
	if (a->n_rounds) {
		fprintf(out, "\n\n%8s%14s\n", "ceiling", "throughput");
		for (int i = 0; i < a->n; i++)
			print_arm(out, a, i, v->unit);
	}
	if (!isnan(a->aa_noise_pct))
		fprintf(out,
			"\nThe present one against itself, A/A noise: %.1f %%. The "
			"intervals hold for all\nceilings together, 95 times in 100.",
			a->aa_noise_pct);
	fprintf(out, "\n");
	fflush(out);
}
