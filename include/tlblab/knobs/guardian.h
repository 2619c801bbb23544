/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_KNOBS_GUARDIAN_H
#define TLBLAB_KNOBS_GUARDIAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tlblab/base/error.h"
#include "tlblab/base/perf.h"
#include "tlblab/base/reading.h"

/*
 * The guardian is the one small process that keeps privilege. It is forked before the
 * main process drops to the invoking user, lives in a session of its own (no terminal
 * signal reaches it), reads no file a user gave, and answers a handful of requests
 * over a socket: read the ceiling, set it, open a counter. When its client is gone,
 * however that came about, it puts the original ceiling back and leaves.
 *
 * Before the first change the original value is also kept in a root-owned file under
 * /run, so that even a guardian killed by SIGKILL is made good: by its client at once
 * when that still may, else by the next tlblab that starts.
 */
struct guardian;

/*
 * Forks it and, when running as root on behalf of another user (of sudo, doas or
 * pkexec), drops this process to that user for good. Works unprivileged too, and where
 * no process can be had: then the ceiling is simply absent with its reason, and
 * counters are opened directly.
 */
int guardian_start(struct guardian **out, struct error *error);
/* What the user must read when it ends. */
struct guardian_last_words {
	struct error error; /* the ceiling is not restored: why, and what restores it */
	char note[240];	    /* one line, such as what another program wrote; "" none */
};

/* Puts the ceiling back, waits for the process, frees. NULL is fine. 0, or -errno with
 * words (which may be NULL) when the ceiling is not what it was. */
int guardian_end(struct guardian *g, struct guardian_last_words *words);
/* The same where nothing was changed. */
void guardian_stop(struct guardian *g);
/*
 * At a program's start: puts back what a killed session left, where this process may.
 * 0 when there is nothing to say; 1 when it is restored, -EPERM when it is not, and
 * line says so, with what to run.
 */
int guardian_mend(char *line, unsigned long line_bytes);
/* Whether the ceiling can be set here, and if not why; source is its path. */
const struct availability *guardian_ceiling_availability(const struct guardian *g);
/* The value in force, read back from the kernel now; -errno when it cannot be. */
int guardian_ceiling_get(struct guardian *g, int64_t *pages);
/* The same for a screen: waits for nothing and asks once a second, so the value may be
 * that old. -errno when the guardian is silent or gone. */
int guardian_ceiling_watch(struct guardian *g, int64_t *pages);
/* The value found at start, which will be put back. -1: unknown. */
int64_t guardian_ceiling_original(const struct guardian *g);
int guardian_ceiling_set(struct guardian *g, int64_t pages, struct error *error);
/* Leaves the value in force at exit instead of the original (tune --apply). */
int guardian_ceiling_keep(struct guardian *g, struct error *error);
/* Opens counters with the guardian's privilege; falls back to this process. It only
 * opens counters on threads that the user may look into; tlb:tlb_flush CPU-wide too. */
const struct perf_opener *guardian_perf_opener(struct guardian *g);
/* Resolves a path under tracefs for this process (tracepoint ids are readable by root
 * only): 0 or -errno. Only "events/tlb/tlb_flush/id" and "…/format" are served. */
int guardian_read_tracepoint(struct guardian *g, const char *which, char *buf,
			     unsigned long buf_bytes);
pid_t guardian_pid(const struct guardian *g); /* 0: there is none */
/* Whether this process gave up root, and for whom. */
bool guardian_dropped(const struct guardian *g, uid_t *uid);

#endif
