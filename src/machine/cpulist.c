/* SPDX-License-Identifier: MIT */
#include "machine/cpulist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tlblab/base/file.h"

static int read_with(const char *root, const char *path, struct cpumask *m,
		     int (*parse)(struct cpumask *m, const char *text))
{
	char *text;
	int err = file_read_all(root, path, &text, NULL);

	cpumask_clear(m);
	if (err)
		return err;
	err = parse(m, text);
	free(text);
	return err;
}

int cpulist_read(const char *root, const char *path, struct cpumask *m)
{
	return read_with(root, path, m, cpumask_parse);
}

int cpuset_read(const char *root, const char *list, const char *mask, struct cpumask *m)
{
	return cpulist_read(root, list, m) ? read_with(root, mask, m, cpumask_parse_hex)
					   : 0;
}

int node_cpus_read(const char *root, int node, struct cpumask *m)
{
	char folder[64], list[80], mask[80];

	snprintf(folder, sizeof(folder), "/sys/devices/system/node/node%d", node);
	snprintf(list, sizeof(list), "%s/cpulist", folder);
	snprintf(mask, sizeof(mask), "%s/cpumap", folder);
	if (!cpuset_read(root, list, mask, m))
		return 0;
	if (!file_dir_numbers(root, folder, "cpu", m) && cpumask_next(m, -1) >= 0)
		return 0;
	cpumask_clear(m);
	return -ENODATA;
}
