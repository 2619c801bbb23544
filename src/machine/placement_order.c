/* SPDX-License-Identifier: MIT */
#include "machine/placement_order.h"

#include <errno.h>
#include <stdlib.h>

/* usable[core]: how many CPUs of the core may be used. */
static int count_siblings(const struct topology *t, struct place *places, int n)
{
	int *usable = calloc((size_t)t->n_cpus, sizeof(*usable));

	if (!usable)
		return -ENOMEM;
	for (int i = 0; i < n; i++)
		places[i].rank = usable[places[i].cpu->core]++;
	for (int i = 0; i < n; i++)
		places[i].siblings = usable[places[i].cpu->core];
	free(usable);
	return 0;
}

int place_collect(const struct topology *t, struct place **out, struct error *error)
{
	struct place *places;
	int n = 0;

	*out = NULL;
	if (t->n_cpus < 1 || t->n_allowed < 1)
		return error_set(error, ERROR_MACHINE, ENODEV, "placement",
				 "no CPU is online and allowed for this process",
				 "check its affinity and cpuset");
	places = calloc((size_t)t->n_allowed, sizeof(*places));
	if (!places)
		return error_set(error, ERROR_MACHINE, ENOMEM, "placement",
				 "out of memory", "close other programs");
	for (int i = 0; i < t->n_cpus; i++)
		if (t->cpus[i].allowed)
			places[n++].cpu = &t->cpus[i];
	if (count_siblings(t, places, n)) {
		free(places);
		return error_set(error, ERROR_MACHINE, ENOMEM, "placement",
				 "out of memory", "close other programs");
	}
	*out = places;
	return n;
}

int place_emit(struct place *places, int n, place_compare_fn compare, int *out)
{
	qsort(places, (size_t)n, sizeof(*places), compare);
	for (int i = 0; i < n; i++)
		out[i] = places[i].cpu->id;
	return n;
}

int place_order(const struct topology *t, place_compare_fn compare, int *out,
		struct error *error)
{
	struct place *places;
	int n = place_collect(t, &places, error);

	if (n > 0)
		place_emit(places, n, compare, out);
	free(places);
	return n;
}

/* Performance and unknown cores, then efficient ones. */
static int compare_kind(const struct cpu *a, const struct cpu *b)
{
	return place_compare_int(a->kind == CORE_EFFICIENT, b->kind == CORE_EFFICIENT);
}

int place_compare_compact(const void *a, const void *b)
{
	const struct place *pa = a, *pb = b;
	const struct cpu *x = pa->cpu, *y = pb->cpu;
	int order = compare_kind(x, y);

	if (!order)
		order = place_compare_id(x->package, y->package);
	if (!order)
		order = place_compare_id(x->node, y->node);
	if (!order)
		order = place_compare_id(x->die, y->die);
	if (!order)
		order = place_compare_id(x->cluster, y->cluster);
	if (!order)
		order = place_compare_int(x->core, y->core);
	return order ? order : place_compare_int(x->id, y->id);
}

int place_compare_cores(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = place_compare_int(x->rank, y->rank);

	return order ? order : place_compare_compact(a, b);
}
