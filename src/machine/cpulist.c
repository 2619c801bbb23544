/* SPDX-License-Identifier: MIT */
#include "machine/cpulist.h"

#include <stdlib.h>

#include "tlblab/base/file.h"

int cpulist_read(const char *root, const char *path, struct cpumask *m)
{
	char *text;
	int err = file_read_all(root, path, &text, NULL);

	cpumask_clear(m);
	if (err)
		return err;
	err = cpumask_parse(m, text);
	if (err)
		cpumask_clear(m);
	free(text);
	return err;
}
