/* SPDX-License-Identifier: MIT */
#include "commands/tune/print.h"

#include <math.h>

#include "commands/cells.h"
#include "tlblab/base/text.h"

enum { BUSY_ONE_IN = 5 }; /* operations disturbed */

void tune_print_progress(FILE *out, const struct tuner_view *v)
{
	const struct tune_answer *a =
		v->current >= 0 ? &v->answers[v->current] : &v->answers[0];

	fprintf(out,
		"\r\033[Ktune by %s  %.0f of at most %.0f s  working set %lld pages",
		tuner_method_name(v->method), v->elapsed_s, v->budget_s,
		(long long)a->working_set_pages);
	if (v->stuck)
		fprintf(out, "  busy: cannot settle");
	if (a->recommended >= 0 && a->ci95_high != INT64_MAX)
		fprintf(out, "  ceiling %lld (%lld to %lld)", (long long)a->recommended,
			(long long)a->ci95_low, (long long)a->ci95_high);
	fprintf(out, "  round %d: %s", a->n_rounds + 1, v->doing);
	fflush(out);
}

/* "14.9 µs ±0.3 µs" */
static void print_cost(FILE *out, const struct stats *s)
{
	char cell[64] = "", value[32];

	text_append(cell, sizeof(cell), "%s",
		    text_quantity(value, sizeof(value), s->mean, "ns"));
	text_append(cell, sizeof(cell), " ±%s",
		    text_quantity(value, sizeof(value), s->ci95_high - s->mean, "ns"));
	cell_right(out, cell, 22);
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

/* The line, where it holds; what it says where the costs do not lie on one would be
 * about nothing. */
static void print_fit(FILE *out, const struct tune_answer *a)
{
	const struct tune_fit *f = &a->fit;
	char per_page[32], refill[32], residual[32];

	if (!a->fitted)
		return;
	if (!f->agrees)
		fprintf(out,
			"\nThe differences do not lie on a line (%s off at %d pages): "
			"each size speaks for\nitself.\n",
			text_quantity(residual, sizeof(residual), f->worst_residual_ns,
				      "ns"),
			f->worst_pages);
	else
		fprintf(out,
			"\nFlushing one more page by itself costs %s; a full flush "
			"costs %s more to begin with.\n",
			text_quantity(per_page, sizeof(per_page), f->flush_ns_per_page,
				      "ns"),
			text_quantity(refill, sizeof(refill), -f->offset_ns, "ns"));
	if (f->agrees && isfinite(f->crossover.ci95_high) &&
	    f->crossover.ci95_low > a->pages[0])
		fprintf(out, "Both cost the same at %.1f pages (%.1f to %.1f).\n",
			f->crossover.estimate, f->crossover.ci95_low,
			f->crossover.ci95_high);
}

static void print_gain(FILE *out, const struct tune_answer *a)
{
	if (!isnan(a->gain_pct.estimate))
		fprintf(out, "On the mix of flush sizes: %+.2f %% (%+.2f to %+.2f); ",
			a->gain_pct.estimate, a->gain_pct.ci95_low,
			a->gain_pct.ci95_high);
	if (!isnan(a->aa_noise_pct))
		fprintf(out, "A/A noise %.2f %%.\n", a->aa_noise_pct);
}

static void print_sets(FILE *out, const struct tuner_view *v)
{
	char text[320];

	for (int i = 1; i < v->n_answers; i++)
		fprintf(out, "%sworking set %lld pages: %s\n", i == 1 ? "\n" : "",
			(long long)v->answers[i].working_set_pages,
			tune_verdict_text(&v->answers[i], text, sizeof(text)));
	if (*tune_sets_text(v->answers, v->n_answers, text, sizeof(text)))
		fprintf(out, "! %s\n", text);
}

void tune_print_answer(FILE *out, const struct tuner_view *v, const char *mechanism)
{
	const struct tune_answer *a = &v->answers[0];
	const char *why = tune_mechanism_text(mechanism);
	char text[320];

	fprintf(out, "%s\n", tune_verdict_text(a, text, sizeof(text)));
	if (*why && tune_answer_settled(a))
		fprintf(out, "%s\n", why);
	if (v->disturbed * BUSY_ONE_IN > v->windows)
		fprintf(out,
			"! busy machine: other programs disturbed %d of %d attempts, "
			"which are left out\n",
			v->disturbed, v->windows);
	fprintf(out,
		"\nby %s, %d %s, working set %lld pages: cost to all CPUs, medians of "
		"single operations\n%d rounds in %d batches; %d operations in %.0f s "
		"for all working sets\n",
		tuner_method_name(v->method), v->victims,
		v->victims == 1 ? "victim" : "victims", (long long)a->working_set_pages,
		a->n_rounds, a->n_batches, v->windows - v->disturbed, v->elapsed_s);
	if (a->n_batches > 1)
		print_costs(out, a);
	print_fit(out, a);
	print_gain(out, a);
	print_sets(out, v);
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
	fprintf(out, "%8lld", (long long)arm->ceiling);
	cell_right(out, rate, 14);
	fprintf(out, " %s", unit);
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
