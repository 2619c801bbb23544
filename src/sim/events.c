/* SPDX-License-Identifier: MIT */
/*
 * A heap with four children to a node: half as deep as a binary one, and the four lie
 * in one cache line.
 */
#include "sim/events.h"

#include <errno.h>
#include <stdlib.h>

enum { CHILDREN = 4 };

static bool event_before(const struct event *a, const struct event *b)
{
	return a->at < b->at || (a->at == b->at && a->source < b->source);
}

int events_init(struct events *e, uint32_t sources)
{
	e->n = 0;
	e->room = sources;
	e->heap = calloc(sources ? sources : 1, sizeof(*e->heap));
	return e->heap ? 0 : -ENOMEM;
}

void events_fini(struct events *e)
{
	free(e->heap);
	e->heap = NULL;
	e->n = e->room = 0;
}

void events_push(struct events *e, sim_time at, uint32_t source)
{
	const struct event new = {at, source};
	uint32_t i = e->n;

	/* A source that pushes twice would be lost work, or worse: stop at once. */
	if (i == e->room)
		abort();
	e->n++;
	while (i) {
		uint32_t parent = (i - 1) / CHILDREN;

		if (!event_before(&new, &e->heap[parent]))
			break;
		e->heap[i] = e->heap[parent];
		i = parent;
	}
	e->heap[i] = new;
}

struct event events_pop(struct events *e)
{
	const struct event first = e->heap[0];
	const struct event last = e->heap[--e->n];
	uint32_t i = 0;

	for (;;) {
		uint32_t child = i * CHILDREN + 1, best = child;

		if (child >= e->n)
			break;
		for (uint32_t k = child + 1; k < child + CHILDREN && k < e->n; k++)
			if (event_before(&e->heap[k], &e->heap[best]))
				best = k;
		if (!event_before(&e->heap[best], &last))
			break;
		e->heap[i] = e->heap[best];
		i = best;
	}
	if (e->n)
		e->heap[i] = last;
	return first;
}
