/* SPDX-License-Identifier: MIT */
#include "commands/tune/record.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tlblab/base/text.h"
#include "tlblab/sensors/flush_mix.h"

/* Costs are straight lines, so a bucket stands for its middle; of the last there is
 * none. */
static int middle_of(const struct flush_mix_bucket *b)
{
	return b->high > 512 ? b->low : (b->low + b->high + 1) / 2;
}

static int mix_make(const struct flush_mix_counts *c, pid_t pid, double seconds,
		    struct tune_mix *mix, char *source, struct error *error)
{
	int pages[FLUSH_MIX_BUCKETS];
	uint64_t flushes = c->whole;

	for (int b = 0; b < FLUSH_MIX_BUCKETS; b++) {
		pages[b] = middle_of(&flush_mix_bucket[b]);
		flushes += c->bucket[b];
	}
	if (!tune_mix_of_counts(mix, pages, c->bucket, FLUSH_MIX_BUCKETS, c->whole))
		return error_setf(
			error, ERROR_MACHINE, ENODATA, "recording its flushes",
			"attach to it while it works, or give the mix by hand "
			"with --mix",
			"process %d flushed nothing in %.0f s", (int)pid, seconds);
	snprintf(source, TUNE_MIX_SOURCE_BYTES,
		 "counted in process %d: %llu flushes in %.1f s, %d of %d threads",
		 (int)pid, (unsigned long long)flushes, seconds, c->traced, c->threads);
	return 0;
}

int tune_record_mix(struct guardian *guardian, pid_t pid, double seconds, int signal_fd,
		    struct tune_mix *mix, char source[TUNE_MIX_SOURCE_BYTES],
		    struct error *error)
{
	struct pollfd fd = {.fd = signal_fd, .events = POLLIN};
	struct flush_mix_counts counts;
	struct flush_mix *m;
	int err = flush_mix_open(&m, pid, guardian_perf_opener(guardian), "", error);
	uid_t uid;

	/* What the lab keeps of root's rights is for the user's own. */
	if (err && error->code == ERROR_MACHINE && guardian_dropped(guardian, &uid))
		error_set(
			error, ERROR_MACHINE, -err, "recording its flushes",
			"under sudo only processes of your own may be counted",
			"run it from a root shell, or give the mix by hand with --mix");
	if (err)
		return err;
	if (poll(&fd, 1, (int)(seconds * 1e3)) > 0)
		err = -EINTR;
	if (!err)
		err = flush_mix_read(m, &counts);
	if (!err)
		err = mix_make(&counts, pid, seconds, mix, source, error);
	else if (err != -EINTR)
		error_set(error, ERROR_MACHINE, -err, "recording its flushes",
			  strerror(-err), "run it with sudo, or name a mix with --mix");
	flush_mix_close(m);
	return err;
}
