/* SPDX-License-Identifier: MIT */
#include "sensors/flush_tracepoint.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "tlblab/base/file.h"
#include "tlblab/base/text.h"

int tracepoint_id(const struct perf_opener *perf, const char *root, const char *event,
		  uint64_t *id)
{
	static const char *const folders[] = {"/sys/kernel/tracing/",
					      "/sys/kernel/debug/tracing/"};
	char text[64] = "", file[96];
	int64_t value;
	int err = -ENOENT;

	snprintf(file, sizeof(file), "events/%s/id", event);

	if (perf->read_tracepoint)
		err = perf->read_tracepoint(perf->self, file, text, sizeof(text));
	for (int i = 0; i < 2 && err; i++) {
		char path[160];
		int here;

		snprintf(path, sizeof(path), "%s%s", folders[i], file);
		here = file_read_text(root, path, text, sizeof(text));
		/* A refusal says more than an absence. */
		if (here != -ENOENT || err == -ENOENT)
			err = here;
	}
	if (!err)
		err = text_to_int(text, false, &value);
	if (!err && value <= 0)
		err = -EINVAL;
	if (!err)
		*id = (uint64_t)value;
	return err;
}

int flush_tracepoint_id(const struct perf_opener *perf, const char *root, uint64_t *id)
{
	return tracepoint_id(perf, root, "tlb/tlb_flush", id);
}

const char *flush_tracepoint_reason(int err)
{
	if (err == -EACCES || err == -EPERM)
		return "tracefs can be read by root only: run with sudo";
	if (err == -ENOENT && geteuid() != 0)
		return "tracefs is not mounted or closed to this user: run with sudo";
	if (err == -ENOENT)
		return "this kernel shows no tlb:tlb_flush tracepoint; if tracefs is "
		       "not mounted: mount -t tracefs none /sys/kernel/tracing";
	return "the tracepoint's id cannot be read";
}
