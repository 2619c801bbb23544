/* SPDX-License-Identifier: MIT */
#include "tlblab/trace/who_rates.h"

#include <math.h>

struct who_rates who_rates_of(const struct who_counts *c, bool durations, bool requests,
			      double elapsed_s)
{
	double flushes = who_flushes(c), ranged = flushes - c->full;
	bool unseen = c->sent > 0 && !(c->told > 0);

	return (struct who_rates){
		.flushes_per_s = flushes / elapsed_s,
		.asked_per_s = c->sent / elapsed_s,
		.told_per_s = unseen ? NAN : c->told / elapsed_s,
		.received_per_s = c->received / elapsed_s,
		.full_pct = flushes > 0 ? 100 * c->full / flushes : NAN,
		.pages_per_flush = ranged > 0 ? c->pages / ranged : NAN,
		.flushing_pct =
			durations && !unseen ? c->flush_ns / elapsed_s * 1e-7 : NAN,
		.disturbed_pct = requests ? c->disturbed_ns / elapsed_s * 1e-7 : NAN,
	};
}

struct who_rates who_rates(const struct who_watch *watch, const struct who_counts *c,
			   double elapsed_s)
{
	const struct flush_source *source = who_watch_source(watch);

	return who_rates_of(c, flush_source_durations(source)->available,
			    flush_source_requests(source)->available, elapsed_s);
}

enum cause who_main_cause(const struct who_counts by_cause[CAUSE_N])
{
	enum cause best = CAUSE_UNKNOWN;

	for (int i = 0; i < CAUSE_N; i++)
		if (who_flushes(&by_cause[i]) > who_flushes(&by_cause[best]))
			best = (enum cause)i;
	return best;
}
