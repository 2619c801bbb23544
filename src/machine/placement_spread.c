/* SPDX-License-Identifier: MIT */
/*
 * The workers as far apart as they can be: turn by turn a CPU from each node, and
 * within a node, should it hold several packages (or be unknown), from each of those.
 * Each group deals out its CPUs one per core first. Two passes number the CPUs by
 * their turn, first within (node, package), then within the node.
 */
#include <stdlib.h>

#include "machine/placement_order.h"

static int compare_node_package(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = place_compare_id(x->cpu->node, y->cpu->node);

	if (!order)
		order = place_compare_id(x->cpu->package, y->cpu->package);
	return order ? order : place_compare_cores(a, b);
}

static int compare_node_turn(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = place_compare_id(x->cpu->node, y->cpu->node);

	if (!order)
		order = place_compare_int(x->turn, y->turn);
	return order ? order : place_compare_id(x->cpu->package, y->cpu->package);
}

static int compare_turn(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = place_compare_int(x->turn, y->turn);

	return order ? order : place_compare_id(x->cpu->node, y->cpu->node);
}

static void number_turns(struct place *places, int n, bool within_package)
{
	for (int i = 0; i < n; i++) {
		bool same = i > 0 && places[i].cpu->node == places[i - 1].cpu->node;

		if (same && within_package)
			same = places[i].cpu->package == places[i - 1].cpu->package;
		places[i].turn = same ? places[i - 1].turn + 1 : 0;
	}
}

static int spread_order(const struct topology *t, const char *argument, int *out,
			struct error *error)
{
	struct place *places;
	int n = place_collect(t, &places, error);

	(void)argument;
	if (n > 0) {
		qsort(places, (size_t)n, sizeof(*places), compare_node_package);
		number_turns(places, n, true);
		qsort(places, (size_t)n, sizeof(*places), compare_node_turn);
		number_turns(places, n, false);
		place_emit(places, n, compare_turn, out);
	}
	free(places);
	return n;
}

const struct placement_ops placement_spread = {
	.name = "spread",
	.syntax = "spread",
	.summary = "round robin over nodes, then packages; one CPU of each core first",
	.order = spread_order,
};
