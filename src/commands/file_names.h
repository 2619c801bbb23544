/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_FILE_NAMES_H
#define TLBLAB_SRC_COMMANDS_FILE_NAMES_H

#include <stddef.h>

enum { FILE_NAME_CELLS = 20 };

/* Two names for a table of so many characters: whole where they fit, else that part
 * which tells them apart, with "…" where something is cut off. */
void file_names_shorten(const char *a, const char *b, int cells, char *short_a,
			char *short_b, size_t bytes);

#endif
