/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/preset/path.h"
#include "io/preset/text.h"
#include "tlblab/base/text.h"
#include "tlblab/io/preset_file.h"

struct preset_listing {
	struct preset_entry *entries;
	int n, cap;
};

static bool listing_has(const struct preset_listing *l, const char *name)
{
	for (int i = 0; i < l->n; i++)
		if (!strcmp(l->entries[i].name, name))
			return true;
	return false;
}

static void entry_fill(struct preset_entry *entry, const struct catalogue *c)
{
	struct preset p = {0};
	struct error error = {0};

	if (preset_load(&p, c, entry->path, &error)) {
		error_text(&error, entry->broken, sizeof(entry->broken));
		return;
	}
	text_copy(entry->title, sizeof(entry->title), p.title);
	entry->course = p.course;
	text_copy(entry->workload, sizeof(entry->workload), p.experiment.workload);
	text_copy(entry->backend, sizeof(entry->backend), p.experiment.backend);
	preset_fini(&p);
}

static int listing_add(struct preset_listing *l, const struct catalogue *c,
		       const char *folder, const char *file)
{
	struct preset_entry entry = {0}, *grown;
	size_t stem = strlen(file);
	struct stat st;

	if (stem <= 5 || strcmp(file + stem - 5, ".json"))
		return 0;
	stem -= 5;
	if (stem >= sizeof(entry.name))
		return 0;
	memcpy(entry.name, file, stem);
	if (!preset_name_valid(entry.name) || listing_has(l, entry.name) ||
	    !text_append(entry.path, sizeof(entry.path), "%s/%s", folder, file))
		return 0;
	/* A pipe of that name would keep us waiting. */
	if (stat(entry.path, &st) || !S_ISREG(st.st_mode))
		return 0;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 32;
		grown = realloc(l->entries, (size_t)l->cap * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		l->entries = grown;
	}
	entry_fill(&entry, c);
	l->entries[l->n++] = entry;
	return 0;
}

static int listing_add_folder(struct preset_listing *l, const struct catalogue *c,
			      const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	int err = 0;

	if (!dir)
		return 0; /* most folders of the path need not exist */
	while (!err && (d = readdir(dir)))
		err = listing_add(l, c, folder, d->d_name);
	closedir(dir);
	return err;
}

static int entry_order(const void *a, const void *b)
{
	const struct preset_entry *x = a, *y = b;

	if (x->course != y->course) /* none is behind them all */
		return !y->course || (x->course && x->course < y->course) ? -1 : 1;
	return strcmp(x->name, y->name);
}

int preset_list(struct preset_entry **out, const struct catalogue *c)
{
	struct preset_listing l = {0};
	struct preset_path path;
	int err = 0;

	*out = NULL;
	preset_path_make(&path);
	for (int i = 0; i < path.n && !err; i++)
		err = listing_add_folder(&l, c, path.folder[i]);
	if (err) {
		free(l.entries);
		return err;
	}
	if (l.n)
		qsort(l.entries, (size_t)l.n, sizeof(*l.entries), entry_order);
	*out = l.entries;
	return l.n;
}
