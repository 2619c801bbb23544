/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_KNOBS_GUARDIAN_H
#define TLBLAB_KNOBS_GUARDIAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tlblab/base/fault.h"
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
 * Forks it and, when running as root on behalf of another user (SUDO_UID and
 * SUDO_GID), drops this process to that user for good. Works unprivileged too: then
 * the ceiling is simply absent with its reason, and counters are opened directly.
 */
int guardian_start(struct guardian **out, struct fault *fault);
/* Puts the ceiling back, waits for the process, frees. NULL is fine. */
void guardian_stop(struct guardian *g);
/* Whether the ceiling can be set here, and if not why; source is its path. */
const struct availability *guardian_ceiling_availability(const struct guardian *g);
/* The value in force, read back from the kernel now; -errno when it cannot be. */
int guardian_ceiling_get(struct guardian *g, int64_t *pages);
/* The value found at start, which will be put back. -1: unknown. */
int64_t guardian_ceiling_original(const struct guardian *g);
int guardian_ceiling_set(struct guardian *g, int64_t pages, struct fault *fault);
/* Leaves the value in force at exit instead of the original (tune --apply). */
int guardian_ceiling_keep(struct guardian *g, struct fault *fault);
/* Opens counters with the guardian's privilege; falls back to this process. It only
 * opens counters on threads of the client's own descendants, or CPU-wide. */
const struct perf_opener *guardian_perf_opener(struct guardian *g);
/* Resolves a path under tracefs for this process (tracepoint ids are readable by root
 * only): 0 or -errno. Only "events/tlb/tlb_flush/id" and "…/format" are served. */
int guardian_read_tracepoint(struct guardian *g, const char *which, char *buf,
			     unsigned long buf_bytes);
pid_t guardian_pid(const struct guardian *g); /* 0: there is none */
/* Whether this process gave up root, and for whom. */
bool guardian_dropped(const struct guardian *g, uid_t *uid);

#endif
