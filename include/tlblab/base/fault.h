/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_FAULT_H
#define TLBLAB_BASE_FAULT_H

/*
 * A fault is a failure a person will read: what could not be done, why, and what to
 * do about it. Functions return 0 or -errno and fill a fault on the way out; only the
 * subcommands print it, as one line: "tlblab: what: why; what to do".
 */
enum fault_code {
	FAULT_NONE,
	FAULT_CHECK,	   /* exit status 1: a comparison or check failed */
	FAULT_INPUT,	   /* exit status 2: bad usage or bad input */
	FAULT_MACHINE,	   /* exit status 3: the machine or its permissions forbid it */
	FAULT_INTERRUPTED, /* exit status 130 */
};

struct fault {
	enum fault_code code;
	char what[256]; /* the thing concerned: a file and line, a key, a device */
	char why[256];
	char todo[256]; /* may be empty */
};

/* Fills *f (which may be NULL) and returns -err, so that a caller can return it. */
int fault_set(struct fault *f, enum fault_code code, int err, const char *what,
	      const char *why, const char *todo);
/* The same with a printf format for the reason. */
int fault_setf(struct fault *f, enum fault_code code, int err, const char *what,
	       const char *todo, const char *why_format, ...)
	__attribute__((format(printf, 6, 7)));
void fault_clear(struct fault *f);
/* Writes "what: why; todo" (no prefix, no newline) and returns buf. */
const char *fault_text(const struct fault *f, char *buf, unsigned long buf_bytes);
/* The process exit status that the contract gives this fault. */
int fault_exit_status(const struct fault *f);

#endif
