/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_IO_PRESET_LESSON_H
#define TLBLAB_SRC_IO_PRESET_LESSON_H

#include "io/json/doc.h"
#include "tlblab/lab/preset.h"

/* The parts of one step; `up` is the step in the document, p holds those before it. */
#define KNOWN(...)                                                                     \
	(const char *const[])                                                          \
	{                                                                              \
		__VA_ARGS__                                                            \
	}

enum { LESSON_SHORT_BYTES = 200, LESSON_LONG_BYTES = 1200 };

/* A member's text, owned by the caller; *out stays NULL where there is none. */
int preset_read_words(struct json_doc *d, const struct json_at *at, const char *key,
		      size_t max_bytes, char **out);
/* A member that is a number above 0; *out stays as it is where there is none. */
int preset_read_above_0(struct json_doc *d, const struct json_at *at, const char *key,
			double *out);
int preset_read_measure(struct json_doc *d, const struct json_at *up,
			const struct preset *p, struct lesson_step *s);
/* After ask and measure. */
int preset_read_answers(struct json_doc *d, const struct json_at *up,
			struct lesson_step *s);

#endif
