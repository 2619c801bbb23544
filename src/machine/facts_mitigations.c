/* SPDX-License-Identifier: MIT */
/* Every file of the vulnerabilities folder (drivers/base/cpu.c), in the order of their
 * names, so that two results compare line by line. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/facts.h"

#define DIR_PATH "/sys/devices/system/cpu/vulnerabilities"

static int not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

void facts_read_mitigations(struct machine *m)
{
	struct fact_list list = {m->root, m->mitigations, &m->n_mitigations};
	struct dirent **entries;
	char path[512];
	int n;

	snprintf(path, sizeof(path), "%s" DIR_PATH, m->root);
	n = scandir(path, &entries, not_hidden, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), DIR_PATH "/%s", entries[i]->d_name);
		fact_add_file(&list, entries[i]->d_name, path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}
