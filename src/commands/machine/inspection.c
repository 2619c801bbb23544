/* SPDX-License-Identifier: MIT */
#include "commands/machine/inspection.h"

#include <errno.h>
#include <string.h>

#include "tlblab/knobs/ceiling.h"

/* Counters are the running kernel's; a captured root has none to give. */
static int refuse_captured(void *self, struct perf_event_attr *attr, pid_t tid, int cpu,
			   int group_fd, const char *filter)
{
	(void)self;
	(void)attr;
	(void)tid;
	(void)cpu;
	(void)group_fd;
	(void)filter;
	return -ECANCELED;
}

static const struct perf_opener captured_opener = {.open = refuse_captured};

static int open_sensors(struct inspection *in)
{
	const struct sensor_env env = {
		.machine = &in->machine,
		.perf = *in->root ? &captured_opener
				  : guardian_perf_opener(in->guardian),
		.root = in->root,
		.trace_flushes = true,
	};

	return sensor_set_open(&in->sensors, &env);
}

int inspection_open(struct inspection *in, const char *root, struct error *error)
{
	int err = 0;

	memset(in, 0, sizeof(*in));
	in->root = root;
	in->ceiling_pages = -1;
	if (!*root)
		err = guardian_start(&in->guardian, error);
	if (err)
		return err;
	err = machine_read(&in->machine, root, error);
	if (err)
		goto close;
	err = open_sensors(in);
	if (err) {
		error_set(error, ERROR_MACHINE, -err, "the sensors", strerror(-err),
			  "close other programs");
		goto close;
	}
	if (*root) {
		ceiling_read(root, &in->ceiling_pages, &in->ceiling);
	} else {
		in->ceiling = *guardian_ceiling_availability(in->guardian);
		if (guardian_ceiling_get(in->guardian, &in->ceiling_pages))
			in->ceiling_pages = -1;
	}
	return 0;
close:
	inspection_close(in);
	return err;
}

void inspection_close(struct inspection *in)
{
	sensor_set_close(&in->sensors);
	machine_fini(&in->machine);
	guardian_stop(in->guardian);
	memset(in, 0, sizeof(*in));
}
