/* SPDX-License-Identifier: MIT */
#include "tlblab/lab/lesson.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const lesson_watch_name[LESSON_WATCH_N] = {
	[LESSON_WATCH_RUNTIME] = "runtime",
	[LESSON_WATCH_SHOOTDOWNS] = "shootdowns",
	[LESSON_WATCH_WALKS] = "walks",
	[LESSON_WATCH_FULL_FLUSHES] = "full_flushes",
	[LESSON_WATCH_VICTIM_SLOWDOWN] = "victim_slowdown",
	[LESSON_WATCH_VICTIM_STALLS] = "victim_stalls",
	[LESSON_WATCH_CHECKS] = "checks",
};

const char *const lesson_needs_name[LESSON_NEEDS_N] = {
	[LESSON_NEEDS_INTERRUPTS] = "interrupts",
};

void lesson_step_fini(struct lesson_step *s)
{
	free(s->title);
	free(s->say);
	free(s->ask);
	free(s->then);
	free(s->measure.what);
	for (int i = 0; i < s->n_sets; i++)
		free(s->sets[i].value);
	for (int i = 0; i < s->n_simulate; i++)
		free(s->simulate[i].value);
	for (int i = 0; i < s->n_answers; i++) {
		free(s->answers[i].text);
		free(s->answers[i].so);
	}
	memset(s, 0, sizeof(*s));
}

/* NULL stays NULL; false when memory is short. */
static bool text_own(char **text)
{
	const char *from = *text;

	if (!from)
		return true;
	*text = strdup(from);
	return *text;
}

int lesson_step_copy(struct lesson_step *dst, const struct lesson_step *src)
{
	bool ok = true;

	*dst = *src;
	/* Every pointer is replaced, if by NULL: what remains belongs to dst. */
	ok = text_own(&dst->title) && ok;
	ok = text_own(&dst->say) && ok;
	ok = text_own(&dst->ask) && ok;
	ok = text_own(&dst->then) && ok;
	ok = text_own(&dst->measure.what) && ok;
	for (int i = 0; i < dst->n_sets; i++)
		ok = text_own(&dst->sets[i].value) && ok;
	for (int i = 0; i < dst->n_simulate; i++)
		ok = text_own(&dst->simulate[i].value) && ok;
	for (int i = 0; i < dst->n_answers; i++) {
		ok = text_own(&dst->answers[i].text) && ok;
		ok = text_own(&dst->answers[i].so) && ok;
	}
	if (ok)
		return 0;
	lesson_step_fini(dst);
	return -ENOMEM;
}

int lesson_answer_of(const struct lesson_step *s, double value)
{
	int i = 0;

	while (i < s->n_answers - 1 && !(value < s->answers[i].below))
		i++;
	return i;
}
