/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_PRESET_FILE_H
#define TLBLAB_IO_PRESET_FILE_H

#include "tlblab/lab/preset.h"

/* Schema "tlblab.preset/1". Errors name file, line and key: "mine.json:7: threads". */

/* Reads a preset text; `name` is what errors call it. p must be zeroed. */
int preset_parse(struct preset *p, const struct catalogue *c, const char *text,
		 const char *name, struct error *error);
/* A name (looked for along the contract's path, nearest names offered when absent) or
 * a file (anything with a '/' or ending in .json); "-" is standard input. */
int preset_load(struct preset *p, const struct catalogue *c, const char *name_or_file,
		struct error *error);
/* The JSON text, complete enough to read back equal; malloc'd. NULL: no memory. */
char *preset_print(const struct preset *p, const struct catalogue *c);
/* Writes whole. A path without '/' is a name: it becomes p->name, and the file goes to
 * the user's preset folder, which is created. "-" is standard output. The path written
 * is put into p->path. */
int preset_save(struct preset *p, const struct catalogue *c, const char *path,
		struct error *error);

struct preset_entry {
	char name[EXPERIMENT_NAME_BYTES];
	char title[160];
	char path[512];
	char broken[256]; /* "" or why it cannot be read */
	char backend[EXPERIMENT_NAME_BYTES], workload[EXPERIMENT_NAME_BYTES];
	int course; /* its place among the lessons, from 1; 0: none */
};

/* Every preset along the path, the first found wins a name; lessons in the
 * order of the course, then the others by name. *out is malloc'd for the caller to
 * free; returns its length, or -ENOMEM with *out NULL. */
int preset_list(struct preset_entry **out, const struct catalogue *c);

/* The first lesson. */
#define PRESET_DEFAULT "lesson-tlb"

#endif
