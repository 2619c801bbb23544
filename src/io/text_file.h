/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_TEXT_FILE_H
#define TLBLAB_SRC_IO_TEXT_FILE_H

#include <stddef.h>

#include "tlblab/base/error.h"

/*
 * All of a file a user named ("-": standard input) into a malloc'd buffer, terminated;
 * a pipe will do. More than max_bytes is refused without being read to its end.
 * 0 or -errno with an error.
 */
int text_file_read(const char *path, size_t max_bytes, char **out, size_t *bytes,
		   struct error *error);

#endif
