/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TESTS_TUI_GOLDEN_FILE_H
#define TLBLAB_TESTS_TUI_GOLDEN_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlblab/base/file.h"

/* Whether text is tests/tui/golden/NAME.txt; UPDATE_GOLDEN=1 writes that anew, and then
 * it is to be looked at before it is committed. */
static inline bool golden_file_is(const char *name, const char *text)
{
	const char *update = getenv("UPDATE_GOLDEN");
	char path[256], *expected = NULL;
	struct error error;
	bool same;

	snprintf(path, sizeof(path), "tests/tui/golden/%s.txt", name);
	if (update && *update == '1')
		return !file_write_whole(path, text, strlen(text), &error);
	same = !file_read_all(NULL, path, &expected, NULL) && !strcmp(text, expected);
	if (!same)
		printf("%s differs; it is now:\n%s", path, text);
	free(expected);
	return same;
}

#endif
