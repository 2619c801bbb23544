/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_IO_RECORDING_READ_H
#define TLBLAB_IO_RECORDING_READ_H

#include "tlblab/io/result_read.h"
#include "tlblab/lab/recording.h"

/*
 * Reads what a replay plays, in pieces of any size as they arrive: a stream line by
 * line, also one that never ends; a result once all of it is there. A line that cannot
 * be read is left out and counted; what was read before it stands.
 */
struct recording_reader;

/* name is what errors call the text; both are borrowed. NULL when memory is short. */
struct recording_reader *recording_reader_new(const struct catalogue *c,
					      const char *name);
void recording_reader_free(struct recording_reader *r);
/* 0 or -errno with an error, after which only free is allowed. */
int recording_reader_feed(struct recording_reader *r, const char *text, size_t bytes,
			  struct error *error);
/* There is no more. Fails when nothing could be read at all. */
int recording_reader_finish(struct recording_reader *r, struct error *error);
/* NULL before the first interval. Owned by the reader. */
const struct recording *recording_reader_recording(const struct recording_reader *r);
/* Machine, preset, sensors, and of each run what its end told; its series is not kept.
 */
struct result_data *recording_reader_data(struct recording_reader *r);
/* Lines left out so far, and why the last one was (borrowed, NULL when none). */
long recording_reader_skipped(const struct recording_reader *r,
			      const struct error **why);

/* All of a regular file; of anything else nothing is read and *fd stays open for
 * recording_reader_feed. "-" is standard input, of which a copy is made. *fd is -1 when
 * all was read. */
int recording_reader_open(struct recording_reader **out, const struct catalogue *c,
			  const char *path, int *fd, struct error *error);

#endif
