/* SPDX-License-Identifier: MIT */
#include "commands/run/baseline.h"

#include <errno.h>
#include <unistd.h>

int baseline_open(struct tui_baseline *b, const struct catalogue *c, const char *path,
		  struct error *error)
{
	int fd, err;

	*b = (struct tui_baseline){.path = path};
	if (!path)
		return 0;
	err = recording_reader_open(&b->reader, c, path, &fd, error);
	if (err || fd < 0)
		return err;
	close(fd);
	baseline_close(b);
	return error_set(error, ERROR_INPUT, ESPIPE, path,
			 "a baseline is read before the screen opens",
			 "name a file that holds all of it");
}

void baseline_close(struct tui_baseline *b)
{
	recording_reader_free(b->reader);
	b->reader = NULL;
}
