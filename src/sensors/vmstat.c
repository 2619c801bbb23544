/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own counts of flushes, from /proc/vmstat: machine-wide, and only where
 * it was built with CONFIG_DEBUG_TLBFLUSH (include/linux/vm_event_item.h), which few
 * distributions do. They cost nothing to read and need no privilege.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sensors/proc_parse.h"
#include "sensors/sensors.h"
#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

enum { COUNTS = 4 };

static const struct {
	const char *key;
	enum channel channel;
} counts[COUNTS] = {
	{"nr_tlb_remote_flush", CH_VMSTAT_REMOTE_FLUSHES},
	{"nr_tlb_remote_flush_received", CH_VMSTAT_REMOTE_RECEIVED},
	{"nr_tlb_local_flush_all", CH_VMSTAT_LOCAL_FULL},
	{"nr_tlb_local_flush_one", CH_VMSTAT_LOCAL_PAGES},
};

struct sensor {
	int fd; /* -1: not to be had */
	char *text;
	size_t text_cap;
	uint64_t last[COUNTS];
};

static int read_counts(struct sensor *s, uint64_t now[COUNTS])
{
	long bytes = file_pread_all(s->fd, &s->text, &s->text_cap);
	int err = bytes < 0 ? (int)bytes : 0;

	for (int i = 0; i < COUNTS && !err; i++)
		err = proc_find_count(s->text, counts[i].key, &now[i]);
	return err;
}

static int vmstat_open(struct sensor **out, const struct sensor_env *env,
		       struct availability *availability)
{
	struct sensor *s = calloc(1, sizeof(*s));
	char path[512];

	if (!s)
		return -ENOMEM;
	*out = s;
	snprintf(path, sizeof(path), "%s/proc/vmstat", env->root ? env->root : "");
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd >= 0 && !read_counts(s, s->last)) {
		availability->available = true;
		text_copy(availability->source, sizeof(availability->source),
			  "/proc/vmstat, nr_tlb_*: all flushes of the machine");
		return 0;
	}
	text_copy(availability->reason, sizeof(availability->reason),
		  s->fd < 0
			  ? "/proc/vmstat cannot be read: is /proc mounted?"
			  : "this kernel was built without CONFIG_DEBUG_TLBFLUSH; the "
			    "tracepoint tells the same and more");
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return 0;
}

static void vmstat_attach(struct sensor *s, const struct sensor_target *target,
			  struct availability *availability)
{
	(void)target;
	(void)availability;
	if (s->fd >= 0)
		read_counts(s, s->last);
}

static void vmstat_read(struct sensor *s, struct sample *sample)
{
	uint64_t now[COUNTS];

	if (s->fd < 0 || read_counts(s, now))
		return;
	for (int i = 0; i < COUNTS; i++) {
		if (now[i] >= s->last[i])
			sample_put(sample, counts[i].channel,
				   (double)(now[i] - s->last[i]), QUALITY_EXACT);
		s->last[i] = now[i];
	}
}

static void vmstat_close(struct sensor *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->text);
	free(s);
}

const struct sensor_ops vmstat_ops = {
	.name = "vmstat",
	.summary = "flushes of the whole machine as the kernel counts them (nr_tlb_*)",
	.open = vmstat_open,
	.attach = vmstat_attach,
	.read = vmstat_read,
	.close = vmstat_close,
};
