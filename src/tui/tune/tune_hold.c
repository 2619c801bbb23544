/* SPDX-License-Identifier: MIT */
/* What a tuner and a trial of a program share: the bench and the ceiling they need, and
 * what their keys do. */
#include "tlblab/knobs/guardian.h"
#include "tui/bench/bench.h"
#include "tui/tune/tune.h"

static int64_t *bench_ceiling(struct tui *t)
{
	return &tune_of(&t->app)->bench_ceiling;
}

static void ceiling_take(struct tui *t)
{
	int64_t *kept = bench_ceiling(t);
	int64_t original = guardian_ceiling_original(t->guardian);

	*kept = -1;
	if (original < 0 || guardian_ceiling_get(t->guardian, kept) ||
	    *kept == original)
		*kept = -1;
	else
		guardian_ceiling_set(t->guardian, original, NULL);
}

void tune_hold(struct tui *t)
{
	if (bench_is_held(t))
		return;
	bench_hold(t);
	*bench_ceiling(t) = -1;
	if (t->guardian)
		ceiling_take(t);
}

void tune_release(struct tui *t)
{
	if (!bench_is_held(t))
		return;
	if (*bench_ceiling(t) >= 0)
		guardian_ceiling_set(t->guardian, *bench_ceiling(t), NULL);
	bench_release(t, NULL);
}

bool tune_ceiling_is(const struct tui *t, int64_t pages)
{
	int64_t now = -1;

	guardian_ceiling_get(t->guardian, &now);
	return now == pages;
}

static bool is_over(enum tuner_phase phase)
{
	return phase == TUNER_DONE || phase == TUNER_FAILED;
}

bool tune_keys_act(struct app *a, enum tuner_phase phase, enum action action,
		   struct effect *effect)
{
	if (page_is_for_all(action))
		return false;
	if (action == ACTION_RUN) {
		*effect = is_over(phase) ? effect_begin(app_mode(a), "")
					 : effect_of(EFFECT_STOP, "");
	} else if (action == ACTION_TUNE_WAIT) {
		if (is_over(phase) || app_mode(a) != MODE_TUNE)
			app_say(a, "only a tuning of the CPU that is under way waits");
		else
			*effect = effect_of(EFFECT_WAIT, "");
	} else if (action == ACTION_CANCEL) {
		*effect = effect_of(EFFECT_LEAVE, "");
	}
	return true;
}

const char *tune_word(enum tuner_phase phase, const struct binding *b)
{
	if (b->action != ACTION_RUN)
		return b->foot;
	return is_over(phase) ? "rerun" : "stop";
}
