/* SPDX-License-Identifier: MIT */
/*
 * The control: the same rate of interrupts at the same victims, which flush nothing.
 * What they lose to it is the interrupt; what they lost more before is the flush and
 * the refill after it.
 */
#include "tui/app/app_control.h"

#include "tui/app/app_fields.h"
#include "tui/app/app_undo.h"

static struct effect change_over(struct app *a, const struct snapshot *snap,
				 const struct experiment *to, const char *words)
{
	app_undo_keep(a, &a->draft);
	a->draft = *to;
	app_say(a, words);
	return app_draft_changed(a, snap);
}

static struct effect refuse(struct app *a, const char *why)
{
	app_say(a, why);
	return effect_of(EFFECT_NONE, "");
}

struct effect app_control(struct app *a, const struct snapshot *snap)
{
	struct error error = {.code = ERROR_NONE};
	struct experiment control;

	switch (victim_cost_kind_of(&a->draft, a->catalogue)) {
	case VICTIM_COST_FLUSH: break;
	case VICTIM_COST_INTERRUPT:
		if (!a->controlled)
			return refuse(a, "this is the control: choose a method that "
					 "flushes, and i comes back here");
		a->controlled = false;
		return change_over(a, snap, &a->flushing, "back to what flushes");
	case VICTIM_COST_APART:
		return refuse(a, "as processes nobody is interrupted: there is nothing "
				 "to control for");
	case VICTIM_COST_KINDS:
		return refuse(a, "the control is for victims that watch their clock: "
				 "set victims to 1 or more");
	}
	if (victim_cost_control_of(&a->draft, snap, &control, &error) ||
	    experiment_check(&control, a->catalogue, &error)) {
		app_say_error(a, &error);
		return effect_of(EFFECT_NONE, "");
	}
	a->flushing = a->draft;
	a->controlled = true;
	return change_over(
		a, snap, &control,
		victim_cost_control_holds(&snap->mechanism)
			? "the control: as many interrupts, nothing is flushed; i goes "
			  "back"
			: "interrupts that flush nothing: no control, as flushes are not "
			  "known to travel as interrupts here; i goes back");
}
