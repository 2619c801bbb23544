/* SPDX-License-Identifier: MIT */
#include "tui/bench/recover.h"

#include <stdio.h>
#include <unistd.h>

#include "tlblab/tui/tui.h"

int recover_show(const char *path, const char *version, struct error *error)
{
	struct catalogue catalogues[2];
	struct recording_reader *reader;
	int fd;

	if (recording_reader_open(&reader, backends_catalogue(catalogues), path, &fd,
				  error))
		return error_exit_status(error);
	const struct tui_replay_options options = {
		.reader = reader,
		.fd = fd,
		.name = path,
		.speed = 1,
		.from_s = 1e9, /* all of it is in sight at once */
		.version = version,
		.greeting = "what was measured until the session was cut off: Home "
			    "plays it from the start, q goes back to the bench",
	};
	int status = tui_replay(&options, error);

	if (fd >= 0)
		close(fd);
	recording_reader_free(reader);
	return status;
}

const char *recover_age(double age_s, char *buf, size_t bytes)
{
	if (age_s < 5400)
		snprintf(buf, bytes, "%.0f min", age_s / 60);
	else if (age_s < 36 * 3600)
		snprintf(buf, bytes, "%.0f h", age_s / 3600);
	else
		snprintf(buf, bytes, "%.0f days", age_s / 86400);
	return buf;
}
