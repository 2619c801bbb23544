/* SPDX-License-Identifier: MIT */
/*
 * From the text of a placement to CPU numbers. Each placement is a file of its own
 * that only orders the usable CPUs; dealing them out, and starting again when they run
 * out, is the same for all and is done here.
 */
#include "tlblab/machine/placement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/placement_order.h"
#include "tlblab/base/text.h"

const struct placement_ops *const placement_table[] = {
	&placement_compact, &placement_cores, &placement_spread, &placement_smt,
	&placement_node,    &placement_cpus,  &placement_none,	 NULL,
};

enum { PLACEMENT_NAME_BYTES = 32, PLACEMENT_COUNT_MAX = 16 };

static int refuse_name(const char *text, const char *name, struct error *error)
{
	const char *names[PLACEMENT_COUNT_MAX], *near;
	char all[160] = "", what[96] = "";
	int n = 0;

	for (; placement_table[n]; n++) {
		names[n] = placement_table[n]->name;
		text_append(all, sizeof(all), "%s%s", n ? ", " : "",
			    placement_table[n]->syntax);
	}
	text_append(what, sizeof(what), "placement \"%.64s\"", text);
	near = text_nearest(name, names, n);
	if (near)
		return error_setf(error, ERROR_INPUT, EINVAL, what, all,
				  "no such placement (did you mean %s?)", near);
	return error_set(error, ERROR_INPUT, EINVAL, what, "no such placement", all);
}

/* Finds the ops, points *argument behind the colon (NULL without one) and checks it. */
static int parse(const char *text, const struct placement_ops **ops,
		 const char **argument, struct error *error)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	char name[PLACEMENT_NAME_BYTES] = "";

	if (length < sizeof(name))
		memcpy(name, text, length);
	*argument = colon ? colon + 1 : NULL;
	for (int i = 0; (*ops = placement_table[i]); i++) {
		if (strcmp((*ops)->name, name) != 0)
			continue;
		if ((*ops)->check)
			return (*ops)->check(*argument, error);
		if (!colon)
			return 0;
		return error_setf(error, ERROR_INPUT, EINVAL, "placement",
				  "leave it out", "%s takes nothing after a colon",
				  name);
	}
	return refuse_name(text, name, error);
}

int placement_check(const char *text, struct error *error)
{
	const struct placement_ops *ops;
	const char *argument;

	return parse(text, &ops, &argument, error);
}

int placement_resolve(const char *text, const struct topology *t, int workers,
		      int victims, int *cpus, int *distinct_cpus, struct error *error)
{
	const struct placement_ops *ops;
	const char *argument;
	int n, *order, err = parse(text, &ops, &argument, error);

	if (err)
		return err;
	order = malloc((size_t)(t->n_cpus + 1) * sizeof(*order));
	if (!order)
		return error_set(error, ERROR_MACHINE, ENOMEM, "placement",
				 "out of memory", "close other programs");
	n = ops->order(t, argument, order, error);
	for (int i = 0; n >= 0 && i < workers + victims; i++)
		cpus[i] = n ? order[i % n] : -1;
	free(order);
	if (n < 0)
		return n;
	if (distinct_cpus)
		*distinct_cpus = n < workers + victims ? n : workers + victims;
	return 0;
}

/* How many ids from cpus[0] on rise by the same step. */
static int run_length(const int *cpus, int n)
{
	int length = n > 1 && cpus[1] > cpus[0] ? 2 : 1;

	while (length > 1 && length < n &&
	       cpus[length] - cpus[length - 1] == cpus[1] - cpus[0])
		length++;
	return length;
}

bool placement_list_text(const int *cpus, int n, char *buf, unsigned long buf_bytes)
{
	static const char more[] = "…";
	char part[48];

	buf[0] = '\0';
	for (int i = 0; i < n;) {
		int length = run_length(cpus + i, n - i);
		int step = length > 1 ? cpus[i + 1] - cpus[i] : 1;

		/* Two apart, or a run that only begins here, reads better one by one.
		 */
		if (step > 1 && length < 4)
			length = 1;
		if (length == 1)
			snprintf(part, sizeof(part), "%s%d", i ? "," : "", cpus[i]);
		else if (step == 1)
			snprintf(part, sizeof(part), "%s%d-%d", i ? "," : "", cpus[i],
				 cpus[i + length - 1]);
		else
			snprintf(part, sizeof(part), "%s%d-%d:%d", i ? "," : "",
				 cpus[i], cpus[i + length - 1], step);
		if (strlen(buf) + strlen(part) + sizeof(more) > buf_bytes) {
			text_append(buf, buf_bytes, "%s", more);
			return false;
		}
		text_append(buf, buf_bytes, "%s", part);
		i += length;
	}
	return true;
}
