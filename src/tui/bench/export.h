/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_SRC_TUI_BENCH_EXPORT_H
#define TLBLAB_SRC_TUI_BENCH_EXPORT_H

#include "tlblab/io/result_file.h"
#include "tui/app/app.h"

/* Adds where it was measured to the result, writes it, and says what became of it:
 * "written: PATH", then words. */
void export_write(struct app *a, const struct snapshot *snap, struct result *r,
		  const char *path, const char *words);
/* The run that is in the session, with the preset as it was run. */
void export_run(struct app *a, struct session *session, const char *path);

#endif
