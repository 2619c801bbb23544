/* SPDX-License-Identifier: MIT */
/*
 * Exactly the CPUs given, in the order given: "0,2,4-7" or "0-62:2". The kernel's own
 * list form has no order, so the list is parsed here.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "machine/placement_order.h"
#include "tlblab/base/text.h"

#define CPUS_WHAT "placement cpus:LIST"
#define CPUS_TODO "write for example cpus:0,2,4-7"

struct cpu_span {
	int first, last, stride;
};

static int span_number(const char **s, int *out)
{
	int n = 0;

	if (!isdigit((unsigned char)**s))
		return -EINVAL;
	for (; isdigit((unsigned char)**s); ++*s) {
		n = n * 10 + (**s - '0');
		if (n >= CPUMASK_MAX_CPUS)
			return -ERANGE;
	}
	*out = n;
	return 0;
}

/* One element of the list; *s moves past it and its comma, which must not end it. */
static int span_next(const char **s, struct cpu_span *span)
{
	int err = span_number(s, &span->first);

	if (err)
		return err;
	span->last = span->first;
	span->stride = 1;
	if (**s == '-') {
		++*s;
		err = span_number(s, &span->last);
		if (!err && **s == ':') {
			++*s;
			err = span_number(s, &span->stride);
		}
	}
	if (!err && (span->last < span->first || span->stride < 1))
		err = -EINVAL;
	if (!err && **s == ',' && (*s)[1])
		++*s;
	else if (!err && **s)
		err = -EINVAL;
	return err;
}

static int cpus_check(const char *argument, struct error *error)
{
	struct cpumask seen = {0};
	const char *s = argument ? argument : "";

	do {
		struct cpu_span span;
		int err = span_next(&s, &span);

		if (err)
			return error_setf(
				error, ERROR_INPUT, -err, CPUS_WHAT, CPUS_TODO,
				err == -ERANGE ? "a CPU number in \"%s\" is too large"
					       : "\"%s\" is not a list of CPUs",
				argument ? argument : "");
		for (int cpu = span.first; cpu <= span.last; cpu += span.stride) {
			if (cpumask_has(&seen, cpu))
				return error_setf(error, ERROR_INPUT, EINVAL, CPUS_WHAT,
						  "name each CPU once",
						  "CPU %d is listed twice", cpu);
			cpumask_set(&seen, cpu);
		}
	} while (*s);
	return 0;
}

static int cpus_refuse(const struct topology *t, int cpu, struct error *error)
{
	const struct cpu *c = topology_cpu(t, cpu);
	char allowed[128], todo[160] = "";

	cpumask_text(&t->allowed, allowed, sizeof(allowed));
	text_append(todo, sizeof(todo), "choose from %s", allowed);
	return error_setf(error, ERROR_MACHINE, ENODEV, CPUS_WHAT, todo, "CPU %d %s",
			  cpu,
			  !c	       ? "does not exist here"
			  : !c->online ? "is offline"
				       : "is outside the CPUs this process may use");
}

static int cpus_order(const struct topology *t, const char *argument, int *out,
		      struct error *error)
{
	const char *s = argument;
	int err = cpus_check(argument, error), n = 0;

	if (err)
		return err;
	while (*s) {
		struct cpu_span span;

		err = span_next(&s, &span);
		if (err)
			return err;
		for (int cpu = span.first; cpu <= span.last; cpu += span.stride) {
			if (!cpumask_has(&t->allowed, cpu))
				return cpus_refuse(t, cpu, error);
			out[n++] = cpu;
		}
	}
	return n;
}

const struct placement_ops placement_cpus = {
	.name = "cpus",
	.syntax = "cpus:0,2,4-7",
	.summary = "exactly these CPUs, in this order",
	.check = cpus_check,
	.order = cpus_order,
};
