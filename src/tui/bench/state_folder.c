/* SPDX-License-Identifier: MIT */
#include "tui/bench/state_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tlblab/base/text.h"

static bool folder_make(char *path)
{
	for (char *p = path + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			mkdir(path, 0700);
			*p = '/';
		}
	return !mkdir(path, 0700) || errno == EEXIST;
}

static bool folder_name(char *buf, size_t bytes)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	buf[0] = '\0';
	if (state && *state == '/')
		return text_append(buf, bytes, "%s/tlblab", state);
	return home && *home == '/' &&
	       text_append(buf, bytes, "%s/.local/state/tlblab", home);
}

bool state_folder(char *buf, size_t buf_bytes)
{
	return folder_name(buf, buf_bytes) && folder_make(buf);
}
