/* SPDX-License-Identifier: MIT */
/* The CPUs of one NUMA node, one per physical core first. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "machine/placement_order.h"
#include "tlblab/base/text.h"

static int node_parse(const char *argument, int *node)
{
	int64_t n;

	if (!argument || text_to_int(argument, false, &n) || n < 0 ||
	    n >= CPUMASK_MAX_CPUS)
		return -EINVAL;
	*node = (int)n;
	return 0;
}

static int node_check(const char *argument, struct error *error)
{
	int node;

	if (node_parse(argument, &node))
		return error_set(error, ERROR_INPUT, EINVAL, "placement node:N",
				 "N is not the number of a node", "write node:0");
	return 0;
}

static int node_refuse(const struct topology *t, int node, struct error *error)
{
	struct cpumask nodes = {0};
	char list[96], what[48] = "";

	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].allowed)
			cpumask_set(&nodes, t->cpus[i].node);
	text_append(what, sizeof(what), "placement node:%d", node);
	if (cpumask_next(&nodes, -1) < 0)
		return error_set(error, ERROR_MACHINE, ENODEV, what,
				 "this machine shows no NUMA nodes", "use compact");
	cpumask_text(&nodes, list, sizeof(list));
	return error_setf(
		error, ERROR_MACHINE, ENODEV, what, "choose one of those",
		"it has no CPU that this process may use; nodes that have: %s", list);
}

static int node_order(const struct topology *t, const char *argument, int *out,
		      struct error *error)
{
	struct place *places;
	int node, n, kept = 0;

	if (node_parse(argument, &node))
		return node_check(argument, error);
	n = place_collect(t, &places, error);
	for (int i = 0; i < n; i++)
		if (places[i].cpu->node == node)
			places[kept++] = places[i];
	if (n > 0)
		n = kept ? place_emit(places, kept, place_compare_cores, out)
			 : node_refuse(t, node, error);
	free(places);
	return n;
}

const struct placement_ops placement_node = {
	.name = "node",
	.syntax = "node:N",
	.summary = "the CPUs of NUMA node N, one CPU of each core first",
	.check = node_check,
	.order = node_order,
};
