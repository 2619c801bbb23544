/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_PRESET_PATH_H
#define TLBLAB_SRC_IO_PRESET_PATH_H

#include <stddef.h>

enum { PRESET_PATH_FOLDERS = 24, PRESET_PATH_BYTES = 512 };

/* Where presets are looked for, in the contract's order; first found wins. */
struct preset_path {
	char folder[PRESET_PATH_FOLDERS][PRESET_PATH_BYTES];
	int n;
};

void preset_path_make(struct preset_path *path);
/* The user's own folder, where presets are saved. 0, or -ENOENT when there is no home,
 * -ENAMETOOLONG. */
int preset_path_user(char *buf, size_t buf_bytes);

#endif
