/* SPDX-License-Identifier: MIT */
/*
 * Shootdowns received, from the TLB row of /proc/interrupts: each CPU's count rises by
 * one when it runs a flush function that another CPU sent it (arch/x86/mm/tlb.c,
 * flush_tlb_func); the sender's own flush is not in it.
 *
 * The file stays open. It is read in full once; after that only the piece where the row
 * was is asked for, and accepted when it begins a line with the right label and holds
 * as many counts as there are columns. The header is looked at again every so often,
 * since a CPU that leaves as another comes would keep the shape. Counts are u32 and
 * wrap; a count that goes down without having been near the end was reset, and then
 * neither that CPU nor the total is known for the interval. Columns keep their last
 * count while their CPU is offline, as the kernel does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sensors/interrupts_census.h"
#include "sensors/interrupts_parse.h"
#include "sensors/sensors.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

#define ROW_LABEL "TLB:"
enum { FULL_READ_EVERY = 64, ROW_SLACK_BYTES = 256 };

struct sensor {
	int fd;
	char *text; /* grows on a full read only */
	size_t text_bytes;
	size_t text_read; /* of it, by the last full read */
	bool was_read;
	size_t row_offset; /* in the file; 0 unknown */
	size_t row_bytes;
	int reads;

	int n_cpus; /* all arrays below */
	int n_columns;
	int *column_cpu;
	uint32_t *count;    /* by column, as just read */
	uint32_t *last;	    /* by CPU id */
	bool *seen;	    /* by CPU id: last is valid */
	uint32_t *interval; /* by CPU id: what the sample borrows */
};

/* Fills count from a full reading of the file. */
static int read_full(struct sensor *s)
{
	long bytes = file_pread_all(s->fd, &s->text, &s->text_bytes);
	const char *end;
	int n;

	if (bytes < 0)
		return (int)bytes;
	s->text_read = (size_t)bytes;
	s->was_read = true;
	n = interrupts_parse_header(s->text, (size_t)bytes, s->column_cpu, s->n_cpus);
	if (n < 0)
		return n;
	s->n_columns = n;
	if (interrupts_find_row(s->text, (size_t)bytes, ROW_LABEL, &s->row_offset))
		return -ENOENT;
	n = interrupts_parse_row(s->text + s->row_offset, (size_t)bytes - s->row_offset,
				 ROW_LABEL, s->count, s->n_columns);
	if (n != s->n_columns)
		return -EINVAL;
	end = memchr(s->text + s->row_offset, '\n', (size_t)bytes - s->row_offset);
	s->row_bytes = (size_t)(end - (s->text + s->row_offset)) + 1;
	return 0;
}

/* The same from the piece around the remembered row. */
static int read_row(struct sensor *s)
{
	size_t want = s->row_bytes + ROW_SLACK_BYTES, have = 0;

	if (!s->row_offset || want > s->text_bytes)
		return -ENOENT;
	/* One byte more in front: the row must begin a line. */
	while (have < want) {
		ssize_t n = pread(s->fd, s->text + have, want - have,
				  (off_t)(s->row_offset - 1 + have));

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		have += (size_t)n;
		if (memchr(s->text + 1, '\n', have - 1))
			break;
	}
	if (have < 2 || s->text[0] != '\n')
		return -ENOENT;
	if (interrupts_parse_row(s->text + 1, have - 1, ROW_LABEL, s->count,
				 s->n_columns) != s->n_columns)
		return -ENOENT;
	return 0;
}

static int read_counts(struct sensor *s)
{
	if (s->reads++ % FULL_READ_EVERY && !read_row(s))
		return 0;
	return read_full(s);
}

/* True when `now` can have grown out of `before`, a wrap included. */
static bool count_plausible(uint32_t before, uint32_t now)
{
	return now >= before || (before >= 3u << 30 && now < 1u << 30);
}

/* Differences by CPU into interval; returns their sum, or -1 when a count was reset. */
static int64_t take_interval(struct sensor *s)
{
	int64_t total = 0;
	bool reset = false;

	for (int i = 0; i < s->n_cpus; i++)
		s->interval[i] = SAMPLE_CPU_ABSENT;
	for (int i = 0; i < s->n_columns; i++) {
		int cpu = s->column_cpu[i];

		if (cpu >= s->n_cpus)
			continue;
		if (s->seen[cpu] && count_plausible(s->last[cpu], s->count[i])) {
			s->interval[cpu] = s->count[i] - s->last[cpu];
			total += s->interval[cpu];
		} else if (s->seen[cpu]) {
			reset = true;
		}
		s->last[cpu] = s->count[i];
		s->seen[cpu] = true;
	}
	return reset ? -1 : total;
}

static void interrupts_close(struct sensor *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->text);
	free(s->column_cpu);
	free(s->count);
	free(s->last);
	free(s->seen);
	free(s->interval);
	free(s);
}

static int sensor_alloc(struct sensor **out, int n_cpus)
{
	struct sensor *s = calloc(1, sizeof(*s));
	size_t n = (size_t)n_cpus;

	if (!s)
		return -ENOMEM;
	s->fd = -1;
	s->n_cpus = n_cpus;
	s->column_cpu = calloc(n, sizeof(*s->column_cpu));
	s->count = calloc(n, sizeof(*s->count));
	s->last = calloc(n, sizeof(*s->last));
	s->seen = calloc(n, sizeof(*s->seen));
	s->interval = calloc(n, sizeof(*s->interval));
	if (!s->column_cpu || !s->count || !s->last || !s->seen || !s->interval) {
		interrupts_close(s);
		return -ENOMEM;
	}
	*out = s;
	return 0;
}

/* The whole file was read, or err says why not. */
static void say_absent(const struct sensor *s, struct availability *a, int err)
{
	struct interrupts_census census;

	a->available = false;
	interrupts_take_census(s->was_read ? s->text : NULL, s->text_read, err,
			       &census);
	text_copy(a->reason, sizeof(a->reason), census.why_no_row);
	if (census.row && err == -ERANGE)
		text_copy(
			a->reason, sizeof(a->reason),
			"/proc/interrupts has more CPUs than /sys/devices/system/cpu");
	else if (census.row)
		snprintf(a->reason, sizeof(a->reason),
			 "/proc/interrupts cannot be read: %s", strerror(-err));
}

static int interrupts_open(struct sensor **out, const struct sensor_env *env,
			   struct availability *availability)
{
	const char *root = env->root ? env->root : "";
	char path[512];
	struct sensor *s;
	int err = sensor_alloc(&s, env->machine->topology.max_cpu_id + 1);

	if (err)
		return err;
	*out = s;
	snprintf(path, sizeof(path), "%s/proc/interrupts", root);
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	err = s->fd < 0 ? -errno : read_counts(s);
	if (err) {
		say_absent(s, availability, err);
		return 0;
	}
	take_interval(s);
	availability->available = true;
	text_copy(availability->source, sizeof(availability->source),
		  "/proc/interrupts, TLB row: flushes received from other CPUs");
	return 0;
}

static void interrupts_attach(struct sensor *s, const struct sensor_target *target,
			      struct availability *availability)
{
	(void)target;
	if (availability->available && !read_counts(s))
		take_interval(s);
}

static void interrupts_read(struct sensor *s, struct sample *sample)
{
	int64_t total;

	if (!s->row_offset || read_counts(s))
		return;
	total = take_interval(s);
	if (total >= 0)
		sample_put(sample, CH_SHOOTDOWNS, (double)total, QUALITY_EXACT);
	sample->cpu_shootdowns = s->interval;
	sample->n_cpus = s->n_cpus;
}

const struct sensor_ops interrupts_ops = {
	.name = "interrupts",
	.summary = "TLB shootdowns received, total and per CPU (/proc/interrupts)",
	.open = interrupts_open,
	.attach = interrupts_attach,
	.read = interrupts_read,
	.close = interrupts_close,
};
