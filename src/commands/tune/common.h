/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_COMMANDS_TUNE_COMMON_H
#define TLBLAB_SRC_COMMANDS_TUNE_COMMON_H

#include <stdio.h>

#include "commands/lab.h"
#include "commands/tune/words.h"
#include "tlblab/io/result_file.h"
#include "tlblab/lab/preset.h"

/* What tuning the CPU and tuning for a program do alike. */
enum { TUNE_PROGRESS_NS = 200000000 };

/* Where people read: not where the result goes. */
FILE *tune_out(const struct tune_words *w);
/* Leaves pages in force and says how to make it last. */
int tune_keep(struct lab *lab, int64_t pages, FILE *out, struct error *error);
int tune_write(struct lab *lab, const struct preset *preset, const struct tune_words *w,
	       const struct result_tune *tune, struct error *error);

/* Tunes for a program. 0, -EINTR when a signal ended it, or another -errno. */
int tune_program(struct lab *lab, const struct tune_words *w, struct error *error);

#endif
