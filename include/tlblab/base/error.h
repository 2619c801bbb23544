/* SPDX-License-Identifier: MIT */
#ifndef TLBLAB_BASE_ERROR_H
#define TLBLAB_BASE_ERROR_H

/*
 * An error is a failure a person will read: what could not be done, why, and what to
 * do about it. Functions return 0 or -errno and fill an error on the way out; only the
 * subcommands print it, as one line: "tlblab: what: why; what to do".
 */
enum error_code {
	ERROR_NONE,
	ERROR_CHECK,	   /* exit status 1: a comparison or check failed */
	ERROR_INPUT,	   /* exit status 2: bad usage or bad input */
	ERROR_MACHINE,	   /* exit status 3: the machine or its permissions forbid it */
	ERROR_INTERRUPTED, /* exit status 130 */
};

struct error {
	enum error_code code;
	char what[256]; /* the thing concerned: a file and line, a key, a device */
	char why[256];
	char todo[256]; /* may be empty */
};

/* Fills *f (which may be NULL) and returns -err, so that a caller can return it. */
int error_set(struct error *f, enum error_code code, int err, const char *what,
	      const char *why, const char *todo);
/* The same with a printf format for the reason. */
int error_setf(struct error *f, enum error_code code, int err, const char *what,
	       const char *todo, const char *why_format, ...)
	__attribute__((format(printf, 6, 7)));
void error_clear(struct error *f);
/* Writes "what: why; todo" (no prefix, no newline) and returns buf. */
const char *error_text(const struct error *f, char *buf, unsigned long buf_bytes);
/* The process exit status that the contract gives this error. */
int error_exit_status(const struct error *f);

#endif
