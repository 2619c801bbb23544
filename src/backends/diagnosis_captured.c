/* SPDX-License-Identifier: MIT */
/*
 * The sensors and knobs of a captured tree. Their own reasons speak of the machine that
 * runs this program: what the tree does not hold was not captured, and what only a
 * running kernel can answer cannot be told from it. Nothing that this machine's
 * administrator could do would change either.
 */
#include "backends/diagnosis_priv.h"

#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

/* The file whose presence tells what the sensor says of it; NULL: only a running
 * machine can tell. */
static const struct captured_source {
	const char *name, *path;
} sources[] = {
	{"interrupts", "/proc/interrupts"},
	{"steal", "/proc/stat"},
	{"vmstat", "/proc/vmstat"},
	{"ceiling", "/sys/kernel/debug/x86/tlb_single_page_flush_ceiling"},
};

static const char *source_path(const char *name)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		if (!strcmp(sources[i].name, name))
			return sources[i].path;
	return NULL;
}

static bool is_captured(const char *root, const char *path)
{
	char *text;

	if (!path || file_read_all(root, path, &text, NULL))
		return false;
	free(text);
	return true;
}

void diagnosis_explain_captured(const char *root, struct finding *f)
{
	const char *path = source_path(f->name);

	if (f->state != FINDING_MISSING)
		return;
	f->allow[0] = '\0';
	if (is_captured(root, path))
		return;
	f->detail[0] = '\0';
	if (path)
		text_append(f->detail, sizeof(f->detail), "not captured: %s", path);
	else
		text_copy(f->detail, sizeof(f->detail),
			  "cannot tell from a captured tree");
	text_copy(f->allow, sizeof(f->allow), "run tlblab doctor on that machine");
}
