/* SPDX-License-Identifier: MIT */
/*
 * What a task has taken away and not yet given back to the system, oldest first.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/strategy.h"

struct deferred *deferred_at(struct sim_task *t, int i)
{
	return &t->deferred[(t->first_deferred + i) % DEFERRED_SLOTS];
}

bool deferred_push(struct sim *s, struct sim_task *t, uint64_t gen, uint64_t stamp)
{
	struct deferred *d = deferred_at(t, t->n_deferred);

	if (t->n_deferred == DEFERRED_SLOTS)
		return false;
	if (d->room < t->n_gather) {
		uint32_t *frames = realloc(d->frames, t->n_gather * sizeof(*frames));

		if (!frames)
			return false;
		d->frames = frames;
		d->room = t->n_gather;
	}
	if (t->n_gather)
		memcpy(d->frames, t->gather, t->n_gather * sizeof(*t->gather));
	d->n = t->n_gather;
	d->gen = gen;
	d->stamp = stamp;
	d->vpn = t->flush.vpn;
	d->pages = t->flush.pages;
	d->lazy = false;
	t->n_gather = 0;
	t->n_deferred++;
	if (s->gate_open)
		s->counts.deferred++;
	return true;
}

void deferred_forget(struct sim_task *t, int i)
{
	/* Storage of what is removed goes to the end of the ring, and is used again. */
	struct deferred removed = *deferred_at(t, i);

	removed.n = 0;
	if (!i) {
		*deferred_at(t, 0) = removed;
		t->first_deferred = (t->first_deferred + 1) % DEFERRED_SLOTS;
		t->n_deferred--;
		return;
	}
	for (; i + 1 < t->n_deferred; i++)
		*deferred_at(t, i) = *deferred_at(t, i + 1);
	*deferred_at(t, i) = removed;
	t->n_deferred--;
}

void deferred_free(struct sim *s, struct sim_task *by, struct sim_task *t, int i)
{
	const struct deferred *d = deferred_at(t, i);

	for (uint32_t k = 0; k < d->n; k++)
		frame_free(s, by, d->frames[k]);
	deferred_forget(t, i);
}

void deferred_free_to(struct sim *s, struct sim_task *t, uint64_t gen)
{
	for (int i = 0; i < t->n_deferred;)
		if (!deferred_at(t, i)->lazy && deferred_at(t, i)->gen <= gen)
			deferred_free(s, t, t, i);
		else
			i++;
}

void task_free_gathered(struct sim *s, struct sim_task *t)
{
	for (uint32_t i = 0; i < t->n_gather; i++)
		frame_free(s, t, t->gather[i]);
	t->n_gather = 0;
}
