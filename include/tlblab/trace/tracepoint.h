/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_TRACE_TRACEPOINT_H
#define TLBLAB_TRACE_TRACEPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A kernel tracepoint as tracefs describes it: its id for perf_event_open(2), and where
 * in a raw record each wanted field is. Kernels move, add and drop fields, so offsets
 * are always read and never assumed.
 */
enum { TRACEPOINT_FIELDS = 4 };

struct tracepoint_field {
	int offset, bytes; /* bytes 0: this kernel's event has no such field */
	bool is_signed;
};

struct tracepoint {
	uint64_t id;
	struct tracepoint_field field[TRACEPOINT_FIELDS]; /* as they were asked for */
};

/* Parses the text of a "format" file. fields: the names wanted, at most
 * TRACEPOINT_FIELDS. 0, or -EINVAL when it names no id; a field that is missing is left
 * with 0 bytes. */
int tracepoint_parse(const char *format, const char *const *fields, int n,
		     struct tracepoint *out);
/* The same for event "tlb/tlb_flush" of root (or "" for this machine), from wherever
 * tracefs is mounted. 0 or -errno: -ENOENT no such event or no tracefs, -EACCES. */
int tracepoint_find(const char *root, const char *event, const char *const *fields,
		    int n, struct tracepoint *out);
/* The field of a raw record of so many bytes, sign-extended; false when the record is
 * too short for it or the event lacks it, and *out is 0. */
bool tracepoint_value(const struct tracepoint_field *f, const void *raw,
		      size_t raw_bytes, int64_t *out);

#endif
