/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/noise.h"

/*
 * Thresholds for one interval are above those of the checks, which judge a whole run:
 * steal comes in clock ticks of 10 ms, and a switch or two in a tenth of a second is
 * every machine's daily business.
 */
static const double steal_share = 0.05;
static const double switches_per_s = 50; /* of each worker and victim */
/* Fewer than switches: a task that moved finds cold caches, and the CPU it left goes on
 * receiving its flushes for a while (its bit stays in mm_cpumask). */
static const double migrations_per_s = 20;
/* What boost clocks wander by themselves stays below. */
static const double frequency_change_pct = 10;

const char *const noise_name[NOISE_KINDS] = {
	[NOISE_STEAL] = "steal",
	[NOISE_SWITCHES] = "involuntary_switches",
	[NOISE_THROTTLED] = "throttled",
	[NOISE_MIGRATIONS] = "migrations",
	[NOISE_FREQUENCY] = "frequency_change",
};

static double value_of(const struct sample *s, enum channel c)
{
	struct reading r = sample_get(s, c);

	return reading_present(r) ? r.value : 0;
}

const char *const noise_word[NOISE_KINDS] = {
	[NOISE_STEAL] = "steal",
	[NOISE_SWITCHES] = "forced switches",
	[NOISE_THROTTLED] = "slowed for heat",
	[NOISE_MIGRATIONS] = "migrations",
	[NOISE_FREQUENCY] = "clock changed",
};

uint8_t noise_judge(const struct sample *s)
{
	double steal_ns = value_of(s, CH_STEAL_NS);
	double switches = value_of(s, CH_INVOLUNTARY_SWITCHES);
	/* Running time of them all together, so the number of them cancels out. */
	double tasks_s = (value_of(s, CH_WORKER_NS) + value_of(s, CH_VICTIM_NS)) * 1e-9;
	unsigned int bits = 0;

	if (steal_ns > 0 && steal_ns >= steal_share * value_of(s, CH_CPUS_NS))
		bits |= 1u << NOISE_STEAL;
	if (tasks_s > 0 && switches >= switches_per_s * tasks_s)
		bits |= 1u << NOISE_SWITCHES;
	if (value_of(s, CH_THROTTLES) > 0)
		bits |= 1u << NOISE_THROTTLED;
	if (tasks_s > 0 && value_of(s, CH_MIGRATIONS) >= migrations_per_s * tasks_s)
		bits |= 1u << NOISE_MIGRATIONS;
	if (value_of(s, CH_FREQUENCY_CHANGE_PCT) >= frequency_change_pct)
		bits |= 1u << NOISE_FREQUENCY;
	return (uint8_t)bits;
}
