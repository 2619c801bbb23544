/* SPDX-License-Identifier: MIT */
/*
 * Why a TLB row is missing differs, and so does what follows from it. An ARM kernel
 * (a program under Rosetta or qemu-user) has rows IPI0 and on (arch/arm64/kernel/smp.c,
 * arch_show_interrupts) and flushes by TLBI, which interrupts nobody. A kernel built
 * for one CPU has none, gVisor has no such file.
 */
#include "sensors/interrupts_census.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensors/interrupts_parse.h"
#include "tlblab/base/text.h"

static int header_columns(const char *text, size_t bytes)
{
	const char *end = memchr(text, '\n', bytes);
	int n = 0;

	for (const char *p = text; end && p + 3 <= end; p++)
		n += !memcmp(p, "CPU", 3);
	return n;
}

/* The sum of a row's counts, and how many there were; -1 without the row. */
static int sum_row(const char *text, size_t bytes, const char *label, int columns,
		   double *sum)
{
	uint32_t *count = calloc((size_t)columns, sizeof(*count));
	size_t at = 0;
	int n = -1;

	*sum = NAN;
	if (count && !interrupts_find_row(text, bytes, label, &at))
		n = interrupts_parse_row(text + at, bytes - at, label, count, columns);
	for (int i = 0; i < n; i++)
		*sum = (i ? *sum : 0) + count[i];
	free(count);
	return n;
}

static void say_no_row(struct interrupts_census *c)
{
	char *why = c->why_no_row;
	size_t bytes = sizeof(c->why_no_row);

	if (c->foreign)
		text_copy(why, bytes,
			  "an ARM kernel runs this program: its flushes are TLBI "
			  "broadcasts, with neither interrupts nor a ceiling");
	else if (c->columns == 1)
		text_copy(why, bytes,
			  "/proc/interrupts has no TLB row: this kernel knows one CPU, "
			  "so there is no other to interrupt");
	else
		text_copy(why, bytes,
			  "/proc/interrupts has no TLB row: this kernel or hypervisor "
			  "does not count shootdowns there");
}

void interrupts_take_census(const char *text, size_t bytes, int err,
			    struct interrupts_census *out)
{
	char *why = out->why_no_row;
	size_t at = 0;
	int counts;

	*out = (struct interrupts_census){.tlb = NAN, .calls = NAN};
	if (!text && (err == -ENOENT || err == -ENXIO)) {
		text_copy(why, sizeof(out->why_no_row),
			  "there is no /proc/interrupts: gVisor, or a container, keeps "
			  "it from programs");
		return;
	}
	if (!text) {
		text_append(why, sizeof(out->why_no_row),
			    "/proc/interrupts cannot be read: %s", strerror(-err));
		return;
	}
	out->columns = header_columns(text, bytes);
	if (!out->columns) {
		text_copy(why, sizeof(out->why_no_row),
			  "/proc/interrupts does not begin with a line of CPUs");
		return;
	}
	sum_row(text, bytes, "CAL:", out->columns, &out->calls);
	counts = sum_row(text, bytes, "TLB:", out->columns, &out->tlb);
	out->row = counts == out->columns;
	if (out->row)
		return;
	out->tlb = NAN;
	if (counts >= 0) {
		text_append(why, sizeof(out->why_no_row),
			    "the TLB row of /proc/interrupts has %d counts for %d "
			    "CPUs, so nobody knows whose they are",
			    counts, out->columns);
		return;
	}
	out->foreign = !interrupts_find_row(text, bytes, "IPI0:", &at);
	say_no_row(out);
}
