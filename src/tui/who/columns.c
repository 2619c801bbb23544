/* SPDX-License-Identifier: MIT */
#include "tui/who/columns.h"

#include <stdio.h>

#include "tlblab/base/text.h"

static const char *name(const struct who_row *r, char *buf, unsigned long bytes)
{
	snprintf(buf, bytes, "%s%s",
		 r->depth == 0	 ? ""
		 : r->last_child ? "└ "
				 : "├ ",
		 r->name);
	return buf;
}

static const char *cause(const struct who_row *r, char *buf, unsigned long bytes)
{
	(void)buf, (void)bytes;
	return cause_table[r->cause].title;
}

static const char *remedy(const struct who_row *r, char *buf, unsigned long bytes)
{
	(void)buf, (void)bytes;
	return cause_table[r->cause].remedy;
}

static const char *by(const struct who_row *r, char *buf, unsigned long bytes)
{
	(void)buf, (void)bytes;
	return r->by;
}

static double pid(const struct who_row *r)
{
	return r->pid;
}

static double tid(const struct who_row *r)
{
	return r->tid;
}

static double flushes(const struct who_row *r)
{
	return r->rates.flushes_per_s;
}

static double told(const struct who_row *r)
{
	return r->rates.told_per_s;
}

static double full(const struct who_row *r)
{
	return r->rates.full_pct;
}

static double pages(const struct who_row *r)
{
	return r->rates.pages_per_flush;
}

static double flushing(const struct who_row *r)
{
	return r->rates.flushing_pct;
}

static double received(const struct who_row *r)
{
	return r->rates.received_per_s;
}

static double lost(const struct who_row *r)
{
	return r->rates.disturbed_pct;
}

static double flush_p50(const struct who_row *r)
{
	return r->flush_p50_ns;
}

static double flush_p99(const struct who_row *r)
{
	return r->flush_p99_ns;
}

/* One a line, so that two additions do not meet. */
/* clang-format off */
#define NAME {"NAME", 20, 0, NULL, NULL, name, "the process, or its thread"}
#define PID {"PID", 8, 0, NULL, pid, NULL, "the number of the process"}
#define TID {"TID", 8, 100, NULL, tid, NULL, "the number of the thread; – in a row of the whole process"}
#define FLUSHES {"FLUSHES/s", 11, 0, "", flushes, NULL, "flushes begun per second, of this CPU or of others"}
#define TOLD {"TOLD/s", 10, 0, "", told, NULL, "other CPUs asked to flush per second: one flush may ask many"}
#define RECEIVED {"RECEIVED/s", 11, 0, "", received, NULL, "flushes carried out for others per second"}
#define LOST {"LOST", 9, 0, "%", lost, NULL, "share of one CPU's time spent on flushes for others"}

static const struct who_column initiators[] = {
	NAME,
	PID,
	TID,
	FLUSHES,
	TOLD,
	{"FULL", 8, 90, "%", full, NULL, "share of flushes that emptied the whole TLB"},
	{"PAGES", 8, 110, "", pages, NULL, "pages of each flush that named its pages"},
	{"FLUSHING", 10, 0, "%", flushing, NULL, "share of one CPU's time spent flushing, waiting for answers included"},
	{"p50", 9, 96, "ns", flush_p50, NULL, "half of its flushes of other CPUs were shorter, from the request to the last answer"},
	{"p99", 9, 128, "ns", flush_p99, NULL, "99 of 100 of them were shorter"},
	{"MOSTLY", 0, 0, NULL, NULL, cause, "the cause of most of its flushes, by the kernel's stack"},
};

static const struct who_column causes[] = {
	{"CAUSE", 30, 0, NULL, NULL, cause, "the system call, or the kernel's own work"},
	FLUSHES,
	TOLD,
	{"FULL", 8, 90, "%", full, NULL, "share of flushes that emptied the whole TLB"},
	{"WHAT WOULD STOP IT", 0, 0, NULL, NULL, remedy, "what to change; Enter shows all of it"},
};

static const struct who_column victims[] = {
	NAME,
	PID,
	TID,
	RECEIVED,
	LOST,
	{"HIT MOSTLY BY", 0, 0, NULL, NULL, by, "the process whose flushes reached it most often"},
};

static const struct who_column cpus[] = {
	{"CPU", 6, 0, NULL, tid, NULL, "its number"},
	RECEIVED,
	LOST,
	{"PID", 8, 0, NULL, pid, NULL, "what ran there at the last flush; 0: nothing"},
	{"RUNNING AT THE LAST FLUSH", 0, 0, NULL, NULL, name, "its name"},
};
/* clang-format on */

#define TABLE(a) a, (int)(sizeof(a) / sizeof((a)[0]))

static const struct {
	const struct who_column *columns;
	int n, sort;
} tables[WHO_PAGES] = {
	[WHO_INITIATORS] = {TABLE(initiators), 4},
	[WHO_CAUSES] = {TABLE(causes), 2},
	[WHO_VICTIMS] = {TABLE(victims), 3},
	[WHO_CPUS] = {TABLE(cpus), 1},
};

const struct who_column *who_columns(enum who_page page, int *n)
{
	*n = tables[page].n;
	return tables[page].columns;
}

int who_columns_first_sort(enum who_page page)
{
	return tables[page].sort;
}

const char *who_column_cell(const struct who_column *c, const struct who_row *r,
			    char buf[WHO_CELL])
{
	if (c->text)
		return c->text(r, buf, WHO_CELL);
	if (c->unit)
		return text_quantity(buf, WHO_CELL, c->value(r), c->unit);
	if (c->value == tid && !r->tid && r->task < 0 && r->n_threads)
		return "–";
	snprintf(buf, WHO_CELL, "%.0f", c->value(r));
	return buf;
}
